-- A scope for each coroutine, inherited, kept apart, collected.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local ALL = 50 * (1 + 2 + 4) -- children and grandchildren included

-- Lets each of them run a little; false: all are done.
local function step(all)
    local is_alive = false
    for _, co in ipairs(all) do
        if coroutine.status(co) ~= "dead" then
            assert(coroutine.resume(co))
            is_alive = true
        end
    end
    return is_alive
end

-- What a coroutine does: tag, let others run, have children that do the same, report.
local function work(name, depth, create)
    return function()
        tocsin.set_tag("own", name)
        tocsin.current_scope():set_tag("current", name)
        coroutine.yield()
        local children = {}
        for i = 1, depth > 0 and 2 or 0 do
            children[i] = create(work(name .. "." .. i, depth - 1, create))
        end
        while step(children) do coroutine.yield() end
        assert(tocsin.capture_message(name))
    end
end

local function run(count, create)
    local client, all = kit.init { queue_max_items = 10000 }, {}
    for i = 1, count do all[i] = create(work("c" .. i, 2, create)) end
    while step(all) do end
    return client
end

local function check_events(client, count)
    local seen, foreign = 0, 0
    for event in function() return kit.next_event(client) end do
        seen = seen + 1
        local name = event.logentry.formatted
        if event.tags.own ~= name or event.tags.current ~= name then foreign = foreign + 1 end
    end
    equal(foreign, 0, "events with foreign tags")
    equal(seen, count, "the number of events")
end

case("50 interleaved coroutines with grandchildren keep apart, bound by hand", function()
    local client = run(50, function(f) return coroutine.create(tocsin.bind(f)) end)
    check_events(client, ALL)
    equal(tocsin.isolation_scope():data().tags, nil)
end)

case("after 50 coroutines with grandchildren only the client's own scopes are alive", function()
    kit.init()
    kit.collect()
    local own = core.handle_count(core.KIND_SCOPE)
    -- global, isolation, current, and what says that an event comes from Lua
    equal(own, 4)
    local client = run(50, function(f) return coroutine.create(tocsin.bind(f)) end)
    check_events(client, ALL)
    kit.collect()
    equal(core.handle_count(core.KIND_SCOPE), own)
end)

case("the same with coroutine.create patched, and the patch can be undone", function()
    local plain_create, plain_wrap = coroutine.create, coroutine.wrap
    local undo = tocsin.patch_coroutines()
    local client = run(50, coroutine.create)
    undo()
    check_events(client, ALL)
    equal(coroutine.create, plain_create)
    equal(coroutine.wrap, plain_wrap)
    equal(pcall(coroutine.create, 12), false)
end)

case("a child starts with what its parent had, and writes into none but itself", function()
    kit.init()
    tocsin.set_tag("parent", "1")
    local co = coroutine.create(tocsin.bind(function()
        equal(tocsin.isolation_scope():data().tags.parent, "1")
        equal(tocsin.isolation_scope():data().tags.later, nil)
        tocsin.set_tag("child", "1")
    end))
    tocsin.set_tag("later", "1")
    assert(coroutine.resume(co))
    equal(tocsin.isolation_scope():data().tags.child, nil)
end)

case("a patched wrap passes values and errors through", function()
    kit.init()
    local undo = tocsin.patch_coroutines()
    local f = coroutine.wrap(function(a, b) return a + coroutine.yield(b) end)
    equal(f(1, 2), 2)
    equal(f(3), 4)
    local thrown = {}
    equal(select(2, pcall(coroutine.wrap(function() error(thrown) end))), thrown)
    undo()
end)

case("a bound function may run again, also outside of coroutines", function()
    kit.init()
    local outer = tocsin.current_scope()
    local bound = tocsin.bind(function(...)
        equal(tocsin.isolation_scope():data().tags, nil)
        tocsin.set_tag("mine", "1")
        return select("#", ...), ...
    end)
    for _ = 1, 2 do
        local count, a, b = bound("x", nil)
        equal(count, 2)
        equal(a, "x")
        equal(b, nil)
        equal(tocsin.current_scope(), outer)
    end
    local failing = tocsin.bind(error)
    equal(select(2, pcall(failing, "e", 0)), "e")
    equal(tocsin.current_scope(), outer)
end)

case("BND-1 scopes of dead coroutines are collected", function()
    local client = kit.init()
    kit.collect()
    local before = core.handle_count(core.KIND_SCOPE)
    for _ = 1, 150 do
        local co = coroutine.create(tocsin.bind(function()
            tocsin.set_tag("a", "b")
            coroutine.yield()
        end))
        coroutine.resume(co)
    end
    kit.collect()
    equal(core.handle_count(core.KIND_SCOPE), before)
    client:close(0)
end)

if _VERSION ~= "Lua 5.1" or rawget(_G, "jit") then
    case("a block may wait inside with_scope", function()
        kit.init()
        local co = coroutine.create(function()
            return tocsin.with_scope(function(scope)
                coroutine.yield()
                return tocsin.current_scope() == scope
            end)
        end)
        local outer = tocsin.current_scope()
        coroutine.resume(co)
        equal(tocsin.current_scope(), outer)
        equal(select(2, coroutine.resume(co)), true)
    end)
end
