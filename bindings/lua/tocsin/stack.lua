--- Errors and the calls that led to them, in the protocol's form.
--
-- Frames are walked, not parsed from a traceback. What belongs to tocsin is known by the file it stands in
-- and what Lua itself puts in between by the function, since the number of levels differs between Luas.
local stack = {}

local LEVELS_MAX = 250
local getinfo = debug.getinfo

local folder = getinfo(1, "S").source:match("^(.*)stack%.lua$") or "@tocsin/"
local entry = folder:sub(1, -2) .. ".lua"

local machinery = {}
for _, f in pairs({ error, assert, pcall, xpcall, coroutine.resume, coroutine.yield }) do
    machinery[f] = true
end

local function is_own(info)
    return info.source:sub(1, #folder) == folder or info.source == entry
end

local function name_of(info)
    if info.what == "main" then return "main chunk" end
    return info.name or ("function at line %d"):format(info.linedefined)
end

local function frame_of(info)
    if info.what == "C" then
        return { ["function"] = info.name, filename = "[C]", in_app = false }
    end
    local kind, path = info.source:match("^([@=])(.*)$")
    local frame = { ["function"] = name_of(info), filename = path or info.short_src, in_app = true }
    if info.currentline > 0 then frame.lineno = info.currentline end
    if kind == "@" and path:sub(1, 1) == "/" then
        frame.abs_path = path
        frame.in_app = path:sub(1, 5) ~= "/usr/"
    end
    return frame
end

local function info_at(thread, level)
    if thread then return getinfo(thread, level, "Slnf") end
    return getinfo(level + 1, "Slnf")
end

local function reverse(list)
    local reversed = {}
    for i = #list, 1, -1 do reversed[#reversed + 1] = list[i] end
    return reversed
end

--- The caller's frames, or those of a coroutine that failed or waits; the innermost call last.
function stack.frames(thread)
    local frames = {}
    for level = thread and 0 or 1, LEVELS_MAX do
        local info = info_at(thread, level)
        if not info then break end
        local is_named = info.what ~= "C" or info.name
        if info.what ~= "tail" and is_named and not is_own(info) and not machinery[info.func] then
            frames[#frames + 1] = frame_of(info)
        end
    end
    return reverse(frames)
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

local function text_of(value)
    local ok, text = pcall(tostring, value)
    return ok and type(text) == "string" and text or "(" .. type(value) .. ")"
end

local function table_exception(err)
    local meta = getmetatable(err)
    local kind = rawget(err, "type") or rawget(err, "name") or type(meta) == "table" and meta.__name
    local value = rawget(err, "value") or rawget(err, "message") or rawget(err, "msg")
    return {
        type = text_of(kind or "Error"),
        value = text_of(value == nil and err or value),
        module = rawget(err, "module"),
        stacktrace = rawget(err, "stacktrace"),
    }
end

--- One exception value from whatever was given to `error`.
function stack.exception(err, frames, is_handled)
    local exception
    if type(err) == "table" then
        exception = table_exception(err)
    else
        local text = text_of(err)
        local line, value = text:match("^[^\n]-:(%d+): (.*)$")
        exception = { type = "Error", value = value or text }
        local last = frames[#frames]
        -- LuaJIT does not know where a coroutine stood that failed
        if last and not last.lineno and line then last.lineno = tonumber(line) end
    end
    if not exception.stacktrace and #frames > 0 then exception.stacktrace = { frames = frames } end
    exception.mechanism = { type = "lua", handled = is_handled }
    return exception
end

return stack
