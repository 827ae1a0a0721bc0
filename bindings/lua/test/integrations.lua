-- What happens by itself, and how to turn it off.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal, crumbs_of = kit.case, kit.equal, kit.crumbs_of

local function active(options)
    local client = kit.init(options)
    tocsin.capture_message("m")
    return table.concat(kit.next_event(client).sdk.integrations or {}, " ")
end

case("events name what is on, sorted", function()
    equal(active(), "argv atexit dedupe excepthook logging modules stdlib threading")
    equal(active { integrations = { argv = false, modules = false, logging = { print = false } } },
          "atexit dedupe excepthook logging stdlib threading")
    equal(active { default_integrations = false }, "")
    equal(active { default_integrations = false, integrations = { dedupe = true } }, "dedupe")
end)

case("atexit: what is left is sent at the end, unless it is off", function()
    for _, is_on in ipairs { true, false } do
        local client = assert(tocsin.init { transport = "stdout", integrations = { atexit = is_on } })
        equal(client:options().flush_at_exit, is_on)
    end
    assert(tocsin.init { transport = "stdout", integrations = { atexit = false }, flush_at_exit = true })
    equal(tocsin.client():options().flush_at_exit, true)
end)

case("one of the program's own is set up, named, and undone by the next init", function()
    local seen, undone
    local own = { defaults = { size = 1 } }
    function own.setup(client, settings)
        seen = client
        own.settings = settings
        return function() undone = true end
    end
    equal(active { default_integrations = false, integrations = { own = own } }, "own")
    equal(seen, tocsin.client())
    equal(own.settings.size, 1)
    kit.init()
    equal(undone, true)
end)

case("one that fails is left out, and the program goes on", function()
    local bad = { setup = function() error("no") end }
    equal(active { default_integrations = false, integrations = { bad = bad, dedupe = true } }, "dedupe")
end)

case("what does not exist is refused at once", function()
    local function refused(integrations)
        local client, text, code = tocsin.init { transport = "pull", integrations = integrations }
        equal(client, nil)
        equal(code, core.E_ARG)
        return text
    end
    assert(refused({ loging = true }):find("loging", 1, true))
    assert(refused({ logging = { levl = "info" } }):find("levl", 1, true))
    assert(refused({ dedupe = 12 }):find("dedupe", 1, true))
    assert(refused("logging"))
end)

case("argv: the arguments are extra data, secrets hidden", function()
    local plain = arg
    arg = { [0] = "main.lua", "--password=x", "-v" }
    local client = kit.init()
    arg = plain
    tocsin.capture_message("m")
    local list = kit.next_event(client).extra["sys.argv"]
    equal(table.concat(list, " "), "main.lua --password=[Filtered] -v")
    client = kit.init { integrations = { argv = false } }
    tocsin.capture_message("m")
    equal(kit.next_event(client).extra, nil)
end)

case("modules: those with a version, also those loaded after init", function()
    local client = kit.init()
    tocsin.capture_message("m")
    equal(kit.next_event(client).modules.tocsin, tocsin.version)
    package.preload["kit.late"] = function() return { _VERSION = "Late 1.2.3 (beta)" } end
    require "kit.late"
    tocsin.capture_message("m")
    equal(kit.next_event(client).modules["kit.late"], "1.2.3")
    package.loaded["kit.late"], package.preload["kit.late"] = nil, nil
    client = kit.init { integrations = { modules = false } }
    tocsin.capture_message("m")
    equal(kit.next_event(client).modules, nil)
end)

case("require fails as ever while modules are watched", function()
    kit.init()
    local ok, text = pcall(require, "no.such.module")
    equal(ok, false)
    assert(text:find("no.such.module", 1, true))
end)

case("dedupe: what comes another way shortly after is the same error", function()
    local client = kit.init()
    local function count()
        local n = 0
        while kit.next_event(client) do n = n + 1 end
        return n
    end
    local err = { type = "Full", message = "m" }
    tocsin.capture_exception(err)
    tocsin.wrap(error, err)
    equal(count(), 1, "a table, caught and raised")
    local text = "a.lua:1: no room left"
    tocsin.capture_exception(text)
    tocsin.wrap(error, text, 0)
    equal(count(), 1, "a text, caught and raised")
    tocsin.capture_exception(text)
    tocsin.capture_exception(text)
    equal(count(), 2, "a text that is caught again is news")
    tocsin.wrap(function()
        local _, inner = tocsin.wrap(function() error("deep") end)
        error(inner, 0)
    end)
    equal(count(), 1, "a text that is raised again")
    for _ = 1, 3 do tocsin.wrap(function() error("often") end) end
    equal(count(), 3, "the same failure three times")
    local function check() error("by the caller", 2) end
    for _ = 1, 3 do tocsin.wrap(function() check() end) end
    equal(count(), 3, "the same, laid at the caller's door")
    for _ = 1, 3 do tocsin.wrap(function() local text = string.rep() return text end) end
    equal(count(), 3, "the same, raised by a function in C")
    local function alike() return setmetatable({}, { __tostring = function() return "they read alike" end }) end
    tocsin.capture_exception(alike())
    tocsin.wrap(error, alike())
    equal(count(), 2, "two tables that read alike")
    local before = client:stats().categories.error
    equal(select(3, tocsin.capture_exception(err)), core.DROPPED)
    local after = client:stats().categories.error
    equal(after.discarded.event_processor, before.discarded.event_processor + 1)
    equal(core.handle_count(core.KIND_EVENT), 0)
end)

case("dedupe: off, all of them arrive", function()
    local client = kit.init { integrations = { dedupe = false } }
    local err = { type = "Full", message = "m" }
    tocsin.capture_exception(err)
    tocsin.wrap(error, err)
    assert(kit.next_event(client))
    assert(kit.next_event(client))
end)

case("threading: an error that ends a bound coroutine is reported once, with its frames and scope", function()
    kit.init { integrations = { threading = false } }
    local plain = coroutine.resume
    local client = kit.init()
    local function fail(name)
        tocsin.set_tag("task", name)
        coroutine.yield()
        error("ends " .. name)
    end
    local co = coroutine.create(tocsin.bind(fail))
    coroutine.resume(co, "a")
    local ok, err = coroutine.resume(co)
    equal(ok, false)
    assert(err:find("ends a$"))
    tocsin.capture_exception(err, { coroutine = co })
    local event = kit.next_event(client)
    equal(event.tags.task, "a")
    local exception = event.exception.values[1]
    equal(exception.mechanism.type, "threading")
    equal(exception.mechanism.handled, false)
    local frames = exception.stacktrace.frames
    assert(frames[#frames].context_line:find("ends ", 1, true))
    assert(frames[#frames].filename:find("integrations.lua", 1, true))
    equal(kit.next_event(client), nil)
    kit.init { integrations = { threading = false } }
    equal(coroutine.resume, plain)
end)

case("threading: so is the very first one, at its first resume", function()
    local client = kit.init()
    coroutine.resume(coroutine.create(tocsin.bind(function() error("at once") end)))
    equal(kit.next_event(client).exception.values[1].mechanism.type, "threading")
end)

case("threading: a coroutine that nobody bound is its resumer's affair", function()
    local client = kit.init()
    local undo = tocsin.patch_coroutines()
    local function fail(text) error(text, 0) end
    local ours = coroutine.create(fail)
    undo()
    coroutine.resume(coroutine.create(fail), "not ours")
    equal(kit.next_event(client), nil)
    coroutine.resume(ours, "ours")
    equal(kit.next_event(client).exception.values[1].value, "ours")
    equal(select("#", coroutine.resume(coroutine.create(function() return nil, nil end))), 3)
end)

case("propagate_scope has new coroutines inherit, until the next init", function()
    local plain = coroutine.create
    kit.init { propagate_scope = true }
    tocsin.set_tag("parent", "1")
    local tags
    coroutine.resume(coroutine.create(function()
        tocsin.set_tag("child", "1")
        tags = tocsin.isolation_scope():data().tags
    end))
    equal(tags.parent, "1")
    equal(tocsin.isolation_scope():data().tags.child, nil)
    kit.init()
    equal(coroutine.create, plain)
end)

case("logging: print leaves breadcrumbs and prints", function()
    local plain, printed = print, nil
    print = function(...) printed = select("#", ...) end
    local client = kit.init()
    print("text", nil, 12)
    equal(printed, 3)
    local crumbs = crumbs_of(client)
    equal(crumbs[#crumbs].category, "print")
    equal(crumbs[#crumbs].message, "text nil 12")
    equal(crumbs[#crumbs].level, "info")
    for _, off in ipairs { { print = false }, { ignore = { "print" } }, { level = "warning" }, { level = false } } do
        client = kit.init { integrations = { logging = off } }
        print("unseen")
        equal(#crumbs_of(client), 0)
    end
    kit.init { integrations = { logging = false } }
    print = plain
end)
