# frozen_string_literal: true

module Tocsin
  module Integrations
    # Requests made with Net::HTTP: a breadcrumb for each, and the trace in its headers where
    # trace_propagation_targets allow it. Requests to the server that events go to are left alone.
    class Stdlib < Integration
      # Around Net::HTTP#request. Before the connection is open that method opens it and calls itself.
      # @api private
      module Requests
        def request(request, body = nil, &block)
          call = started? ? Call.of(self, request) : nil
          return super unless call

          begin
            response = super
          rescue Exception => e # rubocop:disable Lint/RescueException
            call.finish(nil, e)
            raise
          end
          call.finish(response)
          response
        end
      end

      # (see Integration.patch)
      def self.patch
        require "net/http"
        Net::HTTP.prepend(Requests)
      rescue LoadError => e
        Tocsin.client.trouble(e)
      end

      # One request on its way. Nothing here may hurt it.
      # @api private
      class Call
        # @return [Call, nil] nil: not to be looked at
        def self.of(http, request)
          client = Tocsin.client
          return nil unless client.active? && client.integration("stdlib")

          new(client, http, request) unless client.server == [http.address, http.port]
        rescue StandardError => e
          client&.trouble(e)
        end

        def initialize(client, http, request)
          @client = client
          @request = request
          path, @query = request.path.split("?", 2)
          @url = path.start_with?("/") ? "#{origin(http)}#{path}" : path
          @former = add_headers
        end

        def finish(response, error = nil)
          restore_headers
          hint = { request: @request, response: response, original_exception: error }.compact
          Tocsin.add_breadcrumb(type: "http", category: "http", level: level(response, error),
                                data: data(response, error), hint: hint)
        rescue StandardError => e
          @client.trouble(e)
        end

        private

        def origin(http)
          scheme, usual = http.use_ssl? ? ["https", 443] : ["http", 80]
          host = http.address.include?(":") ? "[#{http.address.delete('[]')}]" : http.address
          "#{scheme}://#{host}#{":#{http.port}" unless http.port == usual}"
        end

        # A trace that the program put there itself stays.
        def add_headers
          return {} if @request.key?("sentry-trace")

          former = {}
          Tocsin.request_headers(@url, @request["baggage"]).each do |name, value|
            former[name] = @request[name]
            @request[name] = value
          end
          former
        end

        # The program may send the same request again, from another scope.
        def restore_headers
          @former.each { |name, value| @request[name] = value }
        end

        def data(response, error)
          { url: @url, method: @request.method, status_code: response && Integer(response.code),
            reason: response ? response.message : error.class.to_s,
            "http.query": @query && @client.scrub.query(@query) }.compact
        end

        def level(response, error)
          code = response ? Integer(response.code) : 0
          return "error" if error || code >= 500

          code >= 400 ? "warning" : "info"
        end
      end
    end

    add "stdlib", Stdlib
  end
end
