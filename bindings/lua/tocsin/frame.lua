--- One call of a stack as the protocol has it.
local scrub = require "tocsin.scrub"
local show = require "tocsin.show"
local source = require "tocsin.source"

local frame = {}

local VARS_MAX = 30
local getlocal = debug.getlocal

-- Servers group by it, so there is no line in it.
local function name_of(info)
    if info.what == "main" then return "main chunk" end
    return info.name or "anonymous function"
end

local function starts_with(text, prefix)
    return prefix ~= "" and text:sub(1, #prefix) == prefix
end

-- What a rule may call a file: its path, its last part, or as `require` has it.
local function names_of(path)
    local short = path:gsub("^%./", "")
    return { path, short, (short:match("[^/]*$")), (short:gsub("%.lua$", ""):gsub("/", ".")) }
end

local function matches(prefixes, names)
    for _, prefix in ipairs(prefixes or {}) do
        for _, name in ipairs(names) do
            if starts_with(name, prefix) then return true end
        end
    end
    return false
end

-- Where packages are installed: by the system, by LuaRocks, with OpenResty.
local function is_installed(path)
    return starts_with(path, "/usr/") or path:find("/share/lua/%d%.%d/") ~= nil
        or path:find("/lualib/", 1, true) ~= nil
end

local function is_in_app(path, settings)
    local names = names_of(path)
    if matches(settings.in_app_include, names) then return true end
    if matches(settings.in_app_exclude, names) then return false end
    return not is_installed(path)
end

-- What was found out about files, by the options that it depends on.
local PATHS_MAX = 500
local found = setmetatable({}, { __mode = "k" })

local function is_known_in_app(path, settings)
    local known = found[settings]
    if not known or known.count >= PATHS_MAX then
        known = { count = 0, paths = {} }
        found[settings] = known
    end
    if known.paths[path] == nil then
        known.paths[path], known.count = is_in_app(path, settings), known.count + 1
    end
    return known.paths[path]
end

-- Frames whose file can be read, and its path.
local paths = setmetatable({}, { __mode = "k" })

--- A frame from what `debug.getinfo` says, by the options of a client.
function frame.of(info, settings)
    if info.what == "C" then
        return { ["function"] = info.name, filename = "[C]", in_app = false }
    end
    local kind, path = info.source:match("^([@=])(.*)$")
    path = path or info.short_src
    local made = { ["function"] = name_of(info), filename = path, in_app = is_known_in_app(path, settings) }
    if info.currentline > 0 then made.lineno = info.currentline end
    if kind == "@" then
        if path:sub(1, 1) == "/" then made.abs_path = path end
        paths[made] = path
    end
    return made
end

--- Gives frames their source lines, as many as are wanted. Apart from the above: most errors are not reported.
function frame.add_lines(frames, settings)
    local around = settings.context_lines or 0
    for _, one in ipairs(around > 0 and frames or {}) do
        if paths[one] and one.lineno and not one.context_line then source.add_lines(one, paths[one], around) end
    end
end

--- The local variables of a running function as texts, or nil if they are not wanted or there are none.
-- `level` is as the caller counts.
function frame.variables(thread, level, settings)
    if not settings.include_local_variables then return nil end
    local vars
    for i = 1, VARS_MAX do
        local name, value
        if thread then name, value = getlocal(thread, level, i) else name, value = getlocal(level + 1, i) end
        if not name then break end
        if name:sub(1, 1) ~= "(" then
            vars = vars or {}
            local is_hidden = scrub.hides(settings.scrub_denylist, name)
            vars[name] = is_hidden and scrub.FILTERED or show.value(value, settings.scrub_denylist)
        end
    end
    return vars
end

return frame
