--- Errors and the calls that led to them, in the protocol's form.
--
-- Frames are walked, not parsed from a traceback. What belongs to tocsin is known by the file it stands in
-- and what Lua itself puts in between by the function, since the number of levels differs between Luas.
local frame = require "tocsin.frame"

local stack = {}

local LEVELS_MAX, LEVELS_WITH_VARS = 250, 50
local getinfo, getlocal = debug.getinfo, debug.getlocal

local folder = getinfo(1, "S").source:match("^(.*)stack%.lua$") or "@tocsin/"
local entry = folder:sub(1, -2) .. ".lua"

local machinery = {}
for _, f in pairs({ error, assert, pcall, xpcall, coroutine.resume, coroutine.yield }) do
    machinery[f] = true
end

local function is_own(info)
    return info.source:sub(1, #folder) == folder or info.source == entry
end

local function info_at(thread, level)
    local info
    if thread then info = getinfo(thread, level, "Slnf") else info = getinfo(level + 1, "Slnf") end
    return info
end

local function is_shown(info)
    local is_named = info.what ~= "C" or info.name
    return info.what ~= "tail" and is_named and not is_own(info) and not machinery[info.func]
end

local function reverse(list)
    local reversed = {}
    for i = #list, 1, -1 do reversed[#reversed + 1] = list[i] end
    return reversed
end

--- The caller's frames, or those of a coroutine that failed or waits; the innermost call last. `settings` are
-- a client's, nil: without variables and source lines. With `handler`, only what is outside of that function.
function stack.frames(thread, settings, handler)
    local frames = {}
    settings = settings or {}
    for level = thread and 0 or 1, LEVELS_MAX do
        local info = info_at(thread, level)
        if not info then break end
        if handler then
            if info.func == handler then handler = nil end
        elseif is_shown(info) then
            local made = frame.of(info, settings)
            if #frames < LEVELS_WITH_VARS and info.what ~= "C" then
                made.vars = frame.variables(thread, level, settings)
            end
            frames[#frames + 1] = made
        end
    end
    return reverse(frames)
end

--- Frames as text, in the form of `debug.traceback`.
function stack.traceback(frames)
    local lines = { "stack traceback:" }
    for i = #frames, 1, -1 do
        local one = frames[i]
        local place = one.lineno and one.filename .. ":" .. one.lineno or one.filename
        lines[#lines + 1] = ("\t%s: in %s"):format(place, one["function"])
    end
    return table.concat(lines, "\n")
end

--- Whether `f` is among the innermost calls.
function stack.is_called_by(f)
    for level = 2, 12 do
        local info = getinfo(level, "f")
        if not info then return false end
        if info.func == f then return true end
    end
    return false
end

-- The message handler of a call of xpcall: the last function of the first two values that it was given, of
-- which some Luas keep only this one.
local function handler_of(level)
    local handler
    for i = 1, 2 do
        local _, value = getlocal(level + 1, i)
        if type(value) == "function" then handler = value end
    end
    return handler
end

-- The first argument of a running function, the caller's level as the caller counts.
local function argument_of(level)
    local name, value = getlocal(level + 1, 1)
    if not name or name:sub(1, 1) == "(" then name, value = getlocal(level + 1, -1) end
    return value
end

--- The message handler that is running and the error that it was called with; nil: none is.
function stack.handled()
    local levels = {}
    for level = 1, LEVELS_MAX do
        local info = getinfo(level, "f")
        if not info then return nil end
        local handler = info.func == xpcall and handler_of(level)
        if handler and levels[handler] then
            local value = argument_of(levels[handler])
            return handler, value
        end
        if info.func and not levels[info.func] then levels[info.func] = level end
    end
    return nil
end

--- The text of any value, also of one whose `__tostring` fails.
function stack.text_of(value)
    local ok, text = pcall(tostring, value)
    return ok and type(text) == "string" and text or "(" .. type(value) .. ")"
end

return stack
