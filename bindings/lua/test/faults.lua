-- What the library promises in the face of faults, as Lua sees it; names begin with the id in ffi-tests/catalogue.txt.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local OBJECTS = 10000

case("HND-8 after a thousand errors in hooks a capture passes", function()
    local good = false
    local client = kit.init {
        before_send = function(event) return good and event or error("no") end,
        before_breadcrumb = function() error("no") end,
    }
    for _ = 1, 1000 do
        tocsin.add_breadcrumb { message = "m" }
        tocsin.capture_message("fails")
    end
    good = true
    tocsin.capture_message("passes")
    equal(kit.next_event(client).logentry.formatted, "passes")
    equal(kit.next_event(client), nil)
end)

case("BND-1 ten thousand scopes are collected after their client", function()
    kit.init()
    kit.collect()
    local before = core.handle_count(core.KIND_SCOPE)
    local scopes = {}
    do
        local client = kit.init()
        for i = 1, OBJECTS do scopes[i] = client:new_scope() end
        client:close(0)
    end
    kit.init()
    kit.collect()
    for i = 1, OBJECTS do scopes[i]:set_tag("a", "b") end
    scopes = nil
    kit.collect()
    assert(core.handle_count(core.KIND_SCOPE) < before + 100)
end)

case("BND-2 ten thousand handles come and go unchanged", function()
    kit.init()
    local scope = tocsin.current_scope():handle()
    local seen, handles = {}, {}
    for i = 1, OBJECTS do
        local one = core.handle_dup(scope)
        assert(one > 0 and one < 2 ^ 53 and one % 1 == 0 and not seen[one])
        seen[one], handles[i] = true, one
        equal(core.handle_kind(one), core.KIND_SCOPE)
    end
    for bit = 0, 52 do
        local flipped = math.floor(scope / 2 ^ bit) % 2 == 0 and scope + 2 ^ bit or scope - 2 ^ bit
        equal(core.handle_kind(flipped), nil, "bit " .. bit)
    end
    for _, high in ipairs { 2 ^ 53, 2 ^ 62, 2 ^ 63, -2 ^ 63 } do
        equal(select(3, core.handle_kind(high)), core.E_STALE)
        equal(select(3, core.handle_kind(scope + high)), core.E_STALE)
    end
    for _, status in ipairs { -1, -2, -3, -4, -5, -20, -27, -40, -45, -99 } do
        local code = select(3, core.scope_set_tag(status, "a", "b"))
        assert(code == status or code == core.E_STALE, code)
    end
    for _, one in ipairs(handles) do core.handle_close(one) end
end)

local TEXTS = {
    "", "\0", "a\0b", ("\0"):rep(100), "\255", "\195", "\237\160\128", "\244\144\128\128", "\192\128", "\244\143\191\191",
    ("x"):rep(64 * 2 ^ 20), "\228", "\27", "\226\128\174", "\r\n", '"\\', "{{auto}}", "%s%n", "\239\187\191", "\127",
}
local odd = setmetatable({}, { __tostring = function() error("no") end, __index = error })
local NO_TEXTS = {
    true, false, 1, -1, 2 ^ 70, 1.5, 0 / 0, 1 / 0, -1 / 0, {}, { {} }, odd, print, function() end,
    coroutine.create(print), io.stdout, tocsin, core.guard(core.options_new()), { [1.5] = true }, { n = 0 / 0 },
}

case("BND-3 " .. #TEXTS + #NO_TEXTS .. " texts of every kind and what is none harm nothing", function()
    local client = kit.init { queue_max_bytes = 2 ^ 30 }
    local function try(one)
        tocsin.with_isolation_scope(function(scope)
            scope:set_tag("k", one)
            scope:set_tag(one, "v")
            scope:set_extra("k", one)
            scope:set_transaction_name(one)
            tocsin.capture_message(one)
        end)
        while kit.next_event(client) do end
        tocsin.capture_message("after")
        equal(kit.next_event(client).logentry.formatted, "after")
    end
    for _, one in ipairs(TEXTS) do try(one) end
    for i = 1, #NO_TEXTS do try(NO_TEXTS[i]) end
end)

case("BND-3 no text of the lowest module is taken for another", function()
    kit.init()
    local scope = tocsin.current_scope():handle()
    for i = 1, #NO_TEXTS do
        equal(pcall(core.scope_set_tag, scope, NO_TEXTS[i], "v"), false, i)
        equal(pcall(core.scope_set_tag, scope, "k", NO_TEXTS[i]), false, i)
    end
end)
