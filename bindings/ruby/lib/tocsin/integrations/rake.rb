# frozen_string_literal: true

module Tocsin
  module Integrations
    # Tasks of Rake: each runs in a scope of its own that has its name as transaction, and what makes Rake give up
    # is reported. On if Rake is there at init, or with `require "tocsin/rake"`.
    class Rake < Integration
      UNHANDLED = { type: "rake", handled: false }.freeze

      # Rake::Task#execute runs one task, after those it needs.
      # @api private
      module Tasks
        def execute(args = nil)
          return super unless Tocsin.client.integration("rake")

          Tocsin.with_scope do |scope|
            scope.set_transaction_name(name, source: "task")
            super
          end
        end
      end

      # Rake prints what ends it, and exits.
      # @api private
      module Application
        def display_error_message(exception)
          Rake.report(exception)
          super
        end
      end

      def self.available?
        defined?(::Rake::Task) ? true : false
      end

      # (see Integration.patch)
      def self.patch
        ::Rake::Task.prepend(Tasks)
        ::Rake::Application.prepend(Application)
      end

      # @api private
      def self.report(exception)
        return unless Tocsin.client.integration("rake") && AtExit.report?(exception)

        Tocsin.capture_exception(exception, mechanism: UNHANDLED, level: :fatal)
      end
    end

    add "rake", Rake
  end
end
