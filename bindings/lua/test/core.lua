-- The module as SWIG makes it: what our typemaps do where SWIG's own would do harm.
local kit = require "kit"
local core = require "tocsin_core"
local case, equal = kit.case, kit.equal

local options = core.options_new()
core.options_set_json(options, '{"transport":"pull","host_contexts":false}')
local client = core.client_open(options)
local scope = core.client_scope(client)

case("the module leaves no global behind", function()
    equal(rawget(_G, "tocsin_core"), nil)
end)

case("numbers come back whole", function()
    equal(("%.0f"):format(scope), tostring(("%d"):format(scope)))
    if math.type then
        equal(math.type(scope), "integer")
        equal(math.type(core.E_STALE), "integer")
        equal(math.type(core.handle_kind(scope)), "integer")
        equal(math.type(core.constant("TOCSIN_E_STALE")), "integer")
    end
    equal(core.E_STALE, -1)
    equal(core.constant("TOCSIN_E_STALE"), -1)
end)

case("BND-2 a number that no handle can be is a stale one", function()
    for _, wrong in ipairs { -1, -5, 0, 1.5, 2 ^ 53, 2 ^ 60, 2 ^ 64, -2 ^ 63, 1 / 0, -1 / 0, 0 / 0 } do
        local done, text, code = core.scope_set_tag(wrong, "a", "b")
        equal(done, nil, tostring(wrong))
        equal(code, core.E_STALE, tostring(wrong))
        equal(type(text), "string")
    end
end)

case("BND-2 an overlay that no handle can be is not taken for none", function()
    local _, _, code = core.scope_capture_message(scope, "x", core.LEVEL_INFO, 1.5)
    equal(code, core.E_STALE)
end)

case("BND-2 handles next to a live one, and of another kind, are refused by name", function()
    local function code_of(handle) return (select(3, core.scope_set_tag(handle, "a", "b"))) end
    equal(code_of(scope + 2 ^ 20), core.E_STALE, "next generation")
    equal(code_of(client), core.E_KIND, "a client")
    local other = scope % 2 ^ 50
    local nonce = math.floor(other / 2 ^ 40)
    local foreign = scope + (nonce == 1023 and -1 or 1) * 2 ^ 40
    equal(code_of(foreign), core.E_FOREIGN, "another copy's")
    equal(nonce, core.instance_id())
end)

case("a text is no number, and a number is no text", function()
    equal(pcall(core.scope_set_tag, "12", "a", "b"), false)
    equal(pcall(core.scope_set_tag, tostring(scope), "a", "b"), false)
    equal(pcall(core.scope_set_level, scope, "3"), false)
    equal(pcall(core.scope_set_tag, scope, 12, "b"), false)
    equal(pcall(core.scope_set_tag, nil, "a", "b"), false)
    equal(pcall(core.scope_set_tag, {}, "a", "b"), false)
end)

case("a number that does not fit is refused before it is converted", function()
    for _, wrong in ipairs { 1.5, 2 ^ 31, 2 ^ 40, -2 ^ 63, 2 ^ 64, 1 / 0, 0 / 0 } do
        equal(pcall(core.scope_set_level, scope, wrong), false, tostring(wrong))
    end
    equal(pcall(core.client_flush, client, 2 ^ 64), false)
end)

case("success is true and failure is nil, a text and a number", function()
    assert(core.scope_set_tag(scope, "a", "b"))
    local done, text, code = core.scope_set_tag(scope, "not a key!", "b")
    equal(done, nil)
    equal(text, core.status_text(core.E_ARG))
    equal(code, core.E_ARG)
end)

case("a failed text function answers the same way, once", function()
    equal(select("#", core.scope_json(1)), 3)
    equal(select(3, core.scope_json(1)), core.E_STALE)
end)

case("a NUL does not end a text", function()
    core.scope_set_tag(scope, "nul", "a\0b")
    assert(core.scope_json(scope):find('"nul":"a\239\191\189b"', 1, true))
end)

case("nil unsets, and the empty text does not", function()
    core.scope_set_tag(scope, "gone", "x")
    core.scope_set_tag(scope, "empty", "")
    core.scope_set_tag(scope, "gone", nil)
    local json = core.scope_json(scope)
    assert(not json:find("gone", 1, true))
    assert(json:find('"empty":""', 1, true))
end)

case("a text comes out whole, however long", function()
    for _, size in ipairs { 1200, 1266, 1267, 1268, 1279, 1280, 1281, 100000 } do
        core.scope_clear(scope)
        core.scope_set_extra(scope, "k", '"' .. ("x"):rep(size) .. '"')
        equal(core.scope_json(scope), '{"extra":{"k":"' .. ("x"):rep(size) .. '"}}', size)
    end
    core.scope_clear(scope)
end)

case("an event id comes beside the outcome, and nil if there is none", function()
    local outcome, id = core.scope_capture_message(scope, "x", core.LEVEL_INFO, 0)
    equal(outcome, core.OK)
    equal(#id, 32)
    equal(select("#", core.scope_capture_message(scope, nil, core.LEVEL_INFO, 0)), 4)
end)

case("attachments may hold any bytes on their way out", function()
    local fork = core.scope_fork(scope)
    core.scope_add_attachment(fork, "a\0b\255", '{"filename":"x"}')
    while core.client_next_envelope(client, 0) > 0 do end
    core.scope_capture_message(fork, "with bytes", core.LEVEL_INFO, 0)
    local envelope = core.client_next_envelope(client, 1000)
    assert(core.envelope_text(envelope):find("a%z?\0?b\255"))
    core.envelope_done(envelope, 200, nil)
    core.handle_close(fork)
end)

case("BND-1 a guard closes its handle when it is collected, or before, once", function()
    kit.collect()
    local before = core.handle_count(core.KIND_SCOPE)
    local guard = core.guard(core.scope_fork(scope))
    equal(core.handle_count(core.KIND_SCOPE), before + 1)
    core.guard_close(guard)
    core.guard_close(guard)
    equal(core.handle_count(core.KIND_SCOPE), before)
    core.guard(core.scope_fork(scope))
    kit.collect()
    equal(core.handle_count(core.KIND_SCOPE), before)
    equal(pcall(core.guard_close, io.stdout), false)
    equal(pcall(core.guard, "1"), false)
end)

case("flush_at_close takes a client or 0, and nothing else", function()
    assert(core.flush_at_close(client))
    assert(core.flush_at_close(0))
    equal(select(3, core.flush_at_close(-1)), core.E_STALE)
    equal(select(3, core.flush_at_close(client + 2 ^ 20)), core.E_STALE)
    equal(pcall(core.flush_at_close, "1"), false)
end)

core.client_close(client, 0)
core.handle_close(client)
core.handle_close(options)
core.handle_close(scope)
