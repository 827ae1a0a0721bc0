--- Error reporting for Lua 5.1, LuaJIT and 5.4.
--
--     local tocsin = require "tocsin"
--     assert(tocsin.init { dsn = os.getenv "SENTRY_DSN", release = "shop@1.4.0" })
--     tocsin.set_tag("region", "eu")
--     tocsin.main(function() ... end)
--
-- The functions here work on the scope of the running coroutine: setters on its isolation scope, captures on
-- its current one. They answer something true, or nil, a text and a status; except for those that run a
-- function of yours, whose errors pass through, none raises.
-- @module tocsin
local core = require "tocsin_core"
local json = require "tocsin.json"
local client = require "tocsin.client"
local current = require "tocsin.current"
local integrations = require "tocsin.integrations"
local report = require "tocsin.report"
local scope = require "tocsin.scope"
local source = require "tocsin.source"
local top_level = require "tocsin.top_level"

local tocsin = { null = json.null, list = json.list, version = core.version() }

local default, is_stand_in
local undo_last

local function get_default()
    if not default then default, is_stand_in = client.stand_in(), true end
    return default
end

function current.root()
    return get_default().root
end

top_level.add_to(tocsin)

-- What was set before there was a client belongs to the client that comes.
local function inherit(from, to)
    to.global:merge(from.global)
    to.root.iso:merge(from.root.iso)
    to.root:merge(from.root)
end

local function replace(opened)
    if undo_last then undo_last() end
    undo_last = nil
    if is_stand_in then inherit(default, opened) end
    default, is_stand_in = opened, false
    current.reset()
    source.forget()
end

local function open(options)
    local plan = integrations.plan(options)
    if not plan.atexit and options.flush_at_exit == nil then options.flush_at_exit = false end
    local opened, text, code = client.open(options)
    if not opened then return nil, text, code end
    replace(opened)
    local undo = integrations.start(opened, plan)
    opened:describe { integrations = integrations.names(plan) }
    local undo_patch = options.propagate_scope and current.patch()
    undo_last = function()
        if undo_patch then undo_patch() end
        undo()
    end
    return opened
end

--- Opens the client of this program.
-- @param options a DSN; or a table of the core's options, the functions `before_send`, `before_breadcrumb`,
-- `event_processor` (one or a list) and `error_sampler`, and `default_integrations`, `integrations`, `propagate_scope`
-- @return the client, or nil, what is wrong, and a status
function tocsin.init(options)
    local copy = {}
    if type(options) == "string" then options = { dsn = options } end
    if options ~= nil and type(options) ~= "table" then return nil, "init: a DSN or a table is wanted", core.E_ARG end
    for key, value in pairs(options or {}) do copy[key] = value end
    local ok, opened, text, code = pcall(open, copy)
    if not ok then return nil, opened, core.E_ARG end
    return opened, text, code
end

--- The client of `init`.
-- @treturn client
function tocsin.client()
    return get_default()
end

--- The scope that captures go to: one piece of work.
-- @treturn scope
function tocsin.current_scope()
    return current.scope()
end

--- The scope that setters go to: one request, job or coroutine.
-- @treturn scope
function tocsin.isolation_scope()
    -- a scope that belongs to no isolation scope stands in for one
    local here = current.scope()
    return here.iso or here
end

--- The scope that all events of the client get something from.
-- @treturn scope
function tocsin.global_scope()
    return get_default().global
end

--- Another name for `current_scope`.
-- @function get_current_scope
tocsin.get_current_scope = tocsin.current_scope

--- Another name for `isolation_scope`.
-- @function get_isolation_scope
tocsin.get_isolation_scope = tocsin.isolation_scope

--- Another name for `global_scope`.
-- @function get_global_scope
tocsin.get_global_scope = tocsin.global_scope

--- Calls `f(scope)` in a fork of the current scope, or in the scope given first.
-- @tparam[opt] scope given
-- @tparam function f
-- @return the results of `f`; its error passes through
function tocsin.with_scope(given, f)
    if f == nil then given, f = current.scope():fork(), given end
    return current.with(scope.is(given) and given or current.scope(), f)
end

--- The same with a fork of the isolation scope too: for a request or a job.
-- @tparam function f
-- @return the results of `f`; its error passes through
function tocsin.with_isolation_scope(f)
    return current.with(current.scope():fork_isolation() or current.scope(), f)
end

--- Calls `f(scope)` in the scope behind a number from another language, which keeps it open meanwhile.
-- @tparam number handle
-- @tparam function f
-- @return the results of `f`, or nil, a text and a status; its error passes through
function tocsin.with_handle(handle, f)
    local owner, text, code
    if type(handle) == "number" then owner, text, code = client.of(handle) end
    if not owner then return nil, text or "no handle", code or core.E_ARG end
    return current.with(scope.borrow(handle, owner), f)
end

--- Makes a fork current until its method `pop`; in 5.4 `local s <close> = tocsin.push_scope()` does. For
-- 5.1, where nothing can yield across `with_scope`.
function tocsin.push_scope()
    return current.push(current.scope():fork() or current.scope())
end

--- A function that runs `f` in a fork, isolation scope included, of the scope that is current now: for
-- `coroutine.create` and any scheduler.
-- @function bind
-- @tparam function f
tocsin.bind = current.bind

--- From now on each new coroutine inherits as if bound; the option `propagate_scope` does the same.
-- @function patch_coroutines
-- @return a function that undoes it
tocsin.patch_coroutines = current.patch

--- For `xpcall`: reports the error, with the frames and the scope of where it was raised, and hands it on.
-- @function handler
-- @param err
tocsin.handler = report.handler

--- `f(...)` as by `pcall`, but an error is reported.
-- @function wrap
-- @tparam function f
tocsin.wrap = report.wrap

--- Runs a program: an error that ends `f(...)` is reported, sent and raised again.
-- @function main
-- @tparam function f
tocsin.main = report.main

--- Has the lines of a logger become breadcrumbs and events, as the integration `logging` says.
-- @tparam table logger with functions like `info` and `error`, or one of LuaLogging
-- @string[opt] name
-- @return true, or nil, a text and a status
function tocsin.watch_logger(logger, name)
    local logging = require "tocsin.integrations.logging"
    return logging.watch(logger, name)
end

--- Runs the hooks over what other languages captured and waits for them.
-- @treturn number of events
function tocsin.pump()
    return get_default():pump()
end

--- Waits for so many seconds until all was sent.
-- @tparam[opt] number seconds nil: the option `shutdown_timeout`
-- @treturn boolean whether it was
function tocsin.flush(seconds)
    return get_default():flush(seconds)
end

--- Sends what is left and ends the client.
-- @tparam[opt] number seconds nil: the option `shutdown_timeout`
-- @treturn boolean whether all was sent
function tocsin.close(seconds)
    return get_default():close(seconds)
end

--- What became of every event.
-- @treturn table
function tocsin.stats()
    return get_default():stats()
end

return tocsin
