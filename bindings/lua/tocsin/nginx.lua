--- tocsin in nginx's Lua module and OpenResty.
--
--     init_by_lua_block {
--         tocsin = require "tocsin"
--         require("tocsin.nginx").init { dsn = os.getenv "SENTRY_DSN" }
--     }
--
-- From then on each request and each call of a timer has an isolation scope of its own, made when something of
-- tocsin is first called in it, through all of its phases.
if not rawget(_G, "ngx") then error("tocsin.nginx: this is not nginx", 0) end

local tocsin = require "tocsin"
local core = require "tocsin_core"
local current = require "tocsin.current"
local json = require "tocsin.json"
local request = require "tocsin.nginx.request"
local stack = require "tocsin.stack"
local unit = require "tocsin.nginx.unit"

local nginx = {}

--- `tocsin.init`, but what is wrong goes to nginx's error log too: a server should start also without its
-- error reports.
function nginx.init(options)
    local client, text, code = tocsin.init(options)
    if not client then ngx.log(ngx.ERR, "tocsin: ", text) end
    return client, text, code
end

local function rethrow(err)
    error(err, 0)
end

-- The error that `rethrow` raises: reported already, further in.
local raised

local function handler(err)
    if stack.is_called_by(rethrow) and rawequal(raised, err) then return err end
    return tocsin.handler(err)
end

local function settle(ok, ...)
    if ok then return ... end
    raised = (...)
    rethrow(raised)
end

--- Calls `f(...)`; its results, or its error, which is reported and goes on: nginx answers and logs as ever.
function nginx.run(f, ...)
    return settle(xpcall(f, handler, ...))
end

-- `f` as a function for nginx to call, which takes the scope that is current now along.
local function carried(f)
    return current.bind(function(...) return nginx.run(f, ...) end)
end

--- `ngx.thread.spawn`, in a fork of the current scope; an error is reported.
function nginx.spawn(f, ...)
    return ngx.thread.spawn(carried(f), ...)
end

--- `ngx.timer.at`, likewise. `f` gets what nginx gives: whether it is called before its time, and the rest.
function nginx.timer(delay, f, ...)
    return ngx.timer.at(delay, carried(f), ...)
end

--- `ngx.timer.every`, likewise; each call has a fork of its own.
function nginx.every(delay, f, ...)
    return ngx.timer.every(delay, carried(f), ...)
end

--- Names the request by its route, "/users/:id", rather than by its path.
function nginx.set_route(route)
    local own = unit.scope()
    if not own then return nil, "no request", core.E_ARG end
    local name = ngx.req.get_method() .. " " .. route
    local here = current.scope()
    if here ~= own then here:set_transaction_name(name, "route") end
    return own:set_transaction_name(name, "route")
end

--- Sends the request's trace on with it: for locations with proxy_pass and the like, in any phase before. `url` is
-- where it goes, for the option `trace_propagation_targets`; nil: the request's own.
function nginx.propagate(url)
    local own = unit.scope()
    if not own then return nil, "no request", core.E_ARG end
    local baggage = request.header("baggage")
    local text, problem, code = core.scope_request_headers(own.h, url or request.url(), baggage)
    if not text then return nil, problem, code end
    for name, value in pairs(json.decode(text)) do ngx.req.set_header(name, value) end
    return true
end

-- Who was asked for the answer, if not this nginx, and how long that took.
local function upstream()
    if not ngx.var.upstream_addr then return nil end
    return {
        addr = ngx.var.upstream_addr,
        status = ngx.var.upstream_status,
        response_time = ngx.var.upstream_response_time,
    }
end

--- For log_by_lua: reports an answer of status 500 to 599, or from `least` to `most`, unless the request has
-- reported something. The event's id, or nil.
function nginx.report_status(least, most)
    local own, status = unit.scope(), ngx.status
    if not own or status < (least or 500) or status > (most or 599) then return nil end
    if own.iso:last_event_id() ~= own.inherited_id then return nil end
    return own:capture_message(("HTTP %d without an error"):format(status), {
        level = "error",
        contexts = { response = { status_code = status }, upstream = upstream() },
        fingerprint = { "{{ default }}", "{{ transaction }}" },
        hint = { request = request.data(own.client) },
    })
end

return nginx
