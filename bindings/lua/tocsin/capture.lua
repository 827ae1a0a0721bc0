--- Captures, straight or in two steps.
--
-- Lua functions are never called from C. If any has a say in an event, the core prepares the event, they see
-- it as a table, and what they made of it is submitted; if none has, the core does it all in one call.
local core = require "tocsin_core"
local json = require "tocsin.json"
local current = require "tocsin.current"
local fields = require "tocsin.fields"

local capture = {}

local MESSAGE, EXCEPTION, EVENT = core.CAPTURE_MESSAGE, core.CAPTURE_EXCEPTION, core.CAPTURE_EVENT

local function layers_of(scope, overlay)
    local layers = { scope.client.global }
    if scope.tier == "current" then layers[#layers + 1] = scope.iso end
    if scope.tier ~= "global" then layers[#layers + 1] = scope end
    layers[#layers + 1] = overlay
    return layers
end

-- Whether any function has a say in what is captured on the client.
local function is_watched(client, overlay)
    return client.is_watched or overlay and (overlay.processors or overlay.error_processors)
end

-- Whether what was raised, which is the last of an exception's values, is of that type.
local function has_type(event, kind)
    local values = type(event.exception) == "table" and event.exception.values
    local raised = type(values) == "table" and values[#values]
    return type(raised) == "table" and raised.type == kind
end

-- The functions to ask, in order, as { function, type }.
local function chain_of(client, source, layers)
    local chain = {}
    if source == EXCEPTION then
        for _, layer in ipairs(layers) do
            for _, one in ipairs(layer.error_processors or {}) do chain[#chain + 1] = one end
        end
    end
    for _, layer in ipairs(layers) do
        for _, one in ipairs(layer.processors or {}) do chain[#chain + 1] = one end
    end
    for _, f in ipairs(client.processors) do chain[#chain + 1] = { f } end
    return chain
end

-- What a function made of its subject; nil: dropped, or the function failed.
local function ask(client, f, subject, hint)
    local ok, answer = pcall(f, subject, hint)
    if not ok then
        client:complain("a hook failed: " .. tostring(answer))
        return nil
    end
    if answer == true then return subject end
    return type(answer) == "table" and answer or nil
end

-- The event that all agreed on, or nil and the reason to be counted.
local function filter(client, chain, event, hint)
    for _, one in ipairs(chain) do
        if not one[2] or has_type(event, one[2]) then
            event = ask(client, one[1], event, hint)
            if not event then return nil, "event_processor" end
        end
    end
    if client.before_send then
        event = ask(client, client.before_send, event, hint)
        if not event then return nil, "before_send" end
    end
    return event
end

local function filter_text(client, chain, handle, hint)
    local event, reason = filter(client, chain, json.decode(core.event_json(handle)), hint)
    if not event then return nil, reason end
    return json.encode(event)
end

-- Ends a prepared event by what the chain says of it. Whatever fails on the way, the handle is closed.
local function finish(client, handle, chain, hint)
    local key = current.key()
    client.busy[key] = true
    local ok, text, reason = pcall(filter_text, client, chain, handle, hint)
    client.busy[key] = nil
    if ok and text then return core.event_submit(handle, text) end
    if not ok then client:complain("a hook left no event: " .. tostring(text)) end
    local last = client.before_send and "before_send" or "event_processor"
    core.event_discard(handle, reason or last)
    return core.DROPPED
end

local function event_of(source, value, level)
    if source == MESSAGE then return { message = value, level = level } end
    if source == EXCEPTION then return { exception = { values = { value } } } end
    return value
end

local function in_two_steps(scope, source, value, level, overlay, chain, hint)
    local client = scope.client
    local mark = client.is_owner and core.CAPTURE_HOOKED or 0
    local text = json.encode(event_of(source, value, level))
    local handle, problem, code = core.event_prepare(scope.h, source + mark, text, overlay)
    if not handle then return nil, problem, code end
    if handle == 0 then return client.is_active and core.DROPPED or core.DISABLED end
    return finish(client, handle, chain, hint)
end

local function straight(scope, source, value, level, overlay)
    if source == MESSAGE then
        return core.scope_capture_message(scope.h, value, fields.level(level), overlay)
    elseif source == EXCEPTION then
        return core.scope_capture_exception(scope.h, json.encode(value), overlay)
    end
    return core.scope_capture_event(scope.h, json.encode(value), overlay)
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
        core.scope_set_origin(handle, client.origin_json)
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
    if not is_watched(client, options.scope) then
        return straight(scope, source, value, options.level, overlay)
    end
    local chain = chain_of(client, source, layers_of(scope, options.scope))
    return in_two_steps(scope, source, value, options.level, overlay, chain, options.hint or {})
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
    scope.client:pump()
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

function capture.message(scope, text, options)
    if type(options) ~= "table" then options = { level = options } end
    if text == nil then return nil, "no text", core.E_ARG end
    if type(text) ~= "string" then text = tostring(text) end
    return run(scope, MESSAGE, text, options)
end

--- `exception` is one value as the protocol has it.
function capture.exception(scope, exception, options)
    return run(scope, EXCEPTION, exception, options or {})
end

function capture.event(scope, event, options)
    return run(scope, EVENT, event, options or {})
end

--- Runs the hooks over what others captured on the client; says how many events that were.
function capture.pump(client)
    local count, chain = 0, chain_of(client, EVENT, {})
    while true do
        local handle = core.client_next_event(client.h, 0)
        if not handle or handle == 0 then return count end
        finish(client, handle, chain, {})
        count = count + 1
    end
end

--- The crumb as `before_breadcrumb` leaves it; nil: dropped.
function capture.filter_crumb(client, crumb, hint)
    local f = client.before_breadcrumb
    if not f or not client.is_active or next(crumb) == nil then return crumb end
    local key, now = current.key(), os.time()
    crumb = fields.copy(crumb)
    if crumb.type == nil then crumb.type = "default" end
    local is_timed = crumb.timestamp ~= nil
    if not is_timed then crumb.timestamp = now end
    local was_busy = client.busy[key]
    client.busy[key] = true
    crumb = ask(client, f, crumb, hint or {})
    client.busy[key] = was_busy
    -- the core knows the time better than to the second
    if crumb and not is_timed and crumb.timestamp == now then crumb.timestamp = nil end
    return crumb
end

return capture
