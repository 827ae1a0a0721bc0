# frozen_string_literal: true

require "tocsin"

module Tocsin
  module Rack
    # An isolation scope and a trace for each request, the request's data on it, and a report of what
    # goes wrong: an exception that comes through, or one that a framework has answered itself.
    #
    #   require "tocsin/rack"
    #   use Tocsin::Rack::CaptureExceptions
    class CaptureExceptions
      UNHANDLED = { type: "auto.http.rack", handled: false }.freeze
      # Where frameworks leave what they have answered.
      LEFT = %w[rack.exception sinatra.error action_dispatch.exception].freeze
      PERSONAL = %w[Authorization Proxy-Authorization Cookie Set-Cookie X-Forwarded-For X-Real-Ip
                    X-Api-Key].freeze

      def initialize(app)
        @app = app
      end

      def call(env)
        Tocsin.enter_thread
        Tocsin.with_isolation_scope do |scope|
          describe(scope, env)
          respond(scope, env)
        end
      end

      private

      def respond(scope, env)
        response = @app.call(env)
        name(scope, env)
        left = LEFT.map { |key| env[key] }.compact.first
        scope.capture_exception(left, mechanism: UNHANDLED) if left.is_a?(Exception)
        response
      rescue Exception => e # rubocop:disable Lint/RescueException
        name(scope, env)
        scope.capture_exception(e, mechanism: UNHANDLED) if AtExit.report?(e)
        raise
      end

      # Whatever a broken environment does to this, the request goes on.
      def describe(scope, env)
        scope.isolation_scope.new_trace
        scope.isolation_scope.set_request(request(env, personal?(scope)))
        scope.isolation_scope.set_user({ ip_address: env["REMOTE_ADDR"] }) if personal?(scope) && env["REMOTE_ADDR"]
        scope.set_transaction_name("#{env['REQUEST_METHOD']} #{path(env)}", source: "url")
      rescue StandardError => e
        scope.client.trouble(e)
      end

      # The route, once the framework knows it.
      def name(scope, env)
        route = env["sinatra.route"]
        scope.set_transaction_name(route, source: "route") if route
      end

      def personal?(scope)
        scope.client.options["send_default_pii"]
      end

      def request(env, personal)
        {
          method: env["REQUEST_METHOD"],
          url: "#{env['rack.url_scheme']}://#{env['HTTP_HOST'] || env['SERVER_NAME']}#{path(env)}",
          query_string: (env["QUERY_STRING"] unless env["QUERY_STRING"].to_s.empty?),
          headers: headers(env, personal),
          env: { SERVER_NAME: env["SERVER_NAME"], SERVER_PORT: env["SERVER_PORT"],
                 REMOTE_ADDR: (env["REMOTE_ADDR"] if personal) }.compact
        }.compact
      end

      def path(env)
        "#{env['SCRIPT_NAME']}#{env['PATH_INFO']}"
      end

      def headers(env, personal)
        found = env.select { |key, value| key.start_with?("HTTP_") && value.is_a?(String) }
                   .transform_keys { |key| key.delete_prefix("HTTP_").split("_").map(&:capitalize).join("-") }
        found["Content-Type"] = env["CONTENT_TYPE"] if env["CONTENT_TYPE"]
        personal ? found : found.except(*PERSONAL)
      end
    end
  end
end
