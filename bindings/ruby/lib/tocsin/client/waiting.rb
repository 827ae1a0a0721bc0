# frozen_string_literal: true

module Tocsin
  class Client
    # Calls that wait. Other threads run meanwhile, and under a fiber scheduler other fibers.
    module Waiting
      # Waits until everything captured so far has had its fate.
      # @param timeout [Numeric, nil] seconds; nil: the option shutdown_timeout
      # @return [Boolean] whether nothing is left
      def flush(timeout = nil)
        beside_the_scheduler { wait_for_all(clock + milliseconds(timeout)) } == Core::OK
      rescue Error => e
        trouble(e) || false
      end

      # Flushes and ends the client; later captures do nothing.
      # @param timeout [Numeric, nil] as for flush
      # @return [Boolean] whether nothing was lost
      def close(timeout = nil)
        deadline = clock + milliseconds(timeout)
        beside_the_scheduler do
          wait_for_all(deadline)
          @active = false
          Core.client_close(handle, [deadline - clock, 0].max)
        end == Core::OK
      rescue Error => e
        trouble(e) || false
      end

      # With `transport: "pull"`: the next envelope for a sender of the program's own.
      # @param timeout [Numeric, nil] seconds; nil: for ever
      # @yield [bytes] one envelope
      # @yieldreturn [Integer, Array(Integer, String)] HTTP status, 0 for no answer, and the answer's
      #   headers, one a line
      # @return [Boolean] whether there was one
      def next_envelope(timeout = nil)
        envelope = taken_envelope(timeout.nil? ? -1 : (timeout * 1000).to_i)
        return false if envelope.zero?

        status = 0
        begin
          status, headers = yield Core.envelope_text(envelope).b
        ensure
          Core.envelope_done(envelope, status, headers)
        end
        true
      end

      private

      # A thread of its own, for one that waits in C would hold up every fiber of its thread.
      def beside_the_scheduler
        return yield unless Fiber.current_scheduler

        waiter = Thread.new do
          yield
        rescue Error => e
          e
        end
        outcome = waiter.value
        outcome.is_a?(Error) ? raise(outcome) : outcome
      ensure
        waiter&.kill
      end

      # Left early, the envelope that just came goes back to the queue.
      def taken_envelope(timeout)
        return Core.client_next_envelope(handle, timeout) if timeout.zero?

        taken = nil
        beside_the_scheduler { taken = Core.client_next_envelope(handle, timeout) }.tap { taken = nil }
      ensure
        Core.envelope_done(taken, 0, nil) if taken&.positive?
      end

      def milliseconds(timeout)
        timeout.nil? ? @options["shutdown_timeout"] : [(timeout * 1000).ceil, 0].max
      end

      # In the pump itself nothing is worth waiting for: its own event is left.
      def wait_for_all(deadline)
        left = Thread.current == @pump ? 0 : deadline - clock
        Core.client_flush(handle, [left, 0].max)
      end

      def clock
        Process.clock_gettime(Process::CLOCK_MONOTONIC, :millisecond)
      end
    end
  end
end
