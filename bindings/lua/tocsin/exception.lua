--- An exception in the protocol's form from whatever was given to `error`.
local stack = require "tocsin.stack"

local exception = {}

local text_of = stack.text_of

local function of_table(err)
    local meta = debug.getmetatable(err)
    local kind = rawget(err, "type") or rawget(err, "name") or type(meta) == "table" and rawget(meta, "__name")
    local value = rawget(err, "value") or rawget(err, "message") or rawget(err, "msg")
    return {
        type = text_of(kind or "Error"),
        value = text_of(value == nil and err or value),
        module = rawget(err, "module"),
        stacktrace = rawget(err, "stacktrace"),
    }
end

local function of_text(text, frames)
    local line, value = text:match("^[^\n]-:(%d+): (.*)$")
    local last = frames[#frames]
    -- LuaJIT does not know where a coroutine stood that failed
    if last and not last.lineno and line then last.lineno = tonumber(line) end
    return { type = "Error", value = value or text }
end

--- One exception value. `mechanism` says what noticed it, and whether the program dealt with it.
function exception.of(err, frames, mechanism)
    local made = type(err) == "table" and of_table(err) or of_text(text_of(err), frames)
    if not made.stacktrace and #frames > 0 then made.stacktrace = { frames = frames } end
    made.mechanism = mechanism
    return made
end

--- Whether a text that was raised says that it was raised where none of these calls stands.
function exception.is_raised_again(err, frames)
    local file, line = (type(err) == "string" and err or ""):match("^([^\n]-):(%d+): ")
    if not line or #frames == 0 then return false end
    file = file:gsub("^%.%.%.", "")
    for _, one in ipairs(frames) do
        if one.lineno == tonumber(line) and one.filename:sub(-#file) == file then return false end
    end
    return true
end

--- Whether it is what Lua raises when somebody presses Ctrl-C.
function exception.is_interrupt(err)
    return type(err) == "string" and (err == "interrupted!" or err:find(": interrupted!$") ~= nil)
end

return exception
