-- What hooks get beside the event, the sampler, and captures in all their forms.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local function fail(err)
    error(err)
end

case("the hint has the error as it was raised, and the way to it", function()
    local hints = {}
    local client = kit.init { before_send = function(event, hint) hints[#hints + 1] = hint return event end }
    local thrown = { type = "Full", message = "m" }
    tocsin.wrap(fail, thrown)
    equal(hints[1].original_exception, thrown)
    assert(hints[1].traceback:find("^stack traceback:\n\t[^\n]*hints.lua:8: in "), hints[1].traceback)
    pcall(function() tocsin.capture_exception("caught", { hint = { own = 1 } }) end)
    equal(hints[2].original_exception, "caught")
    equal(hints[2].own, 1)
    tocsin.capture_message("m")
    equal(next(hints[3]), nil)
    assert(kit.next_event(client))
end)

case("processors get the same hint", function()
    local seen
    kit.init()
    tocsin.current_scope():add_error_processor(function(event, hint) seen = hint return event end)
    tocsin.capture_exception("e")
    equal(seen.original_exception, "e")
    assert(seen.traceback)
end)

case("the sampler says which share of events like this one is kept", function()
    local rate, seen
    local client = kit.init { sample_rate = 0, error_sampler = function(event, hint)
        seen = { event = event, hint = hint }
        if rate == "fail" then error("no") end
        return rate
    end }
    for _, kept in ipairs { 1, true } do
        rate = kept
        assert(tocsin.capture_exception("e"))
        assert(kit.next_event(client))
    end
    equal(seen.event.exception.values[1].value, "e")
    equal(seen.hint.original_exception, "e")
    for _, dropped in ipairs { 0, false } do
        rate = dropped
        equal(select(3, tocsin.capture_message("m")), core.DROPPED)
    end
    equal(client:stats().categories.error.discarded.sample_rate, 2)
    equal(core.handle_count(core.KIND_EVENT), 0)
end)

case("a sampler that gives no rate leaves it to the option", function()
    local client = kit.init { sample_rate = 1, error_sampler = function(event)
        if event.logentry.formatted == "raise" then error("no") end
        return ({ none = nil, large = 2, text = "1", nan = 0 / 0 })[event.logentry.formatted]
    end }
    for _, how in ipairs { "none", "large", "text", "nan", "raise" } do
        assert(tocsin.capture_message(how))
        equal(kit.next_event(client).logentry.formatted, how)
    end
    equal((tocsin.init { error_sampler = 1 }), nil)
end)

case("the sampler sees what another language captured, too", function()
    local client = kit.init { error_sampler = function() return 0 end }
    core.scope_capture_message(client:scope():handle(), "from C", core.LEVEL_INFO, 0)
    equal(tocsin.pump(), 1)
    equal(client:stats().categories.error.discarded.sample_rate, 1)
end)

case("captures and breadcrumbs take tables", function()
    local client = kit.init()
    tocsin.add_breadcrumb { message = "crumb", category = "db", level = "debug", data = { n = 1 } }
    assert(tocsin.capture_message { message = "m", level = "warning", tags = { a = 1 }, user = { id = "7" } })
    local event = kit.next_event(client)
    equal(event.logentry.formatted, "m")
    equal(event.level, "warning")
    equal(event.tags.a, "1")
    equal(event.user.id, "7")
    equal(event.breadcrumbs.values[1].data.n, 1)
    assert(tocsin.capture_exception { type = "Refused", value = "card", module = "shop" })
    local exception = kit.next_event(client).exception.values[1]
    equal(exception.type, "Refused")
    equal(exception.module, "shop")
    assert(tocsin.capture_event({ message = "e", level = "info" }, { tags = { b = "2" }, fingerprint = { "f" } }))
    event = kit.next_event(client)
    equal(event.tags.b, "2")
    equal(event.fingerprint[1], "f")
end)

case("what a scope holds can be read again", function()
    kit.init()
    local scope = tocsin.isolation_scope()
    equal(scope:get_level(), nil)
    equal(scope:get_user(), nil)
    equal(scope:get_transaction_name(), nil)
    scope:set_level("warning")
    scope:set_user { id = "7" }
    scope:set_transaction_name("GET /", "route")
    scope:set_fingerprint { "f" }
    scope:set_tag("a", "1")
    scope:set_extra("b", { 2 })
    scope:set_context("c", { d = 3 })
    scope:add_breadcrumb("crumb")
    equal(scope:get_level(), "warning")
    equal(scope:get_user().id, "7")
    local name, source = scope:get_transaction_name()
    equal(name, "GET /")
    equal(source, "route")
    equal(scope:get_fingerprint()[1], "f")
    equal(scope:get_tags().a, "1")
    equal(scope:get_extra().b[1], 2)
    equal(scope:get_contexts().c.d, 3)
    equal(scope:get_breadcrumbs()[1].message, "crumb")
    scope:remove_tag("a")
    scope:remove_extra("b")
    scope:remove_context("c")
    scope:clear_breadcrumbs()
    for _, get in ipairs { "get_tags", "get_extra", "get_contexts", "get_breadcrumbs" } do
        equal(next(scope[get](scope)), nil, get)
    end
    scope:set_user(nil)
    scope:set_level(nil)
    scope:set_transaction_name(nil)
    equal(scope:get_user(), nil)
    equal(scope:get_level(), nil)
    scope:close()
    equal(select(3, scope:get_level()), core.E_STALE)
end)

case("several values and groups are set at once", function()
    local client = kit.init { integrations = { argv = false } }
    assert(tocsin.set_extras { a = 1, b = { 2 } })
    assert(tocsin.set_contexts { order = { id = 7 }, shop = { name = "s" } })
    local _, _, code = tocsin.isolation_scope():set_extras("no table")
    equal(code, require("tocsin_core").E_TYPE)
    tocsin.capture_message("m")
    local event = kit.next_event(client)
    equal(event.extra.a, 1)
    equal(event.extra.b[1], 2)
    equal(event.contexts.order.id, 7)
    equal(event.contexts.shop.name, "s")
end)

case("a scope takes over what another holds", function()
    local client = kit.init()
    local from = client:new_scope()
    from:set_tag("a", "1")
    for _, name in ipairs { "merge", "update_from_scope" } do
        local into = client:new_scope()
        assert(into[name](into, from))
        equal(into:get_tags().a, "1")
    end
    equal(tocsin.get_current_scope(), tocsin.current_scope())
    equal(tocsin.get_isolation_scope(), tocsin.isolation_scope())
    equal(tocsin.get_global_scope(), tocsin.global_scope())
end)

case("a DSN alone is enough", function()
    local client = assert(tocsin.init("http://key@127.0.0.1:1/42"))
    assert(client:options().dsn:find("/42", 1, true))
    client:close(0)
    equal((tocsin.init("nonsense")), nil)
end)
