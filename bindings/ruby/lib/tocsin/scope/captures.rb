# frozen_string_literal: true

module Tocsin
  class Scope
    # Captures; all answer the event's id, or nil if nothing was queued.
    #
    # Beside its own arguments each takes `hint:`, a Hash for the hooks, `overlay:`, a scope that wins
    # over all others for this event, and the fields of such a scope: tags, extra, contexts, user,
    # fingerprint.
    # With a block each of them shows it a scope that is laid over this one for the event.
    module Captures
      # @param message [String]
      # @param level [Symbol, String, nil] nil: info
      # @yieldparam scope [Scope] an empty one, laid over this one for the event
      # @return [EventId, nil]
      def capture_message(message = nil, level: nil, **given, &change)
        return capture_message(message, level: level, **with_changes(given, &change)) if change

        message ||= given.delete(:message)
        client.capture_message(self, message, level, given)
      end

      # @param exception [Exception, String, Hash, nil] without one, the exception being handled; a text is a
      #   RuntimeError's, as for `raise`; a Hash, or the keywords instead of it, has `type` and `value`
      # @param mechanism [Hash] how it was caught
      # @yieldparam scope [Scope] an empty one, laid over this one for the event
      # @return [EventId, nil]
      def capture_exception(exception = nil, mechanism: Subject::HANDLED, **given, &change)
        return capture_exception(exception, mechanism: mechanism, **with_changes(given, &change)) if change

        named = given.slice(:type, :value, :module, :stacktrace)
        exception ||= named.empty? ? $! : { mechanism: mechanism, **named }
        return nil if exception.nil?

        exception = RuntimeError.new(exception) if exception.is_a?(String)
        client.capture_exception(self, exception, mechanism, given)
      end

      # @param event [Hash, nil] as the protocol has it; or its members as keywords
      # @yieldparam scope [Scope] an empty one, laid over this one for the event
      # @return [EventId, nil]
      def capture_event(event = nil, **given, &change)
        return capture_event(event, **with_changes(given, &change)) if change
        return capture_event(event_of(given), **given.slice(:hint, :overlay)) if event.nil?

        client.capture(self, Core::CAPTURE_EVENT, given) { Subject.event(event) }
      end

      private

      def with_changes(given)
        overlay = overlay_over(given[:overlay])
        return given if overlay.nil?

        yield overlay
        given.merge(overlay: overlay)
      end

      def overlay_over(other)
        made = client.new_scope
        made.merge(other) if other
        made
      rescue Error => e
        client.trouble(e)
        nil
      end

      def event_of(given)
        event = given.except(:hint, :overlay)
        event[:tags] = Text.tags(event[:tags]) if event.key?(:tags)
        event
      end
    end
  end
end
