# frozen_string_literal: true

module Tocsin
  class Scope
    # The trace of a request or job.
    module Trace
      RACK_PREFIX = "HTTP_"

      # Starts a new trace on an isolation or global scope.
      # @return [Boolean]
      def new_trace
        try { Core.scope_new_trace(handle) }
      end

      # Goes on with the caller's trace, on the isolation scope of a current one.
      # @param headers [Hash] incoming headers, or a Rack environment
      # @return [Boolean]
      def continue_trace(headers)
        try { Core.scope_continue_trace(isolation_scope.handle, Text.json(plain_headers(headers))) }
      end

      # @return [Hash{String => String}] headers for a job, another process, a template
      def trace_headers
        JSON.parse(Core.scope_trace_headers(handle))
      rescue StandardError => e
        client.trouble(e) || {}
      end

      # For one outgoing request, empty where the trace is not to go there.
      # @param url [String]
      # @param baggage [String, nil] what the request has as `baggage` already
      # @return [Hash{String => String}]
      def request_headers(url, baggage = nil)
        JSON.parse(Core.scope_request_headers(handle, url, baggage))
      rescue StandardError => e
        client.trouble(e) || {}
      end

      # @return [String, nil] the value for a header `sentry-trace`
      def get_traceparent
        trace_headers["sentry-trace"]
      end

      # @return [String, nil] the value for a header `baggage`
      def get_baggage
        trace_headers["baggage"]
      end

      private

      # Of a Rack environment, which holds much else, only the headers.
      def plain_headers(headers)
        headers.to_h.each_with_object({}) do |(key, value), found|
          name = key.to_s.delete_prefix(RACK_PREFIX).tr("_", "-").downcase
          found[name] = value if %w[sentry-trace baggage traceparent].include?(name)
        end
      end
    end
  end
end
