# frozen_string_literal: true

require "rails"
require "tocsin/rack"
require "tocsin/rails/error_subscriber"

module Tocsin
  # For Rails 6.1 and later: `require "tocsin/rails"` in the program's configuration, after Rails itself,
  # and Tocsin.init in an initializer.
  module Rails
    # Says which exceptions are the client's by config.action_dispatch.rescue_responses, and names
    # transactions after controller and action.
    class CaptureExceptions < Rack::CaptureExceptions
      private

      def fault?(exception)
        original = exception.is_a?(ActionView::Template::Error) ? exception.cause || exception : exception
        ActionDispatch::ExceptionWrapper.status_code_for_exception(original.class.name) >= 500
      end

      def route(env)
        controller = env["action_controller.instance"]
        return ["#{controller.class}##{controller.action_name}", "view"] if controller

        pattern = env["action_dispatch.route_uri_pattern"] # Rails 7.1
        pattern ? ["#{env['REQUEST_METHOD']} #{pattern}", "route"] : super
      end
    end

    # Rails logs every exception that it answers, those it answers with 404 too. The middleware reports
    # those that are worth it.
    # @api private
    module QuietExceptions
      private

      def log_error(*)
        Integrations::Logging.quietly { super }
      end
    end

    # What is captured inside an action has its name already.
    # @api private
    module NamedTransaction
      def process_action(*)
        Tocsin.set_transaction_name("#{self.class}##{action_name}", source: "view")
        super
      end
    end

    # Puts all of that into the program. What somebody tries out in a console is no failure of it.
    class Railtie < ::Rails::Railtie
      config.tocsin = ActiveSupport::OrderedOptions.new
      config.tocsin.trusted_proxies = []

      initializer "tocsin.middleware" do |app|
        app.config.middleware.insert_before 0, CaptureExceptions, trusted_proxies: app.config.tocsin.trusted_proxies
      end

      # The page for developers answers an exception and leaves it nowhere.
      initializer "tocsin.exceptions" do
        ActiveSupport.on_load(:action_controller) { prepend NamedTransaction }
        config.after_initialize do
          ActionDispatch::DebugExceptions.prepend(QuietExceptions)
          ActionDispatch::DebugExceptions.register_interceptor do |request, exception|
            request.set_header("tocsin.exception", exception)
          end
        end
      end

      initializer "tocsin.errors" do
        config.after_initialize { ErrorSubscriber.install }
      end
    end

    Integrations.add "rails"
  end
end
