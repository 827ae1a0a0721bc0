-- Traces come in with a request and go out with the next.
local kit = require "kit"
local core = require "tocsin_core"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local TRACE, SPAN = ("a"):rep(31) .. "b", ("c"):rep(16)

case("a trace that came in is gone on with, and its baggage handed on", function()
    local client = kit.init()
    assert(tocsin.continue_trace {
        ["Sentry-Trace"] = TRACE .. "-" .. SPAN .. "-1", BAGGAGE = { "other=1", "sentry-trace_id=" .. TRACE },
        cookie = "secret", [1] = "odd",
    })
    tocsin.capture_message("m")
    local trace = kit.next_event(client).contexts.trace
    equal(trace.trace_id, TRACE)
    equal(trace.parent_span_id, SPAN)
    equal(tocsin.get_traceparent():sub(1, 32), TRACE)
    assert(tocsin.get_baggage():find("sentry-trace_id=" .. TRACE, 1, true))
    equal(tocsin.trace_headers()["sentry-trace"], tocsin.get_traceparent())
end)

case("it is the isolation scope's, and ends with it", function()
    kit.init()
    local before = tocsin.get_traceparent()
    tocsin.with_isolation_scope(function()
        tocsin.continue_trace { ["sentry-trace"] = TRACE .. "-" .. SPAN }
        equal(tocsin.get_traceparent():sub(1, 32), TRACE)
        equal(tocsin.current_scope():trace_headers()["sentry-trace"], tocsin.get_traceparent())
        equal(select(3, tocsin.current_scope():continue_trace {}), core.E_ARG)
    end)
    equal(tocsin.get_traceparent(), before)
end)

case("what cannot be used starts a new trace", function()
    kit.init()
    for _, headers in ipairs { {}, { ["sentry-trace"] = "nonsense" }, { ["sentry-trace"] = 12, baggage = {} } } do
        local before = tocsin.get_traceparent():sub(1, 32)
        assert(tocsin.continue_trace(headers))
        assert(tocsin.get_traceparent():sub(1, 32) ~= before)
    end
    assert(tocsin.continue_trace(nil))
    local endless = {}
    endless.endless = endless
    assert(tocsin.continue_trace { other = endless, cookie = print })
end)

case("a request is told of the trace where it goes to one of those to be told", function()
    kit.init { dsn = "http://key@errors.example.com/1", trace_propagation_targets = { "shop.example.com" } }
    local scope = tocsin.isolation_scope()
    assert(scope:request_headers("https://shop.example.com/x", "own=1").baggage:find("^own=1,"))
    equal(next(scope:request_headers("https://example.com/x")), nil)
    equal(select(3, scope:request_headers(nil)), core.E_ARG)
end)
