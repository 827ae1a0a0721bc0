--- lua-resty-http: `request_uri`, and `request` on a connection of one's own.
local fields = require "tocsin.fields"
local http = require "tocsin.http"

local resty = {}

local function prepare(url, params)
    local copy = fields.copy(params or {})
    copy.headers = http.headers(url, copy.headers)
    return copy, { url = url, method = copy.method or "GET", headers = copy.headers }
end

-- The module takes a table too, and leaves that to nginx's encode_args as well.
local function query_of(params)
    local query = params.query
    if type(query) == "table" then query = ngx.encode_args(query) end
    if type(query) ~= "string" or query == "" then return "" end
    return "?" .. query:gsub("^%?", "")
end

local function url_at(uri, params)
    return uri:find("?", 1, true) and uri or uri .. query_of(params or {})
end

local function url_on(connection, params)
    local port = connection.port and ":" .. tostring(connection.port) or ""
    return (connection.ssl and "https" or "http") .. "://" .. tostring(connection.host) .. port
        .. (params.path or "/") .. query_of(params)
end

local function settle(about, response, problem, ...)
    local seen = { reason = problem and tostring(problem) }
    if type(response) == "table" then
        seen = { status = response.status, reason = response.reason, headers = response.headers }
    end
    pcall(http.done, about, seen)
    return response, problem, ...
end

-- `busy` has the connections on which `request_uri` is at work, which calls `request` in turn.
local function watched_request_uri(plain, busy)
    local function leave(self, about, ...)
        busy[self] = nil
        return settle(about, ...)
    end
    return function(self, uri, params, ...)
        local ok, copy, about = pcall(function() return prepare(url_at(uri, params), params) end)
        if not ok then return plain(self, uri, params, ...) end
        busy[self] = true
        return leave(self, about, plain(self, uri, copy, ...))
    end
end

local function watched_request(plain, busy)
    return function(self, params, ...)
        if busy[self] then return plain(self, params, ...) end
        local ok, copy, about = pcall(function() return prepare(url_on(self, params), params) end)
        if not ok then return plain(self, params, ...) end
        return settle(about, plain(self, copy, ...))
    end
end

--- Has requests seen; returns a function that undoes it.
function resty.watch(module)
    local busy = setmetatable({}, { __mode = "k" })
    local plain_uri, plain = module.request_uri, module.request
    local request_uri, request = watched_request_uri(plain_uri, busy), watched_request(plain, busy)
    module.request_uri, module.request = request_uri, request
    return function()
        if module.request_uri == request_uri then module.request_uri = plain_uri end
        if module.request == request then module.request = plain end
    end
end

return resty
