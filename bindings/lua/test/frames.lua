-- What a frame tells: variables, source lines, whose code it is; and which error is meant.
local kit = require "kit"
local core = require "tocsin_core"
local exception = require "tocsin.exception"
local scrub = require "tocsin.scrub"
local show = require "tocsin.show"
local source = require "tocsin.source"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local function divide(amount, parts)
    local total, password = amount, "hunter2"
    if parts == 0 then error("no parts") end -- the line
    return total / parts, password
end

local function frames_of(event)
    local values = event.exception.values
    return values[#values].stacktrace.frames
end

local function last_frame(client)
    local frames = frames_of(kit.next_event(client))
    return frames[#frames]
end

local function fail()
    divide(12, 0)
end

case("a frame has its local variables as texts, secrets hidden", function()
    local client = kit.init()
    tocsin.wrap(fail)
    local vars = last_frame(client).vars
    equal(vars.amount, "12")
    equal(vars.parts, "0")
    equal(vars.total, "12")
    equal(vars.password, "[Filtered]")
end)

case("a frame has its line and those around it", function()
    local client = kit.init { context_lines = 2 }
    tocsin.wrap(fail)
    local frame = last_frame(client)
    equal(frame.context_line, '    if parts == 0 then error("no parts") end -- the line')
    equal(#frame.pre_context, 2)
    equal(frame.pre_context[2], '    local total, password = amount, "hunter2"')
    equal(#frame.post_context, 2)
    equal(frame.post_context[2], "end")
end)

case("neither is there if it is not wanted", function()
    local client = kit.init { context_lines = 0, include_local_variables = false }
    tocsin.wrap(fail)
    local frame = last_frame(client)
    equal(frame.vars, nil)
    equal(frame.context_line, nil)
    equal(frame.lineno, 13)
end)

case("a coroutine's frames have variables too", function()
    local client = kit.init()
    local co = coroutine.create(fail)
    local _, err = coroutine.resume(co)
    tocsin.capture_exception(err, { coroutine = co })
    equal(last_frame(client).vars.amount, "12")
end)

case("values are short texts, and no value can hurt", function()
    equal(show.value("a"), '"a"')
    equal(show.value(nil), "nil")
    equal(show.value({ 1, "two", key = true }), '{1, "two", key = true}')
    equal(show.value({ token = "x" }, { "token" }), "{token = [Filtered]}")
    equal(show.value({ {} }), "{{...}}")
    equal(show.value(tocsin), "module tocsin")
    equal(show.value(show.value):match("^function "), "function ")
    equal(show.value(string.rep), "function [C]")
    equal(show.value(coroutine.create(print)), "coroutine (suspended)")
    assert(#show.value(("x"):rep(10000)) < 300)
    local many = {}
    for i = 1, 10000 do many[i] = ("y"):rep(1000) end
    assert(#show.value(many) < 300)
    local function odd(text) return setmetatable({}, { __tostring = text }) end
    equal(show.value(odd(function() return "own" end)), "own")
    equal(show.value(odd(function() error("no") end)), "{}")
    assert(#show.value(odd(function() return 12 end)) == 2)
    equal(show.value(odd(function() coroutine.yield() end)), "{}")
    local hostile = setmetatable({}, { __index = error, __pairs = error, __len = error, __eq = error, __metatable = 1 })
    equal(show.value(hostile), "{}")
end)

case("an error among odd variables is reported all the same", function()
    local client = kit.init()
    tocsin.wrap(function()
        local odd = setmetatable({}, { __tostring = function() error("no") end })
        local long = ("z"):rep(1e6)
        error("with odd ones")
        return odd, long
    end)
    local vars = last_frame(client).vars
    equal(vars.odd, "{}")
    assert(#vars.long < 300)
end)

case("an endless recursion is reported", function()
    local client = kit.init()
    local function deeper(n) return 1 + deeper(n + 1) end
    equal(tocsin.wrap(deeper, 1), false)
    local event = kit.next_event(client)
    assert(event.exception.values[1].value:find("stack overflow", 1, true))
end)

case("a file is read once, and few are kept", function()
    local name = os.tmpname()
    local function write(text)
        local file = assert(io.open(name, "w"))
        file:write(text)
        file:close()
    end
    local function line()
        local frame = { lineno = 2 }
        source.add_lines(frame, name, 1)
        return frame.context_line
    end
    source.forget()
    write("one\ntwo\r\nthree")
    equal(line(), "two")
    write("one\nnew")
    equal(line(), "two")
    for i = 1, 40 do source.add_lines({ lineno = 1 }, "no/such/file" .. i, 1) end
    equal(line(), "new")
    os.remove(name)
    local beyond = { lineno = 99 }
    source.add_lines(beyond, name, 5)
    equal(beyond.context_line, nil)
end)

local function in_app_of(path, options)
    local client = kit.init(options)
    local run = (loadstring or load)("error('x')", "@" .. path)
    tocsin.wrap(run)
    return last_frame(client).in_app
end

case("what is installed is not the program's own, and the options have the last word", function()
    equal(in_app_of("shop/prices.lua"), true)
    equal(in_app_of("/srv/shop/prices.lua"), true)
    equal(in_app_of("/usr/share/lua/5.4/socket.lua"), false)
    equal(in_app_of("/opt/ada/.luarocks/share/lua/5.1/pl/init.lua"), false)
    equal(in_app_of("./lua_modules/share/lua/5.4/pl/init.lua"), false)
    equal(in_app_of("shop/vendor/x.lua", { in_app_exclude = { "shop.vendor" } }), false)
    equal(in_app_of("./shop/vendor/x.lua", { in_app_exclude = { "shop/vendor/" } }), false)
    equal(in_app_of("/usr/share/lua/5.4/ours.lua", { in_app_include = { "ours" } }), true)
    equal(in_app_of("a/b.lua", { in_app_include = { "a" }, in_app_exclude = { "a.b" } }), true)
end)

case("without an argument the error is meant that a handler is at", function()
    local client = kit.init()
    local thrown = { type = "Full", message = "m" }
    for _, f in ipairs {
        function() error(thrown) end,
        function() local none = nil return none.field end,
        function() local none = nil return none() end,
        function() return 1 + {} end,
        function() return string.rep() end,
    } do
        local _, id = xpcall(f, function(err)
            local sent = tocsin.capture_exception()
            return sent or err
        end)
        equal(#id, 32, id)
        assert(kit.next_event(client))
    end
    xpcall(function() fail() end, function(err)
        tocsin.capture_exception(nil, { tags = { a = 1 } })
        return err
    end)
    local event = kit.next_event(client)
    equal(event.exception.values[1].value, "no parts")
    equal(event.tags.a, "1")
    equal(frames_of(event)[#frames_of(event)].lineno, 13)
end)

case("without an error to be had nothing is captured", function()
    kit.init()
    equal(select(3, tocsin.capture_exception()), core.E_ARG)
    pcall(error, "over")
    equal(select(3, tocsin.capture_exception()), core.E_ARG)
    xpcall(function() equal(select(3, tocsin.capture_exception()), core.E_ARG) end, error)
end)

case("a table that was caught keeps the frames of where it was raised", function()
    local client = kit.init()
    local thrown = {}
    local _, err = pcall(tocsin.with_scope, function() divide(error(thrown), 0) end)
    tocsin.capture_exception(err)
    local frames = frames_of(kit.next_event(client))
    assert(frames[#frames].context_line:find("divide(error(thrown), 0)", 1, true))
end)

case("Ctrl-C is no error, wherever it strikes", function()
    equal(exception.is_interrupt("interrupted!"), true)
    equal(exception.is_interrupt("a.lua:3: interrupted!"), true)
    equal(exception.is_interrupt("a.lua:3: interrupted! no"), false)
    equal(exception.is_interrupt({}), false)
    local client = kit.init()
    tocsin.wrap(function() error("interrupted!") end)
    equal(kit.next_event(client), nil)
end)

case("secrets in addresses and arguments are hidden", function()
    local deny = { "token", "password", "key" }
    local url, query, fragment = scrub.url(deny, "https://ada:pw@example.com/a?x=1&token=abc#top")
    equal(url, "https://example.com/a")
    equal(query, "x=1&token=[Filtered]")
    equal(fragment, "top")
    url, query = scrub.url(deny, "http://example.com")
    equal(url, "http://example.com")
    equal(query, nil)
    local shown = scrub.arguments(deny, {
        "main.lua", "--password=a=b", "--token", "abc", "-v", "--api-key", "--next", "api_key=1",
        "http://u:p@h/?token=1", "x=1", 12,
    })
    equal(table.concat(shown, " "), "main.lua --password=[Filtered] --token [Filtered] -v --api-key --next"
        .. " api_key=[Filtered] http://h/?token=[Filtered] x=1 12")
end)
