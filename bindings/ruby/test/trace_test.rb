# frozen_string_literal: true

# The trace that comes with a request and goes on with others.
class TraceTest < TocsinTest
  TRACE = "771a43a4192642f0b136d5159a501700"
  HEADERS = { "sentry-trace" => "#{TRACE}-7c51afd529da4a2a-1", "baggage" => "sentry-trace_id=#{TRACE},other=1" }.freeze

  def trace
    Tocsin.capture_message("x")
    sent_events.last["contexts"]["trace"].values_at("trace_id", "parent_span_id")
  end

  def test_a_trace_goes_on
    Tocsin.with_isolation_scope do
      assert Tocsin.continue_trace(HEADERS)
      assert_equal [TRACE, "7c51afd529da4a2a"], trace
      assert_match(/\A#{TRACE}-\h{16}/, Tocsin.get_traceparent)
      assert_includes Tocsin.get_baggage, "sentry-trace_id=#{TRACE}"
      assert_equal [Tocsin.get_traceparent, Tocsin.get_baggage],
                   Tocsin.trace_headers.values_at("sentry-trace", "baggage")
    end
    refute_equal TRACE, trace[0]
  end

  def test_names_in_any_form
    [HEADERS.transform_keys { |key| key.tr("-", "_").to_sym }, HEADERS.transform_keys(&:upcase),
     { "HTTP_SENTRY_TRACE" => HEADERS["sentry-trace"], "HTTP_BAGGAGE" => HEADERS["baggage"], "rack.input" => $stdin }]
      .each do |headers|
        Tocsin.with_isolation_scope { assert_equal(TRACE, Tocsin.continue_trace(headers) && trace[0]) }
      end
  end

  def test_what_cannot_be_used_starts_a_new_trace
    Tocsin.with_isolation_scope do
      before = trace[0]
      [{ "sentry-trace" => "nonsense" }, { "sentry-trace" => 7 }, {}, nil].each do |headers|
        Tocsin.continue_trace(headers)
        assert_match(/\A\h{32}\z/, trace[0])
        refute_equal before, (before = trace[0])
      end
    end
    assert_empty @troubles
  end

  def test_headers_of_a_request
    again(trace_propagation_targets: ["shop.example"], propagate_traceparent: true)
    found = Tocsin.request_headers("https://shop.example/x", "other=1")
    assert_match(/\A\h{32}-\h{16}/, found["sentry-trace"])
    assert_match(/\Aother=1/, found["baggage"])
    assert_match(/\A00-\h{32}-\h{16}-\h\h\z/, found["traceparent"])
    assert_empty Tocsin.request_headers("https://other.example/")
  end

  def test_a_scope_of_no_tier_has_no_trace
    scope = Tocsin.client.new_scope
    assert_equal [{}, nil, nil], [scope.trace_headers, scope.get_traceparent, scope.get_baggage]
    refute_empty @troubles
  end

  def test_a_new_trace
    Tocsin.with_isolation_scope do |scope|
      before = trace[0]
      assert scope.isolation_scope.new_trace
      refute_equal before, trace[0]
    end
  end
end
