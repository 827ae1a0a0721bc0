--- LuaSocket's `socket.http`, which `ssl.https` of LuaSec goes through as well.
local fields = require "tocsin.fields"
local http = require "tocsin.http"

local luasocket = {}

local function url_of(request)
    if type(request.url) == "string" then return request.url end
    local port = request.port and ":" .. tostring(request.port) or ""
    local query = request.query and "?" .. request.query or ""
    return ("%s://%s%s%s%s"):format(request.scheme or "http", tostring(request.host), port,
                                    request.path or "/", query)
end

-- The short form, request(url, body), as the long one; the answer comes together in `parts`.
local function long_form(url, body)
    local ltn12 = require "ltn12"
    local parts = {}
    local request = { url = url, sink = ltn12.sink.table(parts) }
    if body then
        request.method = "POST"
        request.source = ltn12.source.string(body)
        request.headers = {
            ["content-length"] = #body, ["content-type"] = "application/x-www-form-urlencoded",
        }
    end
    return request, parts
end

local function prepare(given, body)
    local request, parts
    if type(given) == "string" then
        request, parts = long_form(given, body)
    else
        request = fields.copy(given)
    end
    local url = url_of(request)
    request.headers = http.headers(url, request.headers)
    return request, parts, { url = url, method = request.method or "GET", headers = request.headers }
end

local function reason_of(line)
    return type(line) == "string" and line:match("^HTTP/%S+ %d+ (.*)$") or nil
end

local function settle(about, parts, one, code, headers, line)
    local response = { headers = headers, reason = reason_of(line) }
    if type(code) == "number" then response.status = code else response.reason = tostring(code) end
    pcall(http.done, about, response)
    if one and parts then one = table.concat(parts) end
    return one, code, headers, line
end

--- Has requests seen; returns a function that undoes it.
function luasocket.watch(module)
    local plain = module.request
    local function request(given, body)
        local ok, long, parts, about = pcall(prepare, given, body)
        if not ok then return plain(given, body) end
        return settle(about, parts, plain(long))
    end
    module.request = request
    return function()
        if module.request == request then module.request = plain end
    end
end

return luasocket
