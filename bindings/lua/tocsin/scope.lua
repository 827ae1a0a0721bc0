--- Scopes: the object behind `tocsin.current_scope()` and its kin.
--
-- Methods answer something true, or nil, a text and a status; none raises. The handle is closed when the
-- object is collected; `close` is for who cannot wait. Processors are Lua functions and stay on this side:
-- a fork starts with those that its origin has at that moment.
-- @classmod scope
local core = require "tocsin_core"
local capture = require "tocsin.capture"
local current = require "tocsin.current"
local data = require "tocsin.scope_data"
local exception = require "tocsin.exception"
local fields = require "tocsin.fields"
local frame = require "tocsin.frame"
local restriction = require "tocsin.restriction"
local stack = require "tocsin.stack"
local trace = require "tocsin.trace"

local scope = {}
local methods = {}
methods.__index = methods

for _, part in ipairs { data, trace } do
    for name, f in pairs(part) do
        if name ~= "method" then methods[name] = f end
    end
end

-- An object around a handle that is its own to close.
function scope.new(handle, client, tier, iso)
    return setmetatable({ h = handle, guard = core.guard(handle), client = client, tier = tier, iso = iso },
                        methods)
end

-- An object around somebody else's handle.
function scope.borrow(handle, client)
    local iso_handle = core.scope_isolation(handle)
    local iso = iso_handle and scope.new(iso_handle, client, "isolation")
    return setmetatable({ h = handle, client = client, tier = iso and "current" or "detached", iso = iso },
                        methods)
end

-- Whether a value is a scope.
function scope.is(value)
    return getmetatable(value) == methods
end

--- Takes what another scope holds into this one.
-- @function scope:merge
-- @tparam scope from
methods.merge = data.method(function(self, from)
    return core.scope_merge(self.h, scope.is(from) and from.h or core.E_STALE)
end)

--- Another name for `merge`.
-- @function scope:update_from_scope
-- @tparam scope from
methods.update_from_scope = methods.merge

-- Lists are shared between forks and therefore never changed.
local function append(list, entry)
    local longer = { entry }
    for i = #(list or {}), 1, -1 do table.insert(longer, 1, list[i]) end
    return longer
end

--- Has a function look at each event captured here or on forks made later.
-- @tparam function f `f(event, hint)` answers the event, which it may change, or nil to drop it
function methods:add_event_processor(f)
    if type(f) ~= "function" then return nil, "no function", core.E_ARG end
    self.processors = append(self.processors, { f })
    self.client.is_watched = true
    return true
end

--- The same for events from `capture_exception`.
-- @tparam function f
-- @string[opt] kind only exceptions of that type
function methods:add_error_processor(f, kind)
    if type(f) ~= "function" then return nil, "no function", core.E_ARG end
    self.error_processors = append(self.error_processors, { f, kind })
    self.client.is_watched = true
    return true
end

local function inherit(to, from)
    to.processors, to.error_processors = from.processors, from.error_processors
    return to
end

--- A copy in the same tier; a current scope's copy shares its isolation scope.
-- @treturn scope
function methods:fork()
    local handle, text, code = core.scope_fork(self.h)
    if not handle then return nil, text, code end
    return inherit(scope.new(handle, self.client, self.tier, self.iso), self)
end

--- A copy of a current scope with a copy of its isolation scope: what a request starts with.
-- @treturn scope
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
-- @treturn scope
function methods:new_current()
    local handle, text, code = core.scope_new_current(self.h)
    if not handle then return nil, text, code end
    return scope.new(handle, self.client, "current", self)
end

--- The same scope with less that can be done to it, for a plugin: see docs/plugin-hosts.md. What goes beyond answers
-- nil, a text and `E_DENIED`. Forks of it can do no more, and share its quota.
-- @tparam table given a list of rights ("read", "write", "user", "capture", "fork", "merge", "close", "client",
-- "isolation") with any of the limits `events`, `breadcrumbs`, `bytes`, `handles`, `window_ms`
-- @treturn scope one without "close" stays open until it is revoked
function methods:restrict(given)
    local rights, quota, closes = restriction.read(given)
    if not rights then return nil, quota, core.E_ARG end
    local handle, text, code = core.scope_restrict(self.h, rights, quota)
    if not handle then return nil, text, code end
    local made = { h = handle, client = self.client, tier = self.tier, iso = self.iso }
    made.guard = closes and core.guard(handle) or nil
    return inherit(setmetatable(made, methods), self)
end

--- Takes back what `restrict` gave, with all that was made of it.
-- @function scope:revoke
-- @tparam scope restricted
methods.revoke = data.method(function(self, restricted)
    return core.scope_revoke(self.h, scope.is(restricted) and restricted.h or core.E_STALE)
end)

--- The isolation scope of a current scope.
-- @treturn ?scope
function methods:isolation()
    return self.iso
end

--- The number to hand to another language; good while this object lives.
-- @treturn number
function methods:handle()
    return self.h
end

--- The id of the last event sent from the isolation scope; nil: none.
-- @treturn ?string
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

--- Sends a text as an event.
-- @function scope:capture_message
-- @param text a text; or a table of the options below and `message`
-- @param[opt] options a level, or a table with any of `level`, `tags`, `extra`, `contexts`, `user`, `fingerprint`,
-- `attachments`, `scope` (whose data wins for this event) and `hint`
-- @return the event's id, or nil, a text and a status
methods.capture_message = capturing(capture.message)

--- Sends an event as the protocol has it.
-- @function scope:capture_event
-- @tparam table event
-- @tparam[opt] table options as for `capture_message`
-- @return the event's id, or nil, a text and a status
methods.capture_event = capturing(capture.event)

-- An error that is being handled has the frames of where it was raised, one that nobody raised the caller's.
local function frames_for(err, options, client, handler, handled)
    local settings = client:settings()
    if options.coroutine then return stack.frames(options.coroutine, settings) end
    if handler and not rawequal(err, handled) then handler = nil end
    return options.frames or current.frames_of(err) or stack.frames(nil, settings, handler)
end

local function is_repeated(client, err, is_handled, frames)
    local ask = client.is_active and client.is_repeated
    return ask and ask(err, is_handled and "caught" or "raised", frames)
end

local function capture_exception(self, err, options)
    options = fields.copy(options or {})
    local handler, handled
    if not options.frames then handler, handled = stack.handled() end
    if err == nil then err = handled end
    if err == nil and not options.frames then return nil, "no error is being handled", core.E_ARG end
    local frames = frames_for(err, options, self.client, handler, handled)
    local is_handled = options.handled ~= false
    if is_repeated(self.client, err, is_handled, frames) then
        capture.count_repeated(self)
        return nil, "the same error again", core.DROPPED
    end
    frame.add_lines(frames, self.client:settings())
    options.hint = fields.copy(options.hint or {})
    options.hint.original_exception = err
    local mechanism = { type = options.mechanism or "lua", handled = is_handled }
    return capture.exception(self, exception.of(err, frames, mechanism), options)
end

--- Sends an error as an event.
-- @function scope:capture_exception
-- @param[opt] err anything that `error` takes; nil: the one that a message handler of `xpcall` is at, unless that
-- has called this as its last deed (`return tocsin.capture_exception()`), since then it is gone
-- @tparam[opt] table options as for `capture_message`, and `coroutine`, the one that failed
-- @return the event's id, or nil, a text and a status
function methods:capture_exception(err, options)
    return caught(pcall(capture_exception, self, err, options))
end

--- Closes the handle now; using the scope afterwards is an error that each method tells.
function methods:close()
    if self.guard then core.guard_close(self.guard) end
end

return scope
