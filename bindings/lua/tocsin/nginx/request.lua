--- What a request's scope starts with: its data, a name, the trace it belongs to, and its user's address.
--
-- Cookies, credentials and addresses are the library's to leave out; here only what is secret in queries and
-- headers by its name is taken out.
local core = require "tocsin_core"
local json = require "tocsin.json"
local secrets = require "tocsin.nginx.secrets"

local request = {}

local HEADERS_MAX = 100
local TRACE = { "sentry-trace", "baggage", "traceparent" }

local function text_of(value)
    return type(value) == "table" and table.concat(value, ", ") or tostring(value)
end

local function path()
    return (ngx.var.request_uri or ngx.var.uri or "/"):match("^[^?]*")
end

--- Its address, without the query.
function request.url()
    local host = ngx.var.http_host or ngx.var.host or ngx.var.server_name or ""
    return (ngx.var.scheme or "http") .. "://" .. host .. path()
end

--- A header's value; nil: there is none.
function request.header(name)
    local value = ngx.req.get_headers(HEADERS_MAX)[name]
    return value and text_of(value)
end

local function headers(denied)
    local texts = {}
    for name, value in pairs(ngx.req.get_headers(HEADERS_MAX, true)) do
        texts[name] = secrets.header(denied, name, text_of(value))
    end
    return texts
end

local function query(denied)
    local uri = ngx.var.request_uri or ""
    local start = uri:find("?", 1, true)
    if not start or start == #uri then return nil end
    return secrets.query(denied, uri:sub(start + 1))
end

--- The request as the protocol has it.
function request.data(client)
    local denied = client:settings().scrub_denylist
    return {
        method = ngx.req.get_method(),
        url = request.url(),
        query_string = query(denied),
        headers = headers(denied),
        env = {
            SERVER_NAME = ngx.var.server_name,
            SERVER_PORT = ngx.var.server_port,
            REMOTE_ADDR = ngx.var.remote_addr,
        },
    }
end

local function continue_trace(iso)
    local texts = {}
    for _, name in ipairs(TRACE) do texts[name] = request.header(name) end
    if next(texts) then core.scope_continue_trace(iso.h, json.encode(texts)) end
end

--- Puts all of it on a new scope.
function request.describe(scope)
    local iso, client = scope.iso, scope.client
    continue_trace(iso)
    iso:set_request(request.data(client))
    scope:set_transaction_name(ngx.req.get_method() .. " " .. path(), "url")
    if client:settings().send_default_pii then
        -- nginx knows which proxies to believe: set_real_ip_from
        iso:set_user { ip_address = ngx.var.remote_addr }
    end
end

return request
