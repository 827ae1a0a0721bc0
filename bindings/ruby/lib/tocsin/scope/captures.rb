# frozen_string_literal: true

module Tocsin
  class Scope
    # Captures; all answer the event's id, or nil if nothing was queued.
    #
    # Beside its own arguments each takes `hint:`, a Hash for the hooks, `overlay:`, a scope that wins
    # over all others for this event, and the fields of such a scope: tags, extra, contexts, user,
    # fingerprint.
    module Captures
      # @param message [String]
      # @param level [Symbol, String, nil] nil: info
      # @return [EventId, nil]
      def capture_message(message = nil, level: nil, **given)
        message ||= given.delete(:message)
        client.capture_message(self, message, level, given)
      end

      # @param exception [Exception, String, Hash, nil] without one, the exception being handled; a text is a
      #   RuntimeError's, as for `raise`; a Hash, or the keywords instead of it, has `type` and `value`
      # @param mechanism [Hash] how it was caught
      # @return [EventId, nil]
      def capture_exception(exception = nil, mechanism: Subject::HANDLED, **given)
        named = given.slice(:type, :value, :module, :stacktrace)
        exception ||= named.empty? ? $! : { mechanism: mechanism, **named }
        return nil if exception.nil?

        exception = RuntimeError.new(exception) if exception.is_a?(String)
        client.capture_exception(self, exception, mechanism, given)
      end

      # @param event [Hash, nil] as the protocol has it; or its members as keywords
      # @return [EventId, nil]
      def capture_event(event = nil, **given)
        return capture_event(event_of(given), **given.slice(:hint, :overlay)) if event.nil?

        client.capture(self, Core::CAPTURE_EVENT, given) { Subject.event(event) }
      end

      private

      def event_of(given)
        event = given.except(:hint, :overlay)
        event[:tags] = Text.tags(event[:tags]) if event.key?(:tags)
        event
      end
    end
  end
end
