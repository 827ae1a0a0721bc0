-- Requests that go out through LuaSocket, to a real server: breadcrumbs, hints, the headers of the trace.
-- lua-resty-http needs nginx; here something of its shape stands in, which shows what is handed to it.
local kit = require "kit"
local json = require "tocsin.json"
local tocsin = require "tocsin"
local case, equal, crumbs_of = kit.case, kit.equal, kit.crumbs_of

local DSN = "http://key@errors.example.com/1" -- names the project in baggage; nothing is sent there
local port = os.getenv "TOCSIN_TEST_PORT"
local has_socket, http = pcall(require, "socket.http")

-- A copy of lua-resty-http's manners: request_uri calls request on the connection that it opens.
local function fake_resty()
    local resty, sent = {}, {}
    resty.__index = resty
    function resty.new() return setmetatable({}, resty) end
    function resty:request(params)
        sent[#sent + 1] = params
        if params.path == "/lost" then return nil, "connection refused" end
        return { status = 404, reason = "Not Found", headers = { Server = "x" } }
    end
    function resty:request_uri(uri, params)
        self.host, self.port = "example.com", 80
        return self:request { path = uri:match("^%a+://[^/]+(.*)$"), headers = params.headers }
    end
    return resty, sent
end

case("resty.http: one breadcrumb a request, the trace on it, the program's own headers kept", function()
    local resty, sent = fake_resty()
    package.loaded["resty.http"] = nil
    package.preload["resty.http"] = function() return resty end
    local client = kit.init { dsn = DSN }
    local connection = require("resty.http").new()
    local params = { headers = { Baggage = "own=1", ["X-Own"] = "2" } }
    local answer = connection:request_uri("http://ada:pw@example.com/a?token=x", params)
    equal(answer.status, 404)
    equal(params.headers["sentry-trace"], nil)
    equal(sent[1].headers["sentry-trace"], tocsin.get_traceparent())
    equal(sent[1].headers["X-Own"], "2")
    assert(sent[1].headers.Baggage:find("^own=1,"))
    equal(select(2, connection:request { path = "/lost", method = "POST" }), "connection refused")
    local crumbs = crumbs_of(client)
    equal(#crumbs, 2)
    equal(crumbs[1].type, "http")
    equal(crumbs[1].level, "warning")
    equal(crumbs[1].data.url, "http://example.com/a")
    equal(crumbs[1].data["http.query"], "token=[Filtered]")
    equal(crumbs[1].data.method, "GET")
    equal(crumbs[1].data.status_code, 404)
    equal(crumbs[2].data.url, "http://example.com:80/lost")
    equal(crumbs[2].data.method, "POST")
    equal(crumbs[2].data.reason, "connection refused")
    equal(crumbs[2].level, "error")
    kit.init { integrations = { stdlib = false } }
    connection:request { path = "/unseen" }
    equal(sent[3].headers, nil)
    package.loaded["resty.http"], package.preload["resty.http"] = nil, nil
end)

case("resty.http: a query that is a table is in the breadcrumb", function()
    local resty = fake_resty()
    package.preload["resty.http"] = function() return resty end
    _G.ngx = { encode_args = function(query) return "a=" .. query.a end }
    local client = kit.init { dsn = DSN }
    local connection = require("resty.http").new()
    connection:request_uri("http://example.com/a", { query = { a = 1 } })
    connection:request { path = "/b", query = { a = 2 } }
    local crumbs = crumbs_of(client)
    equal(crumbs[1].data["http.query"], "a=1")
    equal(crumbs[2].data["http.query"], "a=2")
    _G.ngx, package.loaded["resty.http"], package.preload["resty.http"] = nil, nil, nil
end)

if not has_socket or not port then
    kit.skip("requests through LuaSocket: that, or the test server, is not there")
    return
end

local base = "http://127.0.0.1:" .. port

local function last_request(path)
    local body = assert(http.request(base .. "/_requests"))
    local found
    for _, one in ipairs(json.decode(body)) do
        if one.path:find(path, 1, true) then found = one end
    end
    return assert(found, "no request of " .. path)
end

case("LuaSocket, short form: the answer as ever, a breadcrumb, the trace at the server", function()
    local hints = {}
    local client = kit.init { dsn = DSN, before_breadcrumb = function(crumb, hint)
        hints[#hints + 1] = hint
        return crumb
    end }
    local body, code, headers, line = http.request(base .. "/short?api_key=x&page=2#part")
    assert(body:find("no such path", 1, true))
    equal(code, 404)
    equal(type(headers), "table")
    assert(line:find("^HTTP/1.1 404"))
    equal(last_request("/short").headers["sentry-trace"], tocsin.get_traceparent())
    assert(last_request("/short").headers.baggage)
    local data = crumbs_of(client)[1].data
    equal(data.url, base .. "/short")
    equal(data["http.query"], "api_key=[Filtered]&page=2")
    equal(data["http.fragment"], "part")
    equal(data.status_code, 404)
    equal(data.reason, "Not Found")
    equal(hints[1].request.method, "GET")
    equal(hints[1].response.status, 404)
    equal(hints[1].response.headers, headers)
end)

case("LuaSocket, with a body: it is posted as ever", function()
    local client = kit.init()
    local _, code = http.request(base .. "/posted", "a=1&b=2")
    equal(code, 404)
    local request = last_request("/posted")
    equal(request.method, "POST")
    equal(request.headers["content-length"], "7")
    equal(request.headers["content-type"], "application/x-www-form-urlencoded")
    equal(crumbs_of(client)[1].data.method, "POST")
end)

case("LuaSocket, long form: the program's table stays as it was, its headers win", function()
    local client = kit.init { dsn = DSN }
    local parts = {}
    local request = {
        url = base .. "/long", method = "PUT", sink = require("ltn12").sink.table(parts),
        headers = { ["Sentry-Trace"] = "mine", baggage = "own=1" },
    }
    local one, code = http.request(request)
    equal(one, 1)
    equal(code, 404)
    equal(request.headers.baggage, "own=1")
    assert(table.concat(parts):find("no such path", 1, true))
    local seen = last_request("/long")
    equal(seen.method, "PUT")
    equal(seen.headers["sentry-trace"], "mine")
    assert(seen.headers.baggage:find("^own=1,"))
    equal(crumbs_of(client)[1].data.url, base .. "/long")
end)

case("LuaSocket: a request that gets no answer fails as ever, and leaves its breadcrumb", function()
    local client = kit.init()
    local body, problem = http.request("http://127.0.0.1:1/refused")
    equal(body, nil)
    equal(type(problem), "string")
    local crumb = crumbs_of(client)[1]
    equal(crumb.level, "error")
    equal(crumb.data.reason, problem)
    equal(pcall(http.request), false)
end)

case("nothing is told to servers that are not to be told, and a program's own reports leave no trace", function()
    local client = kit.init { trace_propagation_targets = { "example.com" } }
    http.request(base .. "/untold")
    equal(last_request("/untold").headers["sentry-trace"], nil)
    equal(#crumbs_of(client), 2)
    client = kit.init { dsn = "http://key@127.0.0.1:" .. port .. "/1" }
    http.request(base .. "/own")
    equal(last_request("/own").headers["sentry-trace"], nil)
    tocsin.capture_message("m")
    equal(kit.next_event(client).breadcrumbs, nil)
end)

case("the integration ends with the client's options", function()
    kit.init { integrations = { stdlib = false } }
    http.request(base .. "/off")
    equal(last_request("/off").headers["sentry-trace"], nil)
end)

case("a server that reads strictly has nothing to say about what Lua sends", function()
    assert(tocsin.init { dsn = "http://key@127.0.0.1:" .. port .. "/7", host_contexts = false })
    local function fail(text) error(text) end
    tocsin.add_breadcrumb { message = "crumb", data = { n = 1.5 } }
    tocsin.wrap(fail, "for the strict server")
    assert(tocsin.flush(60))
    local request = last_request("/api/7/")
    equal(request.verdict, "ok")
    equal(#request.notes, 0, json.encode(request.notes))
    local event = request.items[1].payload
    local frames = event.exception.values[1].stacktrace.frames
    assert(frames[#frames].context_line:find("error(text)", 1, true))
    equal(frames[#frames].vars.text, '"for the strict server"')
    equal(frames[#frames].in_app, true)
    kit.init()
end)
