# frozen_string_literal: true

module Tocsin
  module Integrations
    # What is written with Logger, and with classes that inherit from it: breadcrumbs, and from a level on
    # events. Lines below the logger's own level are none.
    class Logging < Integration
      # `level` and `event_level`: breadcrumbs and events from there on, false for none. `ignore`: loggers,
      # their classes, prognames or patterns of those.
      SETTINGS = { level: :info, event_level: :error, ignore: [].freeze }.freeze
      LEVELS = %w[debug info warning error fatal].freeze
      NUMBERS = { "DEBUG" => 0, "INFO" => 1, "WARN" => 2, "ERROR" => 3, "FATAL" => 4 }.freeze
      OTHER = 1 # a line of no level is information
      MECHANISM = { type: "logging", handled: true }.freeze
      QUIET = :tocsin_logging_quiet

      # One line, as hooks see it in hint[:log_record].
      Record = Struct.new(:logger, :severity, :time, :progname, :message)

      # Logger asks for the text of every line that it writes, with the level in words.
      # @api private
      module Lines
        def format_message(severity, time, progname, message)
          Logging.see(Record.new(self, severity, time, progname, message))
          super
        end
        private :format_message
      end

      @ignored = []

      class << self
        # (see Integration.patch)
        def patch
          require "logger"
          ::Logger.prepend(Lines)
        rescue LoadError => e
          Tocsin.client.trouble(e)
        end

        # Leaves out a logger from now on: the object, a class of loggers, a progname or a pattern of one.
        # @return [void]
        def ignore(logger)
          @ignored |= [logger]
        end

        # Runs the block without looking at what is logged, for those who report it themselves.
        # @return the block's value
        def quietly
          before = Thread.current[QUIET]
          Thread.current[QUIET] = true
          yield
        ensure
          Thread.current[QUIET] = before
        end

        # @api private
        def see(record)
          client = Tocsin.client
          return if Thread.current[QUIET] || !client.active?

          integration = client.integration("logging")
          return if integration.nil? || integration.ignores?(record, @ignored)

          quietly { integration.record(record) }
        rescue StandardError => e
          client&.trouble(e)
        end
      end

      def initialize(name, given)
        super
        @crumbs_from, @events_from = settings.values_at(:level, :event_level).map { |level| number(level) }
      end

      # @api private
      def ignores?(record, more)
        [*settings[:ignore], *more].any? { |one| matches?(one, record) }
      end

      # @api private
      # The event first: its own line is not one of what led to it.
      def record(record)
        return if repeated?(record)

        number = NUMBERS.fetch(record.severity, OTHER)
        event(record, LEVELS[number]) if number >= @events_from
        breadcrumb(record, LEVELS[number]) if number >= @crumbs_from
      end

      private

      def number(level)
        return LEVELS.size unless level

        LEVELS.index(level.to_s == "warn" ? "warning" : level.to_s) ||
          raise(Error.new(Core::E_RANGE, "integrations: logging has no level #{level}"))
      end

      def matches?(one, record)
        case one
        when Regexp, String then one === record.progname.to_s # rubocop:disable Style/CaseEquality
        when Module then record.logger.is_a?(one)
        else one.equal?(record.logger)
        end
      end

      # A line that a program sends to several loggers comes once from each.
      def repeated?(record)
        last = Thread.current[:tocsin_last_line]
        Thread.current[:tocsin_last_line] = record
        !last.nil? && !last.logger.equal?(record.logger) && last.severity == record.severity &&
          last.message.equal?(record.message) && record.time - last.time < 1
      end

      def breadcrumb(record, level)
        Tocsin.add_breadcrumb(type: "default", category: record.progname&.to_s || "log", level: level,
                              message: text(record.message), hint: { log_record: record })
      end

      # An exception that is logged, or that is handled just now and named in the line, is captured as one.
      def event(record, level)
        given = { hint: { log_record: record }, level: level, logger: record.progname&.to_s }
        exception = exception_of(record)
        return Tocsin.capture_message(text(record.message), **given) if exception.nil?
        return Tocsin.capture_exception(exception, mechanism: MECHANISM, **given) if exception.equal?(record.message)

        Tocsin.capture_exception(exception, mechanism: MECHANISM, message: text(record.message), **given)
      end

      def exception_of(record)
        return record.message if record.message.is_a?(Exception)

        handled = $!
        return nil if handled.nil? || handled.message.to_s.empty?

        handled if text(record.message).include?(handled.message.to_s)
      end

      def text(message)
        case message
        when String then message
        when Exception then "#{message.message} (#{message.class})"
        else message.inspect
        end
      end
    end

    add "logging", Logging
  end
end
