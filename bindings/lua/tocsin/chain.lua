--- The functions that have a say in an event or a breadcrumb.
--
-- They are never called from C: the core prepares the event, they see it as a table, and what they made of it is
-- submitted. One that fails drops it, since it may not have removed what it should; only a sampler is passed over.
local core = require "tocsin_core"
local json = require "tocsin.json"
local current = require "tocsin.current"
local fields = require "tocsin.fields"
local stack = require "tocsin.stack"

local chain = {}

local function layers_of(scope, overlay)
    local layers = { scope.client.global }
    if scope.tier == "current" then layers[#layers + 1] = scope.iso end
    if scope.tier ~= "global" then layers[#layers + 1] = scope end
    layers[#layers + 1] = overlay
    return layers
end

--- Whether any function has a say in what is captured on the client with that overlay.
function chain.is_watched(client, overlay)
    return client.is_watched or overlay and (overlay.processors or overlay.error_processors)
end

-- Whether what was raised, which is the last of an exception's values, is of that type.
local function has_type(event, kind)
    local values = type(event.exception) == "table" and event.exception.values
    local raised = type(values) == "table" and values[#values]
    return type(raised) == "table" and raised.type == kind
end

--- The functions to ask, in order, as { function, type }.
function chain.of(scope, is_exception, overlay)
    local functions, layers = {}, layers_of(scope, overlay)
    for _, layer in ipairs(is_exception and layers or {}) do
        for _, one in ipairs(layer.error_processors or {}) do functions[#functions + 1] = one end
    end
    for _, layer in ipairs(layers) do
        for _, one in ipairs(layer.processors or {}) do functions[#functions + 1] = one end
    end
    for _, f in ipairs(scope.client.processors) do functions[#functions + 1] = { f } end
    return functions
end

--- What goes to the functions beside the event: what the caller gave, and the way to an error as text.
function chain.hint(value, hint)
    hint = fields.copy(hint or {})
    local trace = type(value) == "table" and value.stacktrace
    if hint.traceback == nil and type(trace) == "table" and type(trace.frames) == "table" then
        local ok, text = pcall(stack.traceback, trace.frames)
        hint.traceback = ok and text or nil
    end
    return hint
end

-- What a function made of its subject; nil: dropped, or the function failed.
local function ask(client, f, subject, hint)
    local ok, answer = pcall(f, subject, hint)
    if not ok then
        client:complain("a hook failed: " .. stack.text_of(answer))
        return nil
    end
    if answer == true then return subject end
    return type(answer) == "table" and answer or nil
end

-- The event that all agreed on, or nil and the reason to be counted.
local function filter(client, functions, event, hint)
    for _, one in ipairs(functions) do
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

-- Hands the sampler's rate on; without a usable one the option `sample_rate` decides.
local function sample(client, handle, event, hint)
    if not client.error_sampler then return end
    local ok, rate = pcall(client.error_sampler, event, hint)
    if type(rate) == "boolean" then rate = rate and 1 or 0 end
    if ok and type(rate) == "number" and rate >= 0 and rate <= 1 then
        core.event_set_rate(handle, math.floor(rate * 1e6 + 0.5))
    else
        client:complain("error_sampler gave no rate between 0 and 1: " .. stack.text_of(rate))
    end
end

local function filter_text(client, functions, handle, hint)
    local event, reason = filter(client, functions, json.decode(core.event_json(handle)), hint)
    if not event then return nil, reason end
    local text = json.encode(event)
    sample(client, handle, event, hint)
    return text
end

--- Ends a prepared event by what the functions say of it. Whatever fails on the way, the handle is closed.
function chain.finish(client, handle, functions, hint)
    local key = current.key()
    client.busy[key] = true
    local ok, text, reason = pcall(filter_text, client, functions, handle, hint)
    client.busy[key] = nil
    if ok and text then return core.event_submit(handle, text) end
    if not ok then client:complain("a hook left no event: " .. stack.text_of(text)) end
    core.event_discard(handle, reason or client.before_send and "before_send" or "event_processor")
    return core.DROPPED
end

--- Runs the hooks over what others captured on the client; says how many events that were.
function chain.pump(client)
    local functions = {}
    for i, f in ipairs(client.processors) do functions[i] = { f } end
    local count = 0
    while true do
        local handle = core.client_next_event(client.h, 0)
        if not handle or handle == 0 then return count end
        chain.finish(client, handle, functions, {})
        count = count + 1
    end
end

--- The crumb as `before_breadcrumb` leaves it; nil: dropped.
function chain.filter_crumb(client, crumb, hint)
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

return chain
