--- Captures, straight or in two steps: if a Lua function has a say in the event, it is shown to it in between.
local core = require "tocsin_core"
local json = require "tocsin.json"
local chain = require "tocsin.chain"
local current = require "tocsin.current"
local fields = require "tocsin.fields"
local stack = require "tocsin.stack"

local capture = {}

local MESSAGE, EXCEPTION, EVENT = core.CAPTURE_MESSAGE, core.CAPTURE_EXCEPTION, core.CAPTURE_EVENT

local function event_of(source, value, level)
    if source == MESSAGE then return { message = value, level = level } end
    if source == EXCEPTION then return { exception = { values = { value } } } end
    return value
end

local function straight(scope, source, value, level, overlay)
    if source == MESSAGE then
        return core.scope_capture_message(scope.h, value, fields.level(level), overlay)
    elseif source == EXCEPTION then
        return core.scope_capture_exception(scope.h, json.encode(value), overlay)
    end
    return core.scope_capture_event(scope.h, json.encode(value), overlay)
end

-- Functions of a scope, which those of the client's own do not stand in for.
local function has_processors(scope)
    local iso = scope.iso or {}
    return scope.processors or scope.error_processors or iso.processors or iso.error_processors
end

-- A scope that may not be read is captured on in one step; the client's hooks see that as they see what other
-- languages capture.
local function in_two_steps(scope, source, value, level, overlay, functions, hint)
    local client = scope.client
    local mark = client.is_owner and core.CAPTURE_HOOKED or 0
    local text = json.encode(event_of(source, value, level))
    local handle, problem, code = core.event_prepare(scope.h, source + mark, text, overlay)
    if code == core.E_DENIED and client.is_pulling and not has_processors(scope) then
        return straight(scope, source, value, level, overlay)
    end
    if not handle then return nil, problem, code end
    if handle == 0 then return client.is_active and core.DROPPED or core.DISABLED end
    return chain.finish(client, handle, functions, hint)
end

-- The scope laid over one capture: which language it comes from, and what the caller adds. A new handle, or
-- nil: the client's own will do.
local function new_overlay(client, source, options)
    local level = source ~= MESSAGE and options.level or nil
    local handle
    if options.scope then
        handle = core.scope_fork(options.scope.h)
        if not handle then
            handle = assert(core.scope_new(client.h))
            core.scope_merge(handle, options.scope.h)
        end
        if client.origin_json then core.scope_set_origin(handle, client.origin_json) end
    elseif level or fields.any(options) then
        handle = assert(core.scope_fork(client.origin))
    end
    if handle then fields.set(handle, options) end
    if level then core.scope_set_level(handle, fields.level(level)) end
    return handle
end

local function send(scope, source, value, options, overlay)
    local client = scope.client
    if client.busy[current.key()] then
        return nil, "a capture inside a hook", core.E_REENTRANT
    end
    if not chain.is_watched(client, options.scope) then
        return straight(scope, source, value, options.level, overlay)
    end
    local functions = chain.of(scope, source == EXCEPTION, options.scope)
    local hint = chain.hint(value, options.hint)
    return in_two_steps(scope, source, value, options.level, overlay, functions, hint)
end

-- A scope that has its say anyway has it once.
local function without_layers(scope, options)
    local over = options.scope
    if not over then return options end
    if over ~= scope and over ~= scope.iso and over ~= scope.client.global then return options end
    options = fields.copy(options)
    options.scope = nil
    return options
end

local function with_overlay(scope, source, value, options)
    local client = scope.client
    options = without_layers(scope, options)
    local own = new_overlay(client, source, options)
    local ok, outcome, id, code = pcall(send, scope, source, value, options, own or client.origin)
    if own then core.handle_close(own) end
    if not ok then error(outcome, 0) end
    return outcome, id, code
end

local function settle(ok, outcome, id, code)
    if not ok then return nil, outcome, core.E_ARG end
    if outcome == nil then return nil, id, code end
    if outcome == core.DROPPED then return nil, "dropped", outcome end
    if outcome == core.DISABLED then return nil, "the client is not active", outcome end
    return id
end

local function on_scope(scope, source, value, options)
    local client = scope.client
    client:pump()
    if client.before_capture then client:before_capture() end
    return settle(pcall(with_overlay, scope, source, value, options))
end

-- An event is not lost because its scope is gone: it goes to the root, and says so.
local function on_root(scope, source, value, options)
    local tags = { ["tocsin.stale_scope"] = "true" }
    for key, tag in pairs(options.tags or {}) do tags[key] = tag end
    local more = { tags = tags }
    for key, option in pairs(options) do
        if key ~= "tags" then more[key] = option end
    end
    return on_scope(scope.client.root, source, value, more)
end

local function run(scope, source, value, options)
    local id, problem, code = on_scope(scope, source, value, options)
    local root = scope.client.root
    if code == core.E_STALE and root and root ~= scope then
        return on_root(scope, source, value, options)
    end
    return id, problem, code
end

-- { message = "...", level = "info" } and the like.
local function is_table_form(value)
    return type(value) == "table" and getmetatable(value) == nil and value.message ~= nil
end

function capture.message(scope, text, options)
    if is_table_form(text) then text, options = text.message, text end
    if type(options) ~= "table" then options = { level = options } end
    if text == nil then return nil, "no text", core.E_ARG end
    if type(text) ~= "string" then text = stack.text_of(text) end
    return run(scope, MESSAGE, text, options)
end

--- `exception` is one value as the protocol has it.
function capture.exception(scope, exception, options)
    return run(scope, EXCEPTION, exception, options or {})
end

function capture.event(scope, event, options)
    return run(scope, EVENT, event, options or {})
end

--- Counts an event that is not sent because it was sent before.
function capture.count_repeated(scope)
    local mark = scope.client.is_owner and core.CAPTURE_HOOKED or 0
    local handle = core.event_prepare(scope.h, EVENT + mark, "{}", 0)
    if handle and handle ~= 0 then core.event_discard(handle, "event_processor") end
end

return capture
