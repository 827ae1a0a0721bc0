--- Scopes: the object behind `tocsin.current_scope()` and its kin.
--
-- Methods answer something true, or nil, a text and a status; none raises. The handle is closed when the
-- object is collected; `close` is for who cannot wait. Processors are Lua functions and stay on this side:
-- a fork starts with those that its origin has at that moment.
local core = require "tocsin_core"
local json = require "tocsin.json"
local capture = require "tocsin.capture"
local fields = require "tocsin.fields"
local stack = require "tocsin.stack"

local scope = {}
local methods = {}
methods.__index = methods

--- An object around a handle that is its own to close.
function scope.new(handle, client, tier, iso)
    return setmetatable({ h = handle, guard = core.guard(handle), client = client, tier = tier, iso = iso },
                        methods)
end

--- An object around somebody else's handle.
function scope.borrow(handle, client)
    local iso_handle = core.scope_isolation(handle)
    local iso = iso_handle and scope.new(iso_handle, client, "isolation")
    return setmetatable({ h = handle, client = client, tier = iso and "current" or "detached", iso = iso },
                        methods)
end

--- Whether a value is a scope.
function scope.is(value)
    return getmetatable(value) == methods
end

local function settle(ok, outcome, text, code)
    if not ok then return nil, outcome, core.E_ARG end
    if outcome == nil then return nil, text, code end
    if outcome == core.DROPPED then return nil, "dropped", outcome end
    if outcome == core.DISABLED then return nil, "the client is not active", outcome end
    return true
end

-- A method whose body answers as the core does, and may raise.
local function method(body)
    return function(...) return settle(pcall(body, ...)) end
end

methods.set_tag = method(function(self, key, value)
    return core.scope_set_tag(self.h, fields.text(key), fields.text(value))
end)

methods.set_tags = method(function(self, tags)
    return core.scope_set_tags(self.h, fields.tags(tags))
end)

methods.remove_tag = method(function(self, key)
    return core.scope_remove_tag(self.h, fields.text(key))
end)

--- A nil user unsets, as with the setters below.
methods.set_user = method(function(self, user)
    return core.scope_set_user(self.h, fields.json(user))
end)

methods.set_extra = method(function(self, key, value)
    return core.scope_set_extra(self.h, fields.text(key), fields.json(value))
end)

methods.remove_extra = method(function(self, key)
    return core.scope_remove_extra(self.h, fields.text(key))
end)

methods.set_context = method(function(self, key, context)
    return core.scope_set_context(self.h, fields.text(key), fields.json(context))
end)

methods.remove_context = method(function(self, key)
    return core.scope_remove_context(self.h, fields.text(key))
end)

methods.set_request = method(function(self, request)
    return core.scope_set_request(self.h, fields.json(request))
end)

--- "debug", "info", "warning", "error" or "fatal".
methods.set_level = method(function(self, level)
    return core.scope_set_level(self.h, fields.level(level))
end)

methods.set_fingerprint = method(function(self, fingerprint)
    return core.scope_set_fingerprint(self.h, fields.list(fingerprint))
end)

--- What is being done ("GET /users/:id") and where the name is from ("route", "url", ...).
methods.set_transaction_name = method(function(self, name, source)
    return core.scope_set_transaction(self.h, name, source)
end)

methods.add_feature_flag = method(function(self, flag, result)
    return core.scope_set_flag(self.h, flag, fields.json(result))
end)

--- `crumb` is a table, or a text for its message; `hint` goes to `before_breadcrumb`.
methods.add_breadcrumb = method(function(self, crumb, hint)
    if type(crumb) ~= "table" then crumb = { message = fields.text(crumb) } end
    self.client:pump()
    crumb = capture.filter_crumb(self.client, crumb, hint)
    if not crumb then return core.DROPPED end
    return core.scope_add_breadcrumb(self.h, json.encode(crumb))
end)

--- Several fields at once, all or none: `tags`, `extra`, `contexts`, `flags`, `user`, `request`, `level`,
-- `fingerprint`, `transaction`.
methods.update = method(function(self, several)
    return core.scope_update(self.h, fields.json(several))
end)

methods.clear_breadcrumbs = method(function(self)
    return core.scope_clear_breadcrumbs(self.h)
end)

--- A table with `bytes` and `filename`, or with `path`; `content_type` if you like.
methods.add_attachment = method(function(self, attachment)
    return fields.attach(self.h, attachment)
end)

methods.new_trace = method(function(self)
    return core.scope_new_trace(self.h)
end)

--- Takes what another scope holds into this one.
methods.merge = method(function(self, from)
    return core.scope_merge(self.h, scope.is(from) and from.h or core.E_STALE)
end)
methods.update_from_scope = methods.merge

methods.clear = method(function(self)
    return core.scope_clear(self.h)
end)

-- Lists are shared between forks and therefore never changed.
local function append(list, entry)
    local longer = { entry }
    for i = #(list or {}), 1, -1 do table.insert(longer, 1, list[i]) end
    return longer
end

local function is_function(f)
    return type(f) == "function" or nil, "no function", core.E_ARG
end

--- `f(event, hint)` answers the event, which it may change, or nil to drop it.
function methods:add_event_processor(f)
    if type(f) ~= "function" then return is_function(f) end
    self.processors = append(self.processors, { f })
    self.client.is_watched = true
    return true
end

--- The same for events from `capture_exception`; with a type, for exceptions of that type.
function methods:add_error_processor(f, kind)
    if type(f) ~= "function" then return is_function(f) end
    self.error_processors = append(self.error_processors, { f, kind })
    self.client.is_watched = true
    return true
end

local function inherit(to, from)
    to.processors, to.error_processors = from.processors, from.error_processors
    return to
end

--- A copy in the same tier; a current scope's copy shares its isolation scope.
function methods:fork()
    local handle, text, code = core.scope_fork(self.h)
    if not handle then return nil, text, code end
    return inherit(scope.new(handle, self.client, self.tier, self.iso), self)
end

--- A copy of a current scope with a copy of its isolation scope: what a request starts with.
function methods:fork_isolation()
    local handle, text, code = core.scope_fork_isolation(self.h)
    if not handle then return nil, text, code end
    local fork = scope.new(handle, self.client, "current")
    local iso
    iso, text, code = core.scope_isolation(handle)
    if not iso then return nil, text, code end
    fork.iso = inherit(scope.new(iso, self.client, "isolation"), self.iso)
    return inherit(fork, self)
end

--- A new, empty current scope of this isolation scope.
function methods:new_current()
    local handle, text, code = core.scope_new_current(self.h)
    if not handle then return nil, text, code end
    return scope.new(handle, self.client, "current", self)
end

--- The isolation scope of a current scope.
function methods:isolation()
    return self.iso
end

--- The number to hand to another language; good while this object lives.
function methods:handle()
    return self.h
end

local function table_of(text, problem, code)
    if not text then return nil, problem, code end
    return json.decode(text)
end

--- What the scope itself holds, as a table.
function methods:data()
    return table_of(core.scope_json(self.h))
end

--- What an event captured here would get from all layers, as a table.
function methods:merged_data()
    return table_of(core.scope_merged_json(self.h))
end

--- The id of the last event sent from the isolation scope; nil: none.
function methods:last_event_id()
    local id, text, code = core.scope_last_event_id(self.h)
    if not id then return nil, text, code end
    return id ~= "" and id or nil
end

local function caught(ok, id, text, code)
    if not ok then return nil, id, core.E_ARG end
    return id, text, code
end

local function capturing(body)
    return function(...) return caught(pcall(body, ...)) end
end

--- `options` is a level, or a table with any of `level`, `tags`, `extra`, `contexts`, `user`, `fingerprint`,
-- `attachments`, `scope` (whose data wins for this event) and `hint`. The id, or nil, a text and a status.
methods.capture_message = capturing(capture.message)

local function frames_for(options)
    return options.coroutine and stack.frames(options.coroutine) or options.frames or stack.frames()
end

--- `err` is anything that `error` takes. `options` as above and `coroutine`, the one that failed.
methods.capture_exception = capturing(function(self, err, options)
    options = fields.copy(options or {})
    options.hint = fields.copy(options.hint or {})
    options.hint.original_exception = err
    local exception = stack.exception(err, frames_for(options), options.handled ~= false)
    return capture.exception(self, exception, options)
end)

--- An event as the protocol has it.
methods.capture_event = capturing(capture.event)

--- Closes the handle now; using the scope afterwards is an error that each method tells.
function methods:close()
    if self.guard then core.guard_close(self.guard) end
end

return scope
