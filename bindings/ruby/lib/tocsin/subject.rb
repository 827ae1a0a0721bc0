# frozen_string_literal: true

module Tocsin
  # What is captured, in the two forms that the core takes: `plain` for a capture in one call, `event`
  # for one in two steps.
  # @api private
  class Subject
    HANDLED = { type: "generic", handled: true }.freeze
    CAUSES_MAX = 50

    # @return [String, nil] the text or JSON of the one-call function; nil: only an event will do
    attr_reader :plain
    # @return [Integer] of a message
    attr_reader :level

    # @yieldreturn [Hash] the event
    def initialize(plain, level = Core::LEVEL_UNSET, &event)
      @plain = plain
      @level = level
      @event = event
    end

    # @return [String] an event as JSON
    def event
      @event ? Text.json(@event.call) : plain
    end

    # @param more [Hash] further members of the event: logger, threads
    def self.message(text, level, **more)
      text = Text.of(text)
      number = Text.level(level)
      name = level.to_s == "warn" ? "warning" : level
      new(more.empty? ? text : nil, number) { { message: text, level: name, **more }.compact }
    end

    def self.event(event)
      new(Text.json(event))
    end

    # @param values [Array<Hash>] of Subject.values_of
    # @param more [Hash] further members of the event: logger, message
    def self.exception(values, **more)
      chain = { values: values }
      new(more.empty? ? Text.json(chain) : nil) { { exception: chain, **more } }
    end

    # @param frames [Array<Hash>] of the thread that captures
    def self.threads(frames)
      { values: [{ id: 0, current: true, crashed: false, stacktrace: { frames: frames } }] }
    end

    # The exception and its causes, the first cause first, as the protocol has them.
    def self.values_of(exception, mechanism, frames)
      return [exception] if exception.is_a?(Hash)

      chain = causes(exception)
      chain.each_with_index.map do |one, id|
        value(one, frames, id.zero? ? mechanism : { type: "chained", handled: mechanism[:handled] },
              chain.size == 1 ? nil : id)
      end.reverse
    end

    def self.causes(exception)
      chain = []
      until exception.nil? || chain.size == CAUSES_MAX || chain.any? { |one| one.equal?(exception) }
        chain << exception
        exception = exception.cause
      end
      chain
    end

    def self.value(exception, frames, mechanism, id)
      place = id.nil? ? {} : { exception_id: id, parent_id: (id - 1 if id.positive?) }.compact
      stack = frames.of(exception)
      {
        type: exception.class.to_s,
        value: message_of(exception),
        module: exception.class.to_s[/\A(.+)::[^:]+\z/, 1],
        mechanism: mechanism.merge(place),
        stacktrace: ({ frames: stack } unless stack.empty?)
      }.compact
    end

    # An exception's own message method may fail.
    def self.message_of(exception)
      exception.message.to_s
    rescue StandardError
      "(its message could not be read)"
    end

    private_class_method :causes, :value, :message_of
  end
end
