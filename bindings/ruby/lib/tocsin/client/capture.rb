# frozen_string_literal: true

module Tocsin
  class Client
    # One capture: what goes along, whether it is left out, and the one or two steps into the core.
    # @api private
    module Capture
      STALE = { "tocsin.stale_scope" => "true" }.freeze
      FIELDS = %i[tags extra contexts user fingerprint level].freeze

      # @api private
      # @yieldreturn [Subject]
      def capture(scope, source, given)
        return nil unless active? && !Hooks.running?

        attempt do
          describe_again
          deliver(scope, source, yield, given)
        end
      end

      # @api private
      # @param given [Hash] beside the usual ones `logger`
      def capture_message(scope, message, level, given)
        more = given.slice(:logger).compact
        capture(scope, Core::CAPTURE_MESSAGE, given) do
          more[:threads] = Subject.threads(@frames.here) if @options["attach_stacktrace"]
          Subject.message(message, level, **more)
        end
      end

      # @api private
      # @param given [Hash] beside the usual ones `logger` and `message`, of a line that names the exception
      def capture_exception(scope, exception, mechanism, given)
        return nil unless active? && !Hooks.running?
        return leave_out(scope, exception) if leave_out?(exception)

        id = capture(scope, Core::CAPTURE_EXCEPTION, { **given, hint: hint_of(exception, given) }) do
          values = Subject.values_of(exception, mechanism, @frames)
          Subject.exception(values, **given.slice(:logger, :message).compact)
        end
        Mark.captured(exception, self) if id
        id
      end

      private

      def hint_of(exception, given)
        own = { exception: exception, original_exception: exception }
        own[:traceback] = exception.backtrace_locations || exception.backtrace if exception.is_a?(Exception)
        own.merge(given.fetch(:hint, {}))
      end

      # A scope that was closed does not cost the event: the root scope takes it.
      def deliver(scope, source, subject, given)
        send_on(scope, source, subject, overlay_of(given), given)
      rescue Error => e
        raise unless e.code == Core::E_STALE

        overlay = new_scope
        overlay.merge(given[:overlay]) if given[:overlay]
        overlay.set_tags(STALE)
        send_on(root_scope, source, subject, fill(overlay, given), given)
      end

      def leave_out?(exception)
        return false unless exception.is_a?(Exception)

        names = exception.class.ancestors.map(&:to_s)
        configuration.excluded_exceptions.any? { |one| names.include?(one.to_s) } ||
          (integration("dedupe") && Mark.captured?(exception, self))
      end

      # Counted as what a processor dropped.
      def leave_out(scope, exception)
        attempt do
          json = Text.json({ exception: { values: [{ type: exception.class.to_s }] } })
          event = Core.event_prepare(scope.handle, Core::CAPTURE_EXCEPTION | Core::CAPTURE_HOOKED, json, 0)
          Core.event_discard(event, "event_processor") unless event.zero?
        end
        nil
      end

      # The overlay, or where something is to be added to it a detached scope that holds both.
      def overlay_of(given)
        return given[:overlay] if @origin.nil? && given.slice(*FIELDS).empty?

        scope = new_scope
        scope.set_origin(@origin) if @origin
        scope.merge(given[:overlay]) if given[:overlay]
        fill(scope, given)
      end

      def fill(scope, fields)
        scope.set_tags(fields[:tags]) if fields[:tags]
        scope.set_extras(fields[:extra]) if fields[:extra]
        scope.set_contexts(fields[:contexts]) if fields[:contexts]
        scope.set_user(fields[:user]) if fields[:user]
        scope.set_fingerprint(fields[:fingerprint]) if fields[:fingerprint]
        scope.set_level(fields[:level]) if fields[:level]
        scope
      end

      def send_on(scope, source, subject, overlay, given)
        over = overlay.nil? ? 0 : overlay.handle
        hooks = Hooks.new(configuration, scope.layers(overlay), source)
        return id_of(send_plain(scope.handle, source, subject, over)) if hooks.empty?

        event = Core.event_prepare(scope.handle, source | Core::CAPTURE_HOOKED, subject.event, over)
        return nil if event.zero?

        id_of(hooks.finish(event, given.fetch(:hint, {})) { |error| trouble(error) })
      rescue Error => e
        raise unless e.code == Core::E_DENIED && event.nil? && shown_by_the_pump?(scope, overlay)

        id_of(send_plain(scope.handle, source, subject, over))
      end

      # A scope that may not be read is captured on in one step; the client's hooks see that as they see what other
      # languages capture. Processors of scopes would not.
      def shown_by_the_pump?(scope, overlay)
        configuration.event_hooks? && scope.layers(overlay).all? { |layer| layer.processors.empty? }
      end

      def id_of(text)
        text && EventId.new(text)
      end

      def send_plain(scope, source, subject, over)
        return Core.scope_capture_event(scope, subject.event, over) unless subject.plain

        case source
        when Core::CAPTURE_MESSAGE then Core.scope_capture_message(scope, subject.plain, subject.level, over)
        when Core::CAPTURE_EXCEPTION then Core.scope_capture_exception(scope, subject.plain, over)
        else Core.scope_capture_event(scope, subject.plain, over)
        end
      end
    end
  end
end
