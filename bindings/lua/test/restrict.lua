-- Scopes that do less, made here and handed in.
local kit = require "kit"
local tocsin = require "tocsin"
local core = require "tocsin_core"
local case, equal = kit.case, kit.equal

local function denied(_, _, code) equal(code, core.E_DENIED) end

case("a restricted scope does what it may and no more", function()
    local client = kit.init()
    local lent = assert(tocsin.current_scope():restrict { "write", "capture", "fork", "close", "fork" })
    assert(lent:set_tag("by", "plugin"))
    assert(lent:capture_message("m"))
    denied(lent:set_user { id = "1" })
    denied(core.scope_json(lent:handle()))
    local fork = assert(lent:fork())
    denied(fork:set_user { id = "1" })
    assert(fork:set_tag("k", "v"))
    equal(kit.next_event(client).tags.by, "plugin")
    equal(client:stats().denied.rights, 3)
end)

case("forks share the quota of a restricted scope", function()
    local client = kit.init()
    local lent = tocsin.current_scope():restrict { "capture", "fork", "close", events = 2, window_ms = 3600000 }
    local fork = lent:fork()
    assert(lent:capture_message("1"))
    assert(fork:capture_exception("2"))
    denied(fork:capture_message("3"))
    denied(lent:capture_event { message = "4" })
    assert(tocsin.capture_message("5"))
    equal(client:stats().categories.error.discarded.backpressure, 2)
end)

case("what restrict cannot use is told", function()
    kit.init()
    local scope = tocsin.current_scope()
    equal(select(3, scope:restrict { "fly" }), core.E_ARG)
    equal(select(3, scope:restrict("read")), core.E_ARG)
    equal(select(3, scope:restrict { "read", event = 1 }), core.E_UNKNOWN)
end)

case("what was lent without close is taken back", function()
    kit.init()
    kit.collect()
    local before = core.handle_count(core.KIND_SCOPE)
    local lent = tocsin.current_scope():restrict { "capture" }
    lent:close()
    kit.collect()
    equal(core.handle_close(lent:handle()), nil)
    assert(lent:capture_message("m"))
    assert(tocsin.current_scope():revoke(lent))
    equal(core.handle_count(core.KIND_SCOPE), before)
end)

case("a plugin that got a number without the way to the client reports in Lua's name", function()
    local client = kit.init()
    tocsin.current_scope():set_tag("host", "yes")
    local lent = tocsin.current_scope():restrict { "capture" }
    local ok = tocsin.with_handle(lent:handle(), function()
        tocsin.set_tag("mine", "no")
        assert(tocsin.capture_exception("broken"))
        return "done"
    end)
    equal(ok, "done")
    local event = kit.next_event(client)
    equal(event.sdk.name, "tocsin.lua")
    equal(event.tags.host, "yes")
    equal(event.tags.mine, nil)
    tocsin.current_scope():revoke(lent)
end)

case("hooks of the client see what is captured on a scope that may not be read", function()
    local client = kit.init {
        before_send = function(event)
            event.tags = { hook = "seen" }
            return event
        end,
    }
    local lent = tocsin.current_scope():restrict { "capture", "close" }
    assert(lent:capture_message("m"))
    client:pump()
    equal(kit.next_event(client).tags.hook, "seen")
    lent:add_event_processor(function(event) return event end)
    denied(lent:capture_message("m"))
end)
