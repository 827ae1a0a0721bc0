# frozen_string_literal: true

module Tocsin
  module Integrations
    # Reports the exception that ends a thread, whether or not Thread#report_on_exception prints it and another
    # thread joins. A thread that ends by exit, a signal or Thread#kill is no error.
    class Threading < Integration
      # `always_run`: in irb and its like too.
      SETTINGS = { always_run: false }.freeze
      UNHANDLED = { type: "threading", handled: false }.freeze

      # Thread.new, also of classes that inherit from Thread.
      # @api private
      module Instances
        def initialize(*arguments, &block)
          super(*arguments, &(block && Threading.watch(block)))
        end
        ruby2_keywords(:initialize)
      end

      # Thread.start and Thread.fork, which do without initialize.
      # @api private
      module Starts
        %i[start fork].each do |name|
          define_method(name) { |*arguments, &block| super(*arguments, &(block && Threading.watch(block))) }
          ruby2_keywords(name)
        end
      end

      # (see Integration.patch)
      def self.patch
        Thread.prepend(Instances)
        Thread.singleton_class.prepend(Starts)
      end

      # @api private
      # The block as one whose exceptions are reported on their way out.
      def self.watch(block)
        return block unless Tocsin.client.integration("threading")

        watched = proc do |*arguments|
          block.call(*arguments)
        rescue Exception => e # rubocop:disable Lint/RescueException
          report(e)
          raise
        end
        watched.ruby2_keywords
      end

      def self.report(exception)
        integration = Tocsin.client.integration("threading")
        return if integration.nil? || !AtExit.report?(exception)
        return if Integration.interactive? && !integration.settings[:always_run]

        Tocsin.capture_exception(exception, mechanism: UNHANDLED)
      end
      private_class_method :report
    end

    add "threading", Threading
  end
end
