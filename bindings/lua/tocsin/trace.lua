--- The methods of a scope that lead a trace in and out.
-- @classmod scope
local core = require "tocsin_core"
local json = require "tocsin.json"
local fields = require "tocsin.fields"
local data = require "tocsin.scope_data"

local trace = {}

-- Only the headers of traces go over: others may hold anything, and nothing else is looked at.
local names = { ["sentry-trace"] = true, baggage = true, traceparent = true }

local function trace_headers_of(headers)
    local found = {}
    for name, value in pairs(headers) do
        if type(name) == "string" and names[name:lower()] then found[name:lower()] = value end
    end
    return found
end

--- Moves an isolation or global scope into the trace that came with a request. Headers that cannot be used start
-- a new one.
-- @function scope:continue_trace
-- @tparam table headers values by name, in any case; all of a request's may be given
trace.continue_trace = data.method(function(self, headers)
    return core.scope_continue_trace(self.h, fields.json(trace_headers_of(headers or {})))
end)

--- Starts a new trace on an isolation or global scope.
-- @function scope:new_trace
trace.new_trace = data.method(function(self)
    return core.scope_new_trace(self.h)
end)

--- What whoever is to go on in this trace must be told: values by header name.
-- @treturn table
function trace:trace_headers()
    local text, problem, code = core.scope_trace_headers(self.h)
    if not text then return nil, problem, code end
    return json.decode(text)
end

--- The same for one request that goes out to `url`; empty if that is none of those to be told.
-- @string url
-- @string[opt] baggage the request's own header of this name, which is kept
-- @treturn table
function trace:request_headers(url, baggage)
    if type(url) ~= "string" then return nil, "no url", core.E_ARG end
    local text, problem, code = core.scope_request_headers(self.h, url, type(baggage) == "string" and baggage or nil)
    if not text then return nil, problem, code end
    return json.decode(text)
end

--- The value of the header `sentry-trace`.
-- @treturn ?string
function trace:get_traceparent()
    local headers, text, code = trace.trace_headers(self)
    if not headers then return nil, text, code end
    return headers["sentry-trace"]
end

--- The value of the header `baggage`.
-- @treturn ?string
function trace:get_baggage()
    local headers, text, code = trace.trace_headers(self)
    if not headers then return nil, text, code end
    return headers.baggage
end

return trace
