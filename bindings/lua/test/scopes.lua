-- Which scope a function works on, and what blocks give back.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

case("before init everything is taken and nothing sent, and init inherits the data", function()
    tocsin.set_tag("early", "yes")
    local id, text, code = tocsin.capture_message("too early")
    equal(id, nil)
    equal(type(text), "string")
    equal(code, core.DISABLED)
    local client = kit.init()
    tocsin.capture_message("in time")
    equal(kit.next_event(client).tags.early, "yes")
end)

case("setters go to the isolation scope, the transaction and captures to the current one", function()
    local client = kit.init()
    tocsin.with_scope(function(scope)
        tocsin.set_tag("region", "eu")
        tocsin.set_user { id = "7" }
        tocsin.set_extra("n", 1)
        tocsin.set_context("shop", { open = true })
        tocsin.set_level("warning")
        tocsin.add_breadcrumb { message = "crumb" }
        tocsin.add_attachment { filename = "a.txt", bytes = "a" }
        tocsin.add_feature_flag("new", true)
        tocsin.set_transaction_name("GET /")
        local own = scope:data()
        equal(own.transaction ~= nil, true)
        own.transaction = nil
        equal(next(own), nil, "what else the current scope holds")
    end)
    local iso = tocsin.isolation_scope():data()
    equal(iso.tags.region, "eu")
    equal(iso.user.id, "7")
    equal(tocsin.current_scope():data().transaction, nil)
    local id = tocsin.capture_message("m")
    equal(tocsin.last_event_id(), id)
    local event = kit.next_event(client)
    equal(event.event_id, id)
    equal(event.level, "warning")
    equal(event.breadcrumbs.values[1].message, "crumb")
    equal(event.contexts.flags.values[1].flag, "new")
end)

case("tags are text, whatever was given", function()
    kit.init()
    local scope = tocsin.current_scope()
    assert(scope:set_tag("batch_size", 12))
    assert(scope:set_tags { ok = true, rate = 0.5, gone = tocsin.null })
    local tags = scope:data().tags
    equal(tags.batch_size, "12")
    equal(tags.ok, "true")
    equal(tags.rate, "0.5")
end)

case("an event says that it comes from Lua", function()
    local client = kit.init()
    tocsin.capture_message("m")
    local event = kit.next_event(client)
    equal(event.platform, "other")
    equal(event.sdk.name, "tocsin.lua")
    equal(event.contexts.runtime.name, rawget(_G, "jit") and "LuaJIT" or "Lua")
    -- what is captured past the binding does not
    core.scope_capture_message(tocsin.current_scope():handle(), "from C", core.LEVEL_INFO, 0)
    equal(kit.next_event(client).sdk.name, "tocsin.c")
end)

case("with_scope gives back the block's values and ends the scope", function()
    kit.init()
    local outer = tocsin.current_scope()
    local a, b, c = tocsin.with_scope(function(scope)
        equal(tocsin.current_scope(), scope)
        equal(scope:isolation(), outer:isolation())
        return 1, nil, 3
    end)
    equal(a, 1)
    equal(b, nil)
    equal(c, 3)
    equal(tocsin.current_scope(), outer)
end)

case("an error leaves with_scope as it was raised, and the scope with it", function()
    kit.init()
    local outer, thrown = tocsin.current_scope(), {}
    local ok, err = pcall(tocsin.with_scope, function()
        tocsin.with_isolation_scope(function() error(thrown) end)
    end)
    equal(ok, false)
    equal(err, thrown)
    equal(tocsin.current_scope(), outer)
    equal(select(2, pcall(tocsin.with_scope, function() error("plain", 0) end)), "plain")
    equal(select(2, pcall(tocsin.with_scope, function() error(nil) end)), nil)
end)

case("with_isolation_scope keeps what is set inside inside", function()
    local client = kit.init()
    tocsin.set_tag("outer", "1")
    tocsin.with_isolation_scope(function()
        tocsin.set_tag("inner", "1")
        tocsin.capture_message("inside")
    end)
    tocsin.capture_message("outside")
    local inside, outside = kit.next_event(client), kit.next_event(client)
    equal(inside.tags.inner, "1")
    equal(inside.tags.outer, "1")
    equal(outside.tags.inner, nil)
    equal(inside.contexts.trace.trace_id, outside.contexts.trace.trace_id)
end)

case("a pushed scope is current until it is popped", function()
    kit.init()
    local outer = tocsin.current_scope()
    local pushed = tocsin.push_scope()
    equal(tocsin.current_scope(), pushed.scope)
    pushed:pop()
    pushed:pop()
    equal(tocsin.current_scope(), outer)
end)

case("data of one capture is in that event alone", function()
    local client = kit.init()
    local over = client:new_scope()
    over:set_tag("over", "1")
    tocsin.capture_message("a", {
        level = "error", tags = { n = 1 }, extra = { list = tocsin.list() }, user = { id = "1" },
        contexts = { c = { x = 1 } }, fingerprint = { "f" }, scope = over,
    })
    tocsin.capture_message("b")
    local a, b = kit.next_event(client), kit.next_event(client)
    equal(a.level, "error")
    equal(a.tags.n, "1")
    equal(a.tags.over, "1")
    equal(a.contexts.c.x, 1)
    equal(a.fingerprint[1], "f")
    equal(a.sdk.name, "tocsin.lua")
    equal(b.tags, nil)
    equal(b.level, "info")
end)

case("a capture on a scope that is closed goes to the root and says so", function()
    local client = kit.init()
    local scope = tocsin.current_scope():fork()
    scope:set_tag("lost", "1")
    scope:close()
    equal(select(3, scope:set_tag("a", "b")), core.E_STALE)
    assert(scope:capture_message("late"))
    equal(kit.next_event(client).tags["tocsin.stale_scope"], "true")
end)

case("a scope of any tier can be made current", function()
    local client = kit.init()
    for _, scope in ipairs { client:new_scope(), client:new_isolation(), client:global_scope() } do
        tocsin.with_scope(scope, function(given)
            equal(given, scope)
            assert(tocsin.set_tag("tier", scope.tier))
            assert(tocsin.capture_message("m"))
            tocsin.with_isolation_scope(function() assert(tocsin.add_breadcrumb("c")) end)
            tocsin.with_scope(function() assert(tocsin.current_scope()) end)
            assert(coroutine.resume(coroutine.create(tocsin.bind(function() tocsin.set_tag("x", 1) end))))
        end)
        equal(kit.next_event(client).tags.tier, scope.tier)
        tocsin.with_handle(scope:handle(), function() assert(tocsin.set_tag("borrowed", 1)) end)
        equal(scope:data().tags.borrowed, "1")
    end
    equal(tocsin.with_scope(12, function(scope) return scope end), tocsin.current_scope())
end)

case("a number from another language is a scope for the length of a call", function()
    local client = kit.init()
    local host = core.scope_fork(client:scope():handle())
    core.scope_set_tag(host, "host", "1")
    tocsin.with_handle(host, function(scope)
        scope:set_tag("plugin", "1")
        tocsin.capture_message("from the plugin")
    end)
    local event = kit.next_event(client)
    equal(event.tags.host, "1")
    equal(event.tags.plugin, "1")
    equal(event.sdk.name, "tocsin.lua")
    assert(core.scope_json(host):find("plugin", 1, true))
    core.handle_close(host)
    equal(select(3, tocsin.with_handle(host, error)), core.E_STALE)
    equal(select(3, tocsin.with_handle("12", error)), core.E_ARG)
end)

case("BND-1 a client that init replaced is collected", function()
    kit.init()
    assert(tocsin.init { transport = "stdout" })
    kit.init()
    kit.collect()
    equal(core.handle_count(core.KIND_CLIENT), 1)
end)

case("nothing that is called wrongly raises", function()
    kit.init()
    local scope = tocsin.current_scope()
    local endless = {}
    endless.endless = endless
    local odd = setmetatable({}, { __tostring = function() error("no") end, __index = error })
    local methods = getmetatable(scope).__index
    for name, method in pairs(methods) do
        if type(method) == "function" and name ~= "close" and not name:find("^fork") then
            for _, wrong in ipairs { endless, odd, function() end, 0 / 0, true, "x", coroutine.create(function() end) } do
                for _, arguments in ipairs { { wrong }, { "x", wrong }, { wrong, wrong } } do
                    local ok, made = pcall(method, scope, arguments[1], arguments[2])
                    equal(ok, true, name .. ": " .. tostring(made))
                    -- 5.1 sees an empty list in what 5.4 cannot list; a scope without rights waits to be revoked
                    if name == "restrict" and made then scope:revoke(made) end
                end
            end
            equal(pcall(method, scope), true, name)
        end
    end
    equal((tocsin.init { nonsense = 1 }), nil)
    equal((tocsin.init(12)), nil)
    equal((tocsin.init { dsn = "nonsense" }), nil)
end)
