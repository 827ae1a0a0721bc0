--- What is done with each outgoing request, whichever library sends it.
local current = require "tocsin.current"
local fields = require "tocsin.fields"
local scrub = require "tocsin.scrub"

local http = {}

local function take(headers, name)
    for key, value in pairs(headers) do
        if type(key) == "string" and key:lower() == name then return key, value end
    end
end

--- A copy of a request's headers with those of the trace; what the program set itself stays.
function http.headers(url, headers)
    local copy = fields.copy(headers or {})
    local key, baggage = take(copy, "baggage")
    local scope = current.scope()
    local own = scope.client.is_active and scope:request_headers(url, baggage)
    for name, value in pairs(own or {}) do
        if name == "baggage" and key then
            copy[key] = value
        elseif not take(copy, name) then
            copy[name] = value
        end
    end
    return copy
end

local function level_of(status)
    if not status or status >= 500 then return "error" end
    return status >= 400 and "warning" or nil
end

-- A program may send what tocsin has for the server itself: that leaves no trace of its own.
local function is_own(client, url)
    local dsn = client:settings().dsn
    local host = type(dsn) == "string" and dsn:match("^%a+://[^/]*@([^/]+)")
    return host and url:match("^%a+://([^/?#]+)") == host
end

--- Leaves the breadcrumb of a request that is over. `request` has `url`, `method` and perhaps `headers`, `response`
-- `status`, `reason` and `headers`, or no status if there was no answer.
function http.done(request, response)
    local scope = current.scope()
    if is_own(scope.client, request.url) then return end
    local url, query, fragment = scrub.url(scope.client:settings().scrub_denylist, request.url)
    local crumb = {
        type = "http", category = "http", level = level_of(response.status),
        data = {
            url = url, method = request.method, status_code = response.status, reason = response.reason,
            ["http.query"] = query, ["http.fragment"] = fragment,
        },
    }
    scope = scope.iso or scope
    scope:add_breadcrumb(crumb, { request = request, response = response.status and response or nil })
end

return http
