--- Which scope belongs to what is running now: one for each coroutine, else the root.
--
-- The table's keys are weak and its values never lead to a coroutine, so that a dead coroutine's scope is
-- collected also where weak keys are no ephemerons (5.1, LuaJIT).
local stack = require "tocsin.stack"

local current = {}

local MAIN = {}
local running = coroutine.running
local unpack = table.unpack or unpack
local scopes = setmetatable({}, { __mode = "k" })

--- Gives the scope of whatever has none; set by tocsin.lua.
current.root = nil

--- The table of scopes by coroutine; a host that puts new work into old coroutines has one for each work.
function current.entries()
    return scopes
end

--- The running coroutine, as a key: 5.1 calls the main one nil, later ones say that it is.
local function running_key()
    local co, is_main = running()
    return is_main and MAIN or co or MAIN
end
current.key = running_key

function current.scope()
    return current.entries()[running_key()] or current.root()
end

-- Where the error that `rethrow` raises was raised first.
local trail = {}

--- Told of each coroutine that is bound, once it runs, or was created under the patch; set by an integration.
current.mark = nil

local function mark(co)
    if current.mark then current.mark(co) end
end

--- Forgets all scopes but the root.
function current.reset()
    scopes, trail = setmetatable({}, { __mode = "k" }), {}
end

local function rethrow(err)
    error(err, 0)
end

--- For a message handler: the frames and the scope of the error that is being handled.
function current.origin_of(err)
    if stack.is_called_by(rethrow) and rawequal(trail.err, err) then
        return trail.frames, trail.scope
    end
    local scope = current.scope()
    return stack.frames(nil, scope.client:settings()), scope
end

--- The frames with which an error that is a table came through a block, before somebody caught it; nil: unknown.
function current.frames_of(err)
    return type(err) == "table" and rawequal(trail.err, err) and trail.frames or nil
end

local function keep_trail(err)
    local ok, frames, scope = pcall(current.origin_of, err)
    if ok then trail = { err = err, frames = frames, scope = scope } end
    return err
end

local function leave(entries, key, before, ok, ...)
    entries[key] = before
    if not ok then rethrow(...) end
    return ...
end

--- Calls `f(scope)` with `scope` as the current one; its results, or its error as it was.
function current.with(scope, f)
    local entries, key = current.entries(), current.key()
    local before = entries[key]
    entries[key], trail = scope, {}
    return leave(entries, key, before, xpcall(function() return f(scope) end, keep_trail))
end

local pushed = {}
pushed.__index = pushed

--- Ends what `current.push` began.
function pushed:pop()
    if self.key then self.entries[self.key] = self.before end
    self.key = nil
end
pushed.__close = pushed.pop

--- Makes `scope` current until `pop`, for a Lua that cannot yield across `current.with`.
function current.push(scope)
    local entries, key = current.entries(), current.key()
    local before = entries[key]
    entries[key] = scope
    return setmetatable({ entries = entries, key = key, before = before, scope = scope }, pushed)
end

local function restore(entries, key, ...)
    entries[key] = nil
    return ...
end

--- A function that runs `f` in a fork of the scope that is current now, isolation scope included.
function current.bind(f)
    local snapshot = current.scope():fork_isolation()
    if not snapshot then return f end
    return function(...)
        local key, scope = current.key(), snapshot:fork_isolation()
        if not scope then return f(...) end
        if key ~= MAIN and not debug.getinfo(2, "f") then
            -- the coroutine's first function: nothing to restore, and its stack stays if it fails
            local entries = current.entries()
            entries[key] = scope
            mark(key)
            return restore(entries, key, f(...))
        end
        local count, arguments = select("#", ...), { ... }
        return current.with(scope, function() return f(unpack(arguments, 1, count)) end)
    end
end

--- Lets each new coroutine inherit as if bound. Returns a function that undoes it.
function current.patch()
    local create, wrap = coroutine.create, coroutine.wrap
    coroutine.create = function(f)
        local co = create(f)
        current.entries()[co] = current.scope():fork_isolation()
        mark(co)
        return co
    end
    coroutine.wrap = function(f)
        return wrap(type(f) == "function" and current.bind(f) or f)
    end
    return function()
        coroutine.create, coroutine.wrap = create, wrap
    end
end

return current
