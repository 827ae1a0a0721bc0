-- The operations of the vector language, one row each. Where Lua takes more than the library does (a number for a
-- tag, a text for a breadcrumb), something stands in that it does not take either.
local core = require "tocsin_core"
local json = require "tocsin.json"
local actions = dofile((arg[0]:gsub("main%.lua$", "actions.lua")))

local ops = {}

local function plain(value)
    if value == json.null then return nil end
    return value
end

local function scope_of(play, name)
    return assert(play.scopes[name], "no such scope")
end

local function keep(play, name, scope, text, code)
    if name then play.scopes[name] = scope end
    return scope, text, code
end

function ops.fork(play, op)
    return keep(play, op.as, scope_of(play, op.from):fork())
end

function ops.fork_isolation(play, op)
    local fork, text, code = scope_of(play, op.from):fork_isolation()
    if fork and op.isolation_as then play.scopes[op.isolation_as] = fork:isolation() end
    return keep(play, op.as, fork, text, code)
end

function ops.new_current(play, op)
    return keep(play, op.as, scope_of(play, op.isolation):new_current())
end

function ops.new_isolation(play, op)
    return keep(play, op.as, play.client:new_isolation())
end

function ops.new_scope(play, op)
    return keep(play, op.as, play.client:new_scope())
end

function ops.set_tag(play, op)
    local value = plain(op.value)
    if value ~= nil and type(value) ~= "string" then return true end
    return scope_of(play, op.scope):set_tag(op.key, value)
end

function ops.set_tags(play, op)
    local tags = json.is_list(op.tags) and op.tags or {}
    for key, value in pairs(op.tags) do
        local is_taken = type(value) == "string" or value == json.null
        tags[key] = is_taken and value or json.list()
    end
    return scope_of(play, op.scope):set_tags(tags)
end

function ops.add_breadcrumb(play, op)
    local crumb = type(op.crumb) == "table" and op.crumb or json.list()
    return scope_of(play, op.scope):add_breadcrumb(crumb)
end

-- For bindings, so there is no method.
function ops.set_origin(play, op)
    return core.scope_set_origin(scope_of(play, op.scope):handle(), json.encode(op.origin))
end

-- Operation, and the members that are the method's arguments.
local direct = {
    remove_tag = { "key" }, remove_extra = { "key" }, remove_context = { "key" },
    set_user = { "user" }, set_request = { "request" }, set_fingerprint = { "fingerprint" },
    set_extra = { "key", "value" }, set_context = { "key", "value" }, set_level = { "level" },
    set_transaction_name = { "name", "source" }, add_feature_flag = { "flag", "result" },
    update = { "fields" }, clear_breadcrumbs = {}, new_trace = {}, clear = {},
    continue_trace = { "headers" },
}
local called = { set_transaction = "set_transaction_name", set_flag = "add_feature_flag" }

for method, members in pairs(direct) do
    ops[method] = function(play, op)
        local scope = scope_of(play, op.scope)
        local one, two = op[members[1]], op[members[2]]
        if method == "set_transaction_name" then one, two = plain(one), plain(two) end
        return scope[method](scope, one, two)
    end
end
for name, method in pairs(called) do ops[name] = ops[method] end

function ops.add_attachment(play, op)
    return scope_of(play, op.scope):add_attachment { filename = op.filename, bytes = op.data }
end

function ops.add_event_processor(play, op)
    return scope_of(play, op.scope):add_event_processor(actions.hook(play, op["do"]))
end

function ops.add_error_processor(play, op)
    return scope_of(play, op.scope):add_error_processor(actions.hook(play, op["do"]), plain(op.type))
end

function ops.merge(play, op)
    return scope_of(play, op.into):merge(scope_of(play, op.from))
end

local function options_of(play, op)
    local options = { level = plain(op.level) }
    for key, value in pairs(op.with or {}) do options[key] = plain(value) end
    if op.overlay then options.scope = scope_of(play, op.overlay) end
    return options
end

local function note(play, id, text, code)
    table.insert(play.captures, id or json.null)
    table.insert(play.stats, play.client:stats())
    return id, text, code
end

function ops.capture_message(play, op)
    return note(play, scope_of(play, op.scope):capture_message(op.message, options_of(play, op)))
end

function ops.capture_event(play, op)
    return note(play, scope_of(play, op.scope):capture_event(op.event, options_of(play, op)))
end

function ops.capture_exception(play, op)
    local err = { type = op.type, value = op.value }
    return note(play, scope_of(play, op.scope):capture_exception(err, options_of(play, op)))
end

function ops.get_last_event_id(play, op)
    local id, text, code = scope_of(play, op.scope):last_event_id()
    table.insert(play.reads, id or json.null)
    return id, text, code
end

return ops
