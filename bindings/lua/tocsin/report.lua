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

--- For `xpcall`: reports the error and hands it on.
function report.handler(err)
    pcall(capture, err, "lua")
    return err
end

local function main_handler(err)
    pcall(capture, err, "excepthook")
    return err
end

local function with_arguments(f, ...)
    local count, arguments = select("#", ...), { ... }
    return function() return f(unpack(arguments, 1, count)) end
end

--- `f(...)` as by `pcall`, but an error is reported.
function report.wrap(f, ...)
    return xpcall(with_arguments(f, ...), report.handler)
end

local function settle(ok, ...)
    if ok then return ... end
    pcall(function() current.root().client:flush() end)
    error((...), 0)
end

--- Runs a program: an error that ends it is reported, sent and raised again.
function report.main(f, ...)
    local hook = report.excepthook
    if not hook or interactive.is_on() and not hook.always_run then return f(...) end
    return settle(xpcall(with_arguments(f, ...), main_handler))
end

return report
