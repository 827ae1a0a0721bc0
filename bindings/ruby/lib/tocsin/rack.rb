# frozen_string_literal: true

require "tocsin"
require "tocsin/rack/origin"
require "tocsin/rack/request_data"

module Tocsin
  # For servers that speak Rack.
  module Rack
    # An isolation scope for each request, with the caller's trace and the request's data, and a report
    # of what goes wrong: an exception that comes through, or one that a framework has answered itself.
    #
    #   require "tocsin/rack"
    #   use Tocsin::Rack::CaptureExceptions
    class CaptureExceptions
      UNHANDLED = { type: "auto.http.rack", handled: false }.freeze
      # Where frameworks leave what they have answered.
      LEFT = %w[tocsin.exception rack.exception sinatra.error action_dispatch.exception].freeze
      TRACE = %w[HTTP_SENTRY_TRACE HTTP_BAGGAGE HTTP_TRACEPARENT].freeze
      INSIDE = "tocsin.scope"
      NAME = "tocsin.transaction"

      # @param trusted_proxies [Array<String, IPAddr>] whose X-Forwarded-For and -Proto are believed
      def initialize(app, trusted_proxies: [])
        @app = app
        @origin = Origin.new(trusted_proxies)
      end

      # Called by Rack.
      def call(env)
        return @app.call(env) if inside?(env)

        Tocsin.enter_thread
        Tocsin.with_isolation_scope do |scope|
          respond(scope, env, describe(scope, env))
        end
      end

      private

      # The middleware may stand in a program twice, once of its own and once by a framework.
      def inside?(env)
        outer = env[INSIDE]
        !outer.nil? && outer.client.equal?(Tocsin.client)
      end

      def respond(scope, env, request)
        response = @app.call(env)
        left = LEFT.map { |key| env[key] }.find { |one| one.is_a?(Exception) }
        report(left, scope, env, request) if left
        response
      rescue Exception => e # rubocop:disable Lint/RescueException
        report(e, scope, env, request)
        raise
      end

      def report(exception, scope, env, request)
        return unless AtExit.report?(exception) && fault?(exception)

        name(scope, env)
        complete(scope, env, request)
        scope.capture_exception(exception, mechanism: UNHANDLED, hint: { request: env })
      end

      # Whether it is the program's: what a framework answers with a status below 500 is the client's.
      def fault?(exception)
        status = exception.respond_to?(:http_status) ? exception.http_status : nil
        !status.is_a?(Integer) || status >= 500
      end

      # Whatever a broken environment does to this, the request goes on.
      # @return [Hash, nil] the request's data
      def describe(scope, env)
        scope.isolation_scope.continue_trace(env.slice(*TRACE))
        data = data_of(scope.client)
        name = "#{env['REQUEST_METHOD']} #{data.path(env)}"
        scope.set_transaction_name(name, source: "url")
        scope.isolation_scope.set_user({ ip_address: @origin.address(env) }.compact) if personal?(scope)
        request = data.of(env, @origin.scheme(env))
        scope.isolation_scope.set_request(request)
        env.update(INSIDE => scope, NAME => name)
        request
      rescue StandardError => e
        scope.client.trouble(e)
      end

      # What can be said only now: a body that was not in memory, an address beside the program's user.
      def complete(scope, env, request)
        late = request && data_of(scope.client).late(request, env)
        scope.isolation_scope.set_request(late) if late
        user = scope.isolation_scope.user || {}
        address = @origin.address(env) if personal?(scope) && !user.key?("ip_address")
        scope.isolation_scope.set_user(user.merge("ip_address" => address)) if address
      rescue StandardError => e
        scope.client.trouble(e)
      end

      # The route, now that the framework knows it, unless the program has named the transaction.
      def name(scope, env)
        route, source = route(env)
        return if route.nil? || scope.transaction_name != env[NAME]

        scope.set_transaction_name(route, source: source)
      rescue StandardError => e
        scope.client.trouble(e)
      end

      # @return [Array(String, String), nil] name and where it is from
      def route(env)
        [env["sinatra.route"], "route"] if env["sinatra.route"]
      end

      def personal?(scope)
        scope.client.options["send_default_pii"]
      end

      def data_of(client)
        known, data = @data
        return data if client.equal?(known)

        data = RequestData.new(client.options)
        @data = [client, data].freeze
        data
      end
    end

    Integrations.add "rack"
  end
end
