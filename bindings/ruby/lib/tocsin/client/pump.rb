# frozen_string_literal: true

module Tocsin
  class Client
    # Runs this client's hooks for what other languages capture on it.
    # @api private
    module Pump
      # @api private
      # Starts the thread that does. A fork loses it.
      def pump
        return unless configuration.event_hooks?

        @pump = Thread.new { pump_events }
        @pump.name = "tocsin hooks"
        @pump.thread_variable_set(:fork_safe, true) # a word to Puma, which warns of others
        @pump.report_on_exception = false
      end

      private

      def pump_events
        hooks = Hooks.new(configuration, [], Core::CAPTURE_EVENT)
        loop do
          event = Core.client_next_event(handle, -1)
          attempt { hooks.finish(event, {}) { |error| trouble(error) } } unless event.zero?
        end
      rescue Error => e
        trouble(e) unless e.code == Core::E_CLOSED
      end
    end
  end
end
