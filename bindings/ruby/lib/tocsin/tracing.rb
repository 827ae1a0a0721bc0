# frozen_string_literal: true

module Tocsin
  # The trace that requests and jobs belong to, across programs.
  module Tracing
    # Goes on with the caller's trace in the isolation scope; without a usable one a new trace starts.
    # @param headers [Hash] incoming headers, or a Rack environment: sentry-trace, baggage, traceparent
    # @return [Boolean]
    def continue_trace(headers)
      isolation_scope.continue_trace(headers)
    end

    # @return [Hash{String => String}] headers that carry the trace to a job, a process, a template
    def trace_headers
      reading.trace_headers
    end
    alias get_trace_propagation_headers trace_headers

    # The same for one outgoing request; empty where the trace is not to go.
    # @param url [String]
    # @param baggage [String, nil] what the request has as `baggage` already
    # @return [Hash{String => String}]
    def request_headers(url, baggage = nil)
      reading.request_headers(url, baggage)
    end

    # @return [String, nil] the value for a header `sentry-trace`
    def get_traceparent
      reading.get_traceparent
    end

    # @return [String, nil] the value for a header `baggage`
    def get_baggage
      reading.get_baggage
    end
  end
end
