--- Errors that nobody caught: who reports them, and with what.
local current = require "tocsin.current"
local exception = require "tocsin.exception"
local interactive = require "tocsin.interactive"
local stack = require "tocsin.stack"

local report = {}

local unpack = table.unpack or unpack

--- Options of the integration `excepthook` while it is on; set by it.
report.excepthook = nil

local function capture(err, mechanism)
    if exception.is_interrupt(err) then return end
    local frames, scope = current.origin_of(err)
    scope:capture_exception(err, { frames = frames, handled = false, mechanism = mechanism })
end

--- Reports what ended a coroutine, with its frames and its scope.
function report.coroutine(co, err)
    if exception.is_interrupt(err) then return end
    local scope = current.entries()[co] or current.scope()
    local frames = stack.frames(co, scope.client:settings())
    scope:capture_exception(err, { frames = frames, handled = false, mechanism = "threading" })
end

-- Whether that was possible: after a stack overflow there may be no room for it.
local function try(err)
    return (pcall(capture, err, "lua"))
end

local function try_at_end(err)
    local hook = report.excepthook
    if not hook or interactive.is_on() and not hook.always_run then return true end
    return (pcall(capture, err, "excepthook"))
end

--- For `xpcall`: reports the error and hands it on.
function report.handler(err)
    try(err)
    return err
end

--- For `xpcall`, around a whole program: the same while the integration `excepthook` is on.
function report.end_of_program(err)
    try_at_end(err)
    return err
end

local function with_arguments(f, ...)
    local count, arguments = select("#", ...), { ... }
    return function() return f(unpack(arguments, 1, count)) end
end

-- `f(...)`; an error is tried to be reported where it was raised, else from here.
local function run(attempt, f, ...)
    local is_done = false
    local function handler(err)
        is_done = attempt(err)
        return err
    end
    local function settle(ok, ...)
        if not ok and not is_done then attempt((...)) end
        return ok, ...
    end
    return settle(xpcall(with_arguments(f, ...), handler))
end

--- `f(...)` as by `pcall`, but an error is reported.
function report.wrap(f, ...)
    return run(try, f, ...)
end

local function leave(ok, ...)
    if ok then return ... end
    pcall(function() current.root().client:flush() end)
    error((...), 0)
end

--- Runs a program: an error that ends it is reported, sent and raised again.
function report.main(f, ...)
    return leave(run(try_at_end, f, ...))
end

return report
