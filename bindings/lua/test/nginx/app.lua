-- What the nginx of the tests does. Captures say where they are made; the tag `request` says for whom.
local core = require "tocsin_core"
local tocsin = require "tocsin"
local tocsin_nginx = require "tocsin.nginx"
_G.tocsin_nginx = tocsin_nginx

local app = {}

local function before_send(event)
    event.tags.seen = ngx.get_phase()
    return event
end

function app.init(options)
    if options.before_send then options.before_send = before_send end
    assert(tocsin_nginx.init(options))
    tocsin.set_tag("process", "nginx")
    app.say "init"
end

function app.init_worker()
    tocsin.set_tag("worker", ngx.worker.pid())
    app.say "init_worker"
end

function app.enter()
    local id = ngx.var.arg_id
    if id then
        tocsin.set_tag("request", id)
        tocsin.set_tag("only." .. id, true)
    end
    if ngx.var.uri == "/phases" then app.say "rewrite" end
end

function app.leave()
    if ngx.var.uri == "/phases" then app.say "log" end
    tocsin_nginx.report_status()
end

function app.say(phase)
    return tocsin.capture_message("in " .. phase)
end

function app.phases()
    app.say "content"
    assert(ngx.timer.at(0, function()
        tocsin.set_tag("timer", "its own")
        app.say "timer"
    end))
    ngx.say "ok"
end

function app.certificate()
    tocsin.set_tag("handshake", "yes")
    app.say "ssl_cert"
end

-- Leaves the phase out of a block, half of the time, so that the coroutine's function never ends.
function app.load_access()
    tocsin.with_scope(function(scope)
        scope:set_tag("left", "access")
        if ngx.var.arg_id % 2 == 0 then ngx.exit(ngx.OK) end
    end)
end

local function wait_for_ever()
    tocsin.with_scope(function(scope)
        scope:set_tag("left", "thread")
        ngx.sleep(60)
    end)
end

function app.load()
    local id = tonumber(ngx.var.arg_id)
    local killed = id % 3 == 0 and ngx.thread.spawn(wait_for_ever)
    ngx.sleep(0.001 * (1 + id % 7))
    app.say "load"
    if killed then ngx.thread.kill(killed) end
    tocsin.with_scope(function(scope)
        scope:set_tag("inner", id)
        ngx.sleep(0.001 * (1 + id % 5))
        app.say "block"
        if id % 4 == 0 then ngx.exit(204) end
    end)
    app.say "after"
    ngx.say "ok"
end

local function one_thread(n)
    local seen = {}
    for round = 1, 13 do
        tocsin.with_scope(function(scope)
            scope:set_tag("thread", n)
            ngx.sleep(0.001 * (1 + (n + round) % 3))
            seen[#seen + 1] = scope == tocsin.current_scope() and scope:data().tags.thread
        end)
    end
    tocsin.with_scope(function(scope)
        scope:set_tag("thread", n)
        ngx.sleep(0.001)
        app.say("thread " .. n)
    end)
    return table.concat(seen)
end

-- The four share the scope of the request, and none sees another's block.
function app.threads()
    local threads = {}
    for n = 1, 4 do threads[n] = ngx.thread.spawn(one_thread, n) end
    for n = 1, 4 do
        local _, seen = ngx.thread.wait(threads[n])
        ngx.say(seen)
    end
end

function app.deep()
    error("no room left")
end

function app.spawned()
    local bound = ngx.thread.spawn(tocsin.bind(function(a, b)
        tocsin.set_tag("thread", "bound")
        ngx.sleep(0.001)
        app.say(a .. b)
        return "x"
    end), "bou", "nd")
    local spawned = tocsin_nginx.spawn(function()
        tocsin.set_tag("thread", "spawned")
        ngx.sleep(0.001)
        app.deep()
    end)
    ngx.say(select(2, ngx.thread.wait(bound)))
    ngx.say((ngx.thread.wait(spawned)))
    app.say "content"
end

function app.fails()
    tocsin_nginx.set_route "/fails/:id"
    tocsin_nginx.run(function()
        tocsin.with_scope(function(scope)
            scope:set_tag("block", "inner")
            app.deep()
        end)
    end)
end

function app.message()
    if ngx.req.is_internal() then collectgarbage() end
    ngx.say(tocsin.capture_message("message") or "none")
end

function app.slow()
    ngx.log(ngx.NOTICE, "begins slowly")
    ngx.sleep(0.3)
    app.message()
end

function app.timers()
    tocsin.set_tag("from", "request")
    assert(tocsin_nginx.timer(0, function(is_early, what)
        app.say(tostring(is_early) .. " " .. what)
        app.deep()
    end, "timer"))
    local calls = 0
    assert(tocsin_nginx.every(0.01, function()
        calls = calls + 1
        tocsin.set_tag("call", calls)
        if calls <= 2 then app.say "every" end
    end))
    ngx.say "ok"
end

function app.exec()
    tocsin.with_scope(function(scope)
        scope:set_tag("left", "exec")
        tocsin.set_tag("before", "exec")
        ngx.exec("/message")
    end)
end

function app.main_request()
    tocsin.set_tag("main", "yes")
    ngx.print(ngx.location.capture("/message", { ctx = ngx.ctx }).body)
end

function app.echo()
    for name, value in pairs(ngx.req.get_headers()) do ngx.say(name, ": ", value) end
end

--- How many scopes there are once nobody works.
function app.live()
    for _ = 1, 4 do collectgarbage() end
    ngx.say(core.handle_count(core.KIND_SCOPE))
end

return app
