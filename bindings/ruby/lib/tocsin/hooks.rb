# frozen_string_literal: true

module Tocsin
  # The functions that stand in the way of one event, in order, and what came of asking them.
  # A hook that raises or answers nonsense has failed, and a filter that failed drops the event.
  # @api private
  class Hooks
    Processor = Struct.new(:function, :kind, :type) do
      def for?(event, hint)
        kind == :event || type.nil? || matches?(event, hint)
      end

      # A class stands for all that inherit from it, a name for itself.
      def matches?(event, hint)
        exception = hint[:exception]
        return exception.is_a?(type) if type.is_a?(Module) && exception

        event.dig("exception", "values", -1, "type") == type.to_s
      end
    end

    FLAG = :tocsin_in_hook

    # Whether a hook is running here: what it captures itself would never end, and is left out.
    def self.running?
      Thread.current[FLAG]
    end

    # @param what [Symbol] :event or :breadcrumb
    def self.during(what)
      before = Thread.current[FLAG]
      Thread.current[FLAG] = what
      yield
    ensure
      Thread.current[FLAG] = before
    end

    def initialize(configuration, layers, source)
      @configuration = configuration
      all = layers.flat_map(&:processors)
      errors = source == Core::CAPTURE_EXCEPTION ? all.select { |one| one.kind == :error } : []
      @processors = errors + all.select { |one| one.kind == :event } +
                    configuration.event_processors.map { |function| Processor.new(function, :event) }
    end

    def empty?
      @processors.empty? && @configuration.before_send.nil? && @configuration.error_sampler.nil?
    end

    # Asks all of them about a prepared event and ends it.
    # @return [String, nil] the event's id
    def finish(handle, hint, &on_error)
      left = handle
      reason, event, rate = Hooks.during(:event) { ask(JSON.parse(Core.event_json(handle)), hint, &on_error) }
      text = Text.json(event) unless reason
      Core.event_set_rate(handle, rate) if rate
      left = nil
      return discard(handle, reason) if reason

      Core.event_submit(handle, text)
    ensure
      Core.event_discard(left, "before_send") if left
    end

    # before_breadcrumb's answer; nil: dropped.
    def self.breadcrumb(function, crumb, hint)
      answer = during(:breadcrumb) { function.call(crumb, hint) }
      raise TypeError, "before_breadcrumb answered #{answer.class}" unless answer.nil? || answer.is_a?(Hash)

      answer
    rescue StandardError, ScriptError => e
      yield e
      nil
    end

    private

    def discard(handle, reason)
      Core.event_discard(handle, reason)
      nil
    end

    # A reason to drop it, or none, the event, and the rate.
    def ask(event, hint, &on_error)
      @processors.each do |processor|
        next unless processor.for?(event, hint)

        event = call(processor.function, event, hint, &on_error)
        return "event_processor" if event.nil?
      end
      return [nil, event, rate(event, hint, &on_error)] if @configuration.before_send.nil?

      event = call(@configuration.before_send, event, hint, &on_error)
      event.nil? ? "before_send" : [nil, event, rate(event, hint, &on_error)]
    end

    def call(function, event, hint)
      answer = function.call(event, hint)
      return answer || nil if !answer || answer.is_a?(Hash)

      raise TypeError, "a hook answered #{answer.class} instead of the event or nil"
    rescue StandardError, ScriptError => e
      yield e
      nil
    end

    # In millionths; nil: sample_rate decides.
    def rate(event, hint)
      sampler = @configuration.error_sampler
      return nil if sampler.nil?

      share = sampler.call(event, hint)
      share = { true => 1, false => 0 }.fetch(share, share)
      Integer((Float(share) * 1_000_000).round).clamp(0, 1_000_000)
    rescue StandardError, ScriptError => e
      yield e
      nil
    end
  end
end
