--- Names of SDKs with a stack of scopes and hubs, for programs that come from one.
--
--     local sentry = require "tocsin.compat"
--     sentry.configure_scope(function(scope) scope:set_tag("region", "eu") end)
--     sentry.push_scope(function(scope)
--         scope:set_level("warning")
--         sentry.capture_exception(err)
--     end)
--
-- All other names are those of `tocsin`. New programs need nothing of this: see `with_scope`.
-- @module tocsin.compat
local tocsin = require "tocsin"
local current = require "tocsin.current"

local compat = setmetatable({}, { __index = tocsin })

--- Calls `f(scope)` in a fork of the current scope; without a function, makes the fork current until its `pop`.
-- @tparam[opt] function f
-- @return the results of `f`, or an object with `scope` and `pop`
function compat.push_scope(f)
    if f then return tocsin.with_scope(f) end
    return tocsin.push_scope()
end

--- Calls `f(scope)` with the isolation scope, to change it for good; without a function, gives it.
-- @tparam[opt] function f
-- @return the results of `f`, or the scope
function compat.configure_scope(f)
    local scope = tocsin.isolation_scope()
    if f then return f(scope) end
    return scope
end

--- Like `tocsin.with_scope`, under a name of newer SDKs.
-- @tparam function f
-- @return the results of `f`
function compat.new_scope(f)
    return tocsin.with_scope(f)
end

local hub = {}
hub.__index = hub

-- What hubs pushed, by coroutine; a hub with scopes of its own has its own.
local stacks = setmetatable({}, { __mode = "k" })

local function stack_of_running()
    local key = current.key()
    stacks[key] = stacks[key] or {}
    return stacks[key]
end

--- The hub of what is running.
-- @treturn hub
function compat.get_current_hub()
    return setmetatable({ pushed = stack_of_running() }, hub)
end

--- A hub with scopes of its own.
-- @treturn hub
function compat.new_hub()
    return compat.get_current_hub():clone()
end

--- The client of this hub.
-- @treturn client
function hub:client()
    return self:scope().client
end

--- The scope that this hub works on.
-- @treturn scope
function hub:scope()
    local top = self.own and self.pushed[#self.pushed]
    return top and top.scope or self.own or tocsin.current_scope()
end

--- A hub with scopes of its own, for another piece of work.
-- @treturn hub
function hub:clone()
    return setmetatable({ pushed = {}, own = self:scope():fork_isolation() }, hub)
end

--- Calls `f(...)` with this hub's scopes as the current ones.
function hub:run(f, ...)
    local count, arguments = select("#", ...), { ... }
    local unpack = table.unpack or unpack
    return current.with(self:scope(), function() return f(unpack(arguments, 1, count)) end)
end

--- As `push_scope` above; without a function, `pop_scope` ends it.
function hub:push_scope(f)
    if f then return self:run(function() return tocsin.with_scope(f) end) end
    local pushed = current.push(self:scope():fork() or self:scope())
    self.pushed[#self.pushed + 1] = pushed
    return pushed.scope
end

--- Ends the last `push_scope` of this hub.
function hub:pop_scope()
    local pushed = table.remove(self.pushed)
    if pushed then pushed:pop() end
end

--- As `configure_scope` above.
function hub:configure_scope(f)
    local scope = self:scope()
    scope = scope.iso or scope
    if f then return f(scope) end
    return scope
end

--- As of `tocsin`, on this hub's scope.
function hub:capture_exception(...)
    return self:scope():capture_exception(...)
end

--- As of `tocsin`, on this hub's scope.
function hub:capture_message(...)
    return self:scope():capture_message(...)
end

--- As of `tocsin`, on this hub's scope.
function hub:capture_event(...)
    return self:scope():capture_event(...)
end

--- As of `tocsin`, on this hub's isolation scope.
function hub:add_breadcrumb(...)
    return self:configure_scope():add_breadcrumb(...)
end

--- As of `tocsin`, of this hub's isolation scope.
function hub:last_event_id()
    return self:configure_scope():last_event_id()
end

return compat
