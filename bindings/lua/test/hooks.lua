-- Functions that have a say in events, and what becomes of those they fail on.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local function discarded(client)
    return client:stats().categories.error.discarded
end

local function nothing_left()
    equal(core.handle_count(core.KIND_EVENT), 0, "events that nobody ended")
end

case("before_send sees the event, may change it, and gets the hint", function()
    local hint_seen
    local client = kit.init { before_send = function(event, hint)
        hint_seen = hint.original_exception
        event.tags = { seen = event.exception.values[1].type }
        return event
    end }
    local thrown = { type = "Full", message = "m" }
    assert(tocsin.capture_exception(thrown))
    equal(kit.next_event(client).tags.seen, "Full")
    equal(hint_seen, thrown)
    nothing_left()
end)

case("what before_send drops or fails on is dropped and counted", function()
    for _, f in ipairs {
        function() return nil end,
        function() error("no") end,
        function() error({}) end,
        function(event) event.self = event return event end,
        function() return "text" end,
    } do
        local client = kit.init { before_send = f }
        local id, _, code = tocsin.capture_message("m")
        equal(id, nil)
        equal(code, core.DROPPED)
        equal(discarded(client).before_send, 1)
        equal(kit.next_event(client), nil)
        nothing_left()
    end
end)

case("processors run from the outer scope to the inner, then the client's", function()
    local order = {}
    local function note(name)
        return function(event) order[#order + 1] = name return event end
    end
    local client = kit.init { event_processor = { note "client" }, before_send = note "send" }
    tocsin.global_scope():add_event_processor(note "global")
    tocsin.isolation_scope():add_event_processor(note "isolation")
    local over = client:new_scope()
    over:add_event_processor(note "over")
    tocsin.with_scope(function(scope)
        scope:add_event_processor(note "current")
        scope:add_error_processor(note "error")
        scope:add_error_processor(note "other", "Other")
        tocsin.capture_exception("e", { scope = over })
    end)
    equal(table.concat(order, " "), "error global isolation current over client send")
    order = {}
    tocsin.capture_message("m")
    equal(table.concat(order, " "), "global isolation client send")
    nothing_left()
end)

case("a processor that drops or fails ends the event with its own reason", function()
    for _, f in ipairs { function() end, function() error("no") end } do
        local client = kit.init { before_send = function() error("not reached") end }
        tocsin.current_scope():add_event_processor(f)
        equal(select(3, tocsin.capture_message("m")), core.DROPPED)
        equal(discarded(client).event_processor, 1)
        equal(discarded(client).before_send, nil)
        nothing_left()
    end
end)

case("a capture inside a hook answers nothing and does not run in circles", function()
    local inner
    local client = kit.init { before_send = function(event)
        inner = select(3, tocsin.capture_message("again"))
        tocsin.add_breadcrumb("from the hook")
        return event
    end }
    assert(tocsin.capture_message("m"))
    equal(inner, core.E_REENTRANT)
    assert(tocsin.capture_message("and once more"))
    equal(client:stats().categories.error.captured, 2)
    nothing_left()
end)

case("before_breadcrumb may change or drop a crumb; one that fails drops it", function()
    local hint_seen
    local client = kit.init { before_breadcrumb = function(crumb, hint)
        if crumb.message == "drop" then return nil end
        if crumb.message == "fail" then error("no") end
        equal(crumb.type, "default")
        equal(type(crumb.timestamp), "number")
        hint_seen = hint.answer
        crumb.message = crumb.message .. "!"
        return crumb
    end }
    assert(tocsin.add_breadcrumb({ message = "keep" }, { answer = 42 }))
    equal(select(3, tocsin.add_breadcrumb { message = "drop" }), core.DROPPED)
    equal(select(3, tocsin.add_breadcrumb { message = "fail" }), core.DROPPED)
    tocsin.capture_message("m")
    local crumbs = kit.next_event(client).breadcrumbs.values
    equal(#crumbs, 1)
    equal(crumbs[1].message, "keep!")
    equal(hint_seen, 42)
end)

case("a hook that is no function is refused at once", function()
    for _, name in ipairs { "before_send", "before_breadcrumb", "event_processor" } do
        local client, text = tocsin.init { transport = "pull", [name] = name == "event_processor" and { 1 } or 1 }
        equal(client, nil)
        assert(text:find(name, 1, true))
    end
end)

case("no hook runs for a client that is not active", function()
    local ran = false
    local client = kit.init { before_send = function(event) ran = true return event end }
    client:close(0)
    equal(select(3, tocsin.capture_message("m")), core.DISABLED)
    equal(ran, false)
end)

case("what another language captures passes the hooks when Lua comes by", function()
    local client = kit.init { before_send = function(event)
        if event.logentry.formatted == "secret" then return nil end
        event.tags = { seen = "1" }
        return event
    end }
    local handle = client:scope():handle()
    core.scope_capture_message(handle, "from C", core.LEVEL_INFO, 0)
    core.scope_capture_message(handle, "secret", core.LEVEL_INFO, 0)
    equal(kit.next_event(client), nil)
    equal(tocsin.pump(), 2)
    equal(kit.next_event(client).tags.seen, "1")
    equal(discarded(client).before_send, 1)
    core.scope_capture_message(handle, "later", core.LEVEL_INFO, 0)
    tocsin.capture_message("m")
    equal(client:stats().categories.error.captured, 4)
    equal(kit.next_event(client).logentry.formatted, "later")
    nothing_left()
end)

case("a flush inside a hook does not wait for the hook's own event", function()
    local inside
    local client = kit.init { before_send = function() inside = tocsin.flush(600) end }
    core.scope_capture_message(client:scope():handle(), "from C", core.LEVEL_INFO, 0)
    equal(tocsin.pump(), 1)
    equal(inside, false)
    equal(discarded(client).before_send, 1)
end)
