-- Errors, their frames, and that they are reported once.
local kit = require "kit"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local function fail(err)
    error(err)
end

local function raised(event)
    local values = event.exception.values
    return values[#values], values[#values].stacktrace.frames
end

case("wrap hands on results and errors, and reports the latter as unhandled", function()
    local client = kit.init()
    local ok, a, b, c = tocsin.wrap(function(...) return select("#", ...), ... end, nil, "x")
    equal(ok, true)
    equal(a, 2)
    equal(b, nil)
    equal(c, "x")
    local done, err = tocsin.wrap(fail, "broken")
    equal(done, false)
    assert(err:find("errors.lua:%d+: broken$"))
    local exception, frames = raised(kit.next_event(client))
    equal(exception.value, "broken")
    equal(exception.type, "Error")
    equal(exception.mechanism.handled, false)
    local last = frames[#frames]
    equal(last["function"], "anonymous function")
    assert(last.filename:find("errors.lua", 1, true))
    equal(last.lineno, 7)
    equal(last.in_app, true)
    for _, frame in ipairs(frames) do assert(not frame.filename:find("tocsin", 1, true), frame.filename) end
end)

case("frames and scope are those of where an error was raised, through any blocks", function()
    local client = kit.init()
    tocsin.wrap(function()
        tocsin.with_isolation_scope(function()
            tocsin.set_tag("block", "inner")
            tocsin.with_scope(function() fail("deep") end)
        end)
    end)
    local event = kit.next_event(client)
    equal(event.tags.block, "inner")
    local _, frames = raised(event)
    equal(frames[#frames].lineno, 7)
end)

case("an error that was caught lends its frames to no other", function()
    local client = kit.init()
    pcall(tocsin.with_scope, function() fail("same") end)
    tocsin.wrap(function()
        error("same", 0)
    end)
    local _, frames = raised(kit.next_event(client))
    assert(frames[#frames].lineno ~= 7)
end)

case("a table stays the same table and is reported once", function()
    local client = kit.init()
    local thrown = setmetatable({ code = 28 }, { __tostring = function() return "no room left" end,
                                                 __name = "DiskFull" })
    local _, err = tocsin.wrap(function()
        local _, inner = tocsin.wrap(fail, thrown)
        error(inner, 0)
    end)
    equal(err, thrown)
    local exception = raised(kit.next_event(client))
    equal(exception.type, "DiskFull")
    equal(exception.value, "no room left")
    equal(kit.next_event(client), nil)
end)

case("the handler serves xpcall, and any value may be raised", function()
    local client = kit.init()
    for _, value in ipairs { 12, true, print } do
        equal(select(2, xpcall(function() error(value, 0) end, tocsin.handler)), value)
        local exception = raised(kit.next_event(client))
        equal(exception.value, tostring(value))
    end
    local unprintable = setmetatable({}, { __tostring = function() error("no") end })
    equal(select(2, tocsin.wrap(fail, unprintable)), unprintable)
    equal(kit.next_event(client).exception.values[1].value, "(table)")
end)

case("an error that was never raised gets its capturer's frames", function()
    local client = kit.init()
    tocsin.capture_exception("not raised")
    local exception, frames = raised(kit.next_event(client))
    equal(exception.mechanism.handled, true)
    assert(frames[#frames].filename:find("errors.lua", 1, true))
end)

case("a coroutine that failed still has its frames", function()
    local client = kit.init()
    local co = coroutine.create(function() fail("inside") end)
    local _, err = coroutine.resume(co)
    tocsin.capture_exception(err, { coroutine = co })
    local exception, frames = raised(kit.next_event(client))
    equal(exception.value, "inside")
    equal(frames[#frames].lineno, 7)
    equal(#frames, 2)
end)
