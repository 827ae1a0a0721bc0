--- Breadcrumbs and events from `print` and from loggers.
--
-- A line of the level `level` or above becomes a breadcrumb, one of `event_level` or above an event; false: none.
-- Loggers that LuaLogging makes are seen by themselves, any other once it was given to `tocsin.watch_logger`.
local core = require "tocsin_core"
local count_repeated = require("tocsin.capture").count_repeated
local current = require "tocsin.current"
local loader = require "tocsin.loader"
local stack = require "tocsin.stack"

local logging = {
    defaults = { level = "info", event_level = "error", ignore = {}, print = true },
}

local order = { debug = 1, info = 2, warning = 3, error = 4, fatal = 5 }
-- What loggers call their levels.
local level_names = {
    trace = "debug", debug = "debug", info = "info", notice = "info", warn = "warning", warning = "warning",
    err = "error", error = "error", critical = "fatal", crit = "fatal", alert = "fatal", emerg = "fatal",
    fatal = "fatal",
}

-- The options of the client that looks; nil while the integration is off.
local settings

local function reaches(level, threshold)
    return threshold and order[threshold] ~= nil and order[level] >= order[threshold]
end

local function is_ignored(name, logger)
    for _, one in ipairs(settings.ignore) do
        if one == name or one == logger then return true end
    end
    return false
end

local function add_crumb(scope, level, message, record)
    scope = scope.iso or scope
    scope:add_breadcrumb({ category = record.logger or "log", level = level, message = message },
                         { log_record = record })
end

local function capture(scope, level, message, record)
    local is_repeated = scope.client.is_repeated
    if is_repeated and scope.client.is_active and is_repeated(message, "logged") then return count_repeated(scope) end
    local event = { message = message, level = level, logger = record.logger }
    scope:capture_event(event, { hint = { log_record = record } })
end

local function note(name, logger, spelled, message)
    local level = level_names[tostring(spelled):lower()]
    if not settings or not level or is_ignored(name, logger) then return end
    local scope = current.scope()
    if scope.client.busy[current.key()] then return end
    if type(message) ~= "string" then message = stack.text_of(message) end
    local record = { level = spelled, message = message, logger = name }
    if reaches(level, settings.level) then add_crumb(scope, level, message, record) end
    if reaches(level, settings.event_level) then capture(scope, level, message, record) end
end

--- Notes one line of a log, for loggers that call functions for each line. Never raises.
-- @string[opt] name of the logger
-- @string level as loggers spell them
-- @param message
function logging.note(name, level, message)
    pcall(note, name, nil, level, message)
end

local function text_of_all(...)
    local texts = {}
    for i = 1, select("#", ...) do texts[i] = stack.text_of((select(i, ...))) end
    return table.concat(texts, " ")
end

local function watch_append(logger, name)
    local append = logger.append
    logger.append = function(self, level, message, ...)
        pcall(note, name, logger, level, message)
        return append(self, level, message, ...)
    end
end

-- Called as logger.info("text") or as logger:info("text").
local function watch_function(logger, name, spelled)
    local f = logger[spelled]
    logger[spelled] = function(first, ...)
        if first == logger then
            pcall(function(...) note(name, logger, spelled, text_of_all(...)) end, ...)
        else
            pcall(function(...) note(name, logger, spelled, text_of_all(...)) end, first, ...)
        end
        return f(first, ...)
    end
end

local watched = setmetatable({}, { __mode = "k" })

local function watch(logger, name)
    if watched[logger] then return true end
    watched[logger] = true
    if type(logger.append) == "function" then
        watch_append(logger, name)
        return true
    end
    local found
    for spelled in pairs(level_names) do
        if type(logger[spelled]) == "function" then
            watch_function(logger, name, spelled)
            found = true
        end
    end
    if not found then error("no logger: it has no function like `info`", 0) end
    return true
end

--- See `tocsin.watch_logger`.
function logging.watch(logger, name)
    if type(logger) ~= "table" then return nil, "no logger: a table is wanted", core.E_ARG end
    local ok, problem = pcall(watch, logger, name)
    if not ok then return nil, problem, core.E_ARG end
    return true
end

local function watch_lualogging(module)
    local new = module.new
    if type(new) ~= "function" then return nil end
    local function replaced(...)
        local logger, problem = new(...)
        if type(logger) == "table" then logging.watch(logger, "logging") end
        return logger, problem
    end
    module.new = replaced
    return function()
        if module.new == replaced then module.new = new end
    end
end

local function watch_print()
    local plain = print
    local function settle(message, ...)
        logging.note("print", "info", message)
        return ...
    end
    local function replaced(...)
        local ok, message = pcall(text_of_all, ...)
        return settle(ok and message or "", plain(...))
    end
    print = replaced
    return function()
        if print == replaced then print = plain end
    end
end

function logging.setup(_, given)
    settings = given
    local undone = {}
    if given.print then undone[#undone + 1] = watch_print() end
    loader.when_loaded("logging", function(module) undone[#undone + 1] = watch_lualogging(module) end)
    return function()
        settings = nil
        loader.forget("logging")
        for _, undo in ipairs(undone) do undo() end
    end
end

return logging
