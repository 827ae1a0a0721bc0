-- Loggers: a real one, LuaLogging, and some in the common shapes.
local kit = require "kit"
local tocsin = require "tocsin"
local case, equal, crumbs_of = kit.case, kit.equal, kit.crumbs_of

-- Debian has it in the folder of 5.1; it is the same for all.
package.path = package.path .. ";/usr/share/lua/5.1/?.lua"
local has_lualogging = pcall(require, "logging")

local function events_of(client)
    local events = {}
    for event in function() return kit.next_event(client) end do events[#events + 1] = event end
    return events
end

local function new_logger(lines)
    return require("logging").new(function(_, level, message)
        lines[#lines + 1] = level .. " " .. message
        return true
    end)
end

-- Loggers in other shapes: functions, and methods.
local function plain_logger(lines)
    local function line(level)
        return function(...) lines[#lines + 1] = level .. " " .. select("#", ...) return "own" end
    end
    return { debug = line "debug", info = line "info", warn = line "warn", error = line "error", fatal = line "fatal" }
end

if has_lualogging then
    case("LuaLogging: from info on lines are breadcrumbs, from error on events", function()
        local client, lines, hints = nil, {}, {}
        client = kit.init {
            before_send = function(event, hint) hints.event = hint.log_record return event end,
            before_breadcrumb = function(crumb, hint) hints.crumb = hint.log_record return crumb end,
        }
        local logger = new_logger(lines)
        logger:debug("too fine")
        logger:info("one %d", 1)
        logger:warn("two")
        equal(#events_of(client), 0)
        equal(hints.crumb.message, "two")
        equal(hints.crumb.level, "WARN")
        logger:error("broken: %s", "disk")
        local events = events_of(client)
        equal(#events, 1)
        equal(events[1].logentry.formatted, "broken: disk")
        equal(events[1].level, "error")
        equal(events[1].logger, "logging")
        equal(hints.event.level, "ERROR")
        local crumbs = events[1].breadcrumbs.values
        equal(crumbs[1].message, "one 1")
        equal(crumbs[1].level, "info")
        equal(crumbs[2].level, "warning")
        equal(#lines, 4)
        logger:fatal("down")
        equal(events_of(client)[1].level, "fatal")
    end)

    case("LuaLogging: thresholds and ignored loggers", function()
        local client = kit.init { integrations = { logging = { level = "debug", event_level = "warning" } } }
        local logger = new_logger {}
        logger:debug("fine")
        logger:warn("event")
        equal(events_of(client)[1].level, "warning")
        equal(crumbs_of(client)[1].message, "fine")
        client = kit.init { integrations = { logging = { event_level = false } } }
        new_logger({}):error("crumb only")
        equal(#events_of(client), 0)
        equal(#crumbs_of(client), 1)
        client = kit.init { integrations = { logging = { ignore = { "logging" } } } }
        new_logger({}):error("ignored")
        equal(#events_of(client), 0)
        client = kit.init { integrations = { logging = false } }
        new_logger({}):error("not seen")
        logger:error("nor by an older one")
        equal(#events_of(client), 0)
    end)

    case("an error that is logged and then raised arrives once, without the filter twice", function()
        for _, dedupe in ipairs { true, false } do
            local client = kit.init { integrations = { dedupe = dedupe } }
            local logger = new_logger {}
            -- as a framework does: it logs what a handler raised and lets it through
            local function framework(handler)
                local ok, err = pcall(handler)
                if not ok then
                    logger:error("request failed: " .. tostring(err))
                    error(err, 0)
                end
            end
            tocsin.wrap(framework, function() error("no room left") end)
            equal(#events_of(client), dedupe and 1 or 2, "text")
            tocsin.wrap(framework, function()
                error(setmetatable({}, { __tostring = function() return "an error of its own kind" end }))
            end)
            equal(#events_of(client), dedupe and 1 or 2, "table")
            -- and the other way round
            local _, err = tocsin.wrap(function() error("reported first") end)
            logger:error(err)
            equal(#events_of(client), dedupe and 1 or 2, "raised, then logged")
            -- a short text says nothing of what it is about
            tocsin.wrap(error, "no", 0)
            logger:error("now or never")
            equal(#events_of(client), 2, "two of one another")
        end
    end)
end

case("a logger of any make can be watched, called with a dot or a colon", function()
    local lines = {}
    local logger = plain_logger(lines)
    local client = kit.init()
    assert(tocsin.watch_logger(logger, "shop"))
    assert(tocsin.watch_logger(logger, "shop"))
    equal(logger.info("a", 1, nil), "own")
    logger:warn("b")
    logger.error("c")
    local events = events_of(client)
    equal(#events, 1)
    equal(events[1].logger, "shop")
    equal(events[1].logentry.formatted, "c")
    local crumbs = events[1].breadcrumbs.values
    equal(crumbs[1].message, "a 1 nil")
    equal(crumbs[1].category, "shop")
    equal(crumbs[2].message, "b")
    equal(table.concat(lines, ","), "info 3,warn 2,error 1")
end)

case("what is no logger is refused", function()
    kit.init()
    for _, wrong in ipairs { 12, {}, "x" } do equal((tocsin.watch_logger(wrong)), nil) end
end)

case("a line logged inside a hook is not captured", function()
    local logger = plain_logger {}
    local client = kit.init { before_send = function(event) logger.error("inside") return event end }
    tocsin.watch_logger(logger)
    tocsin.capture_message("m")
    equal(#events_of(client), 1)
end)

case("a hook that logs is not called for that", function()
    local logger, calls = plain_logger {}, 0
    local client = kit.init { before_breadcrumb = function(crumb)
        calls = calls + 1
        logger.info("inside")
        return crumb
    end }
    tocsin.watch_logger(logger)
    tocsin.add_breadcrumb("outside")
    equal(calls, 1)
    equal(#crumbs_of(client), 1)
end)

if not has_lualogging then kit.skip("LuaLogging is not there") end
