--- Error reporting for Lua 5.1, LuaJIT and 5.4.
--
--     local tocsin = require "tocsin"
--     assert(tocsin.init { dsn = os.getenv "SENTRY_DSN", release = "shop@1.4.0" })
--     tocsin.set_tag("region", "eu")
--     tocsin.wrap(main)
--
-- The functions here work on the scope of the running coroutine: setters on its isolation scope, captures on
-- its current one. They answer something true, or nil, a text and a status; except for those that run a
-- function of yours, whose errors pass through, none raises.
local core = require "tocsin_core"
local json = require "tocsin.json"
local client = require "tocsin.client"
local current = require "tocsin.current"
local scope = require "tocsin.scope"

local tocsin = { null = json.null, list = json.list, version = core.version() }

local default, is_stand_in

local function get_default()
    if not default then default, is_stand_in = client.stand_in(), true end
    return default
end

function current.root()
    return get_default().root
end

-- What was set before there was a client belongs to the client that comes.
local function inherit(from, to)
    to.global:merge(from.global)
    to.root.iso:merge(from.root.iso)
    to.root:merge(from.root)
end

--- Opens the client of this program, from a DSN or a table of options: those of the core, and the functions
-- `before_send`, `before_breadcrumb` and `event_processor` (one or a list). The client, or nil, what is
-- wrong, and a status.
function tocsin.init(options)
    local opened, text, code = client.open(options)
    if not opened then return nil, text, code end
    if is_stand_in then inherit(default, opened) end
    default, is_stand_in = opened, false
    current.reset()
    core.flush_at_close(opened.is_flushed_at_exit and opened.h or 0)
    return opened
end

--- The client of `init`.
function tocsin.client()
    return get_default()
end

function tocsin.current_scope()
    return current.scope()
end

-- A scope that belongs to no isolation scope stands in for one.
function tocsin.isolation_scope()
    local here = current.scope()
    return here.iso or here
end

function tocsin.global_scope()
    return get_default().global
end

for _, name in ipairs {
    "set_tag", "set_tags", "set_user", "set_extra", "set_context", "set_level", "add_breadcrumb",
    "add_attachment", "add_feature_flag", "last_event_id",
} do
    tocsin[name] = function(...)
        local iso = tocsin.isolation_scope()
        return iso[name](iso, ...)
    end
end

for _, name in ipairs { "set_transaction_name", "capture_message", "capture_event", "capture_exception" } do
    tocsin[name] = function(...)
        local here = current.scope()
        return here[name](here, ...)
    end
end

--- Calls `f(scope)` in a fork of the current scope, or in the scope given first. Its results, or its error.
function tocsin.with_scope(given, f)
    if f == nil then given, f = current.scope():fork(), given end
    return current.with(scope.is(given) and given or current.scope(), f)
end

--- The same with a fork of the isolation scope too: for a request or a job.
function tocsin.with_isolation_scope(f)
    return current.with(current.scope():fork_isolation() or current.scope(), f)
end

--- Calls `f(scope)` in the scope behind a number from another language, which keeps it open meanwhile.
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
tocsin.bind = current.bind

--- From now on each new coroutine inherits as if bound. Returns a function that undoes it.
tocsin.patch_coroutines = current.patch

-- Errors that are tables and were reported; the same one again is the same event.
local reported = setmetatable({}, { __mode = "k" })

local function report(err)
    if type(err) == "table" and reported[err] then return end
    local frames, where = current.origin_of(err)
    where:capture_exception(err, { frames = frames, handled = false })
    if type(err) == "table" then reported[err] = true end
end

--- For `xpcall`: reports the error, with the frames and the scope of where it was raised, and hands it on.
function tocsin.handler(err)
    pcall(report, err)
    return err
end

--- `f(...)` as by `pcall`, but an error is reported.
function tocsin.wrap(f, ...)
    local count, arguments = select("#", ...), { ... }
    local unpack = table.unpack or unpack
    return xpcall(function() return f(unpack(arguments, 1, count)) end, tocsin.handler)
end

--- Runs the hooks over what other languages captured and waits for them; says over how many events.
function tocsin.pump()
    return get_default():pump()
end

--- Waits for so many seconds until all was sent. Whether it was.
function tocsin.flush(seconds)
    return get_default():flush(seconds)
end

--- Sends what is left and ends the client.
function tocsin.close(seconds)
    return get_default():close(seconds)
end

function tocsin.stats()
    return get_default():stats()
end

return tocsin
