# frozen_string_literal: true

module Tocsin
  # Frozen options, hooks, and the way to one server. Most programs have one, made by Tocsin.init;
  # those that report to several servers open more, and use scopes instead of top-level functions.
  class Client
    # @return [Configuration]
    attr_reader :configuration
    # @return [Integer]
    attr_reader :handle
    # @return [Scope] whose data is in every event
    attr_reader :global_scope
    # @return [Scope] the current scope of whatever has none of its own
    attr_reader :root_scope

    # @raise [Error] an option that the core refuses
    # @param borrowed [Integer, nil] a client of somebody else's to report to; closed here, not there
    def initialize(configuration = Configuration.new, borrowed: nil)
      @configuration = configuration
      @borrowed = !borrowed.nil?
      @handle = borrowed || open(configuration)
      @guard = Core::Guard.new(@handle)
      @options = JSON.parse(Core.client_options(@handle))
      @frames = Frames.new(configuration.project_root, @options)
      @global_scope = Scope.new(self, Core.client_global_scope(@handle), :global)
      @root_scope = Scope.new(self, Core.client_scope(@handle), :current)
      @active = stats["active"]
      describe if configuration.describe_runtime
      pump if @active && !borrowed?
    end

    # Whether captures go anywhere.
    def active?
      @active
    end

    # Whether it is somebody else's, reached through a scope that came as a number.
    def borrowed?
      @borrowed
    end

    # @return [Hash] the options in force, without secrets
    def options
      @options.dup
    end

    def new_scope
      Scope.new(self, Core.scope_new(handle), :detached)
    end

    def new_isolation_scope
      Scope.new(self, Core.scope_new_isolation(handle), :isolation)
    end

    # Waits until everything captured so far has had its fate.
    # @param timeout [Numeric, nil] seconds; nil: the option shutdown_timeout
    # @return [Boolean] whether nothing is left
    def flush(timeout = nil)
      wait_for_all(clock + milliseconds(timeout)) == Core::OK
    rescue Error => e
      trouble(e) || false
    end

    # Flushes and ends the client; later captures do nothing.
    # @return [Boolean] whether nothing was lost
    def close(timeout = nil)
      deadline = clock + milliseconds(timeout)
      wait_for_all(deadline)
      @active = false
      Core.client_close(handle, [deadline - clock, 0].max) == Core::OK
    rescue Error => e
      trouble(e) || false
    end

    # What became of every event.
    def stats
      JSON.parse(Core.client_stats(handle))
    end

    # tocsin's own notices, oldest first; reading takes them.
    def notices
      list = []
      while (notice = Core.client_next_notice(handle)) && !notice.empty?
        list << notice
      end
      list
    end

    # With `transport: "pull"`: the next envelope for a sender of the program's own.
    # @param timeout [Numeric, nil] seconds; nil: for ever
    # @yield [bytes] @yieldreturn [Integer, Array(Integer, String)] HTTP status, 0 for no answer, and
    #   the answer's headers, one a line
    # @return [Boolean] whether there was one
    def next_envelope(timeout = nil)
      envelope = Core.client_next_envelope(handle, timeout.nil? ? -1 : (timeout * 1000).to_i)
      return false if envelope.zero?

      status = 0
      begin
        status, headers = yield Core.envelope_text(envelope).b
      ensure
        Core.envelope_done(envelope, status, headers)
      end
      true
    end

    # @api private
    # @yieldreturn [Subject]
    def capture(scope, source, given)
      return nil unless active? && !Hooks.running?

      attempt do
        hint = given.fetch(:hint, {})
        overlay = overlay_of(given)
        hooks = Hooks.new(configuration, scope.layers(overlay), source)
        send_on(scope, source, yield, overlay, hooks, hint).last
      end
    end

    # @api private
    def capture_exception(scope, exception, mechanism, given)
      return nil unless active? && !Hooks.running?

      return leave_out(scope, exception) if leave_out?(exception)

      hint = { exception: exception, **given.fetch(:hint, {}) }
      id = capture(scope, Core::CAPTURE_EXCEPTION, { **given, hint: hint }) do
        Subject.exception(Subject.values_of(exception, mechanism, @frames))
      end
      Mark.captured(exception, self) if id
      id
    end

    # @api private
    # Tells whoever wants to know; never raises.
    def trouble(error)
      if configuration.on_error
        configuration.on_error.call(error)
      elsif @options.nil? || @options["debug"]
        warn "tocsin: #{error.class}: #{error.message}"
      end
      nil
    rescue StandardError
      nil
    end

    # @api private
    # The thread that runs this client's hooks for what other languages capture on it. A fork loses it.
    def pump
      return unless configuration.event_hooks?

      @is_pumping = false
      @pump = Thread.new { pump_events }
      @pump.name = "tocsin hooks"
      @pump.report_on_exception = false
    end

    private

    def open(configuration)
      options = Core.options_new
      Core.options_set_json(options, Text.json(configuration.core_options))
      Core.options_set(options, "hooks", "pull") if configuration.event_hooks?
      Core.client_open(options)
    rescue Error => e
      problem = options ? Core.options_problem(options) : ""
      raise problem.empty? ? e : Error.new(e.code, problem)
    ensure
      Core.handle_close(options) if options
    end

    # On a client of its own the platform is an option; on another's each capture brings it along.
    def describe
      gems = Gem.loaded_specs.transform_values { |spec| spec.version.to_s }
      origin = { modules: gems, runtime: { name: RUBY_ENGINE, version: RUBY_VERSION } }
      return global_scope.set_origin(origin) unless borrowed?

      sdk = { name: configuration.sdk_name, version: Core.version }
      @origin = { platform: configuration.platform, sdk: sdk, **origin }
    end

    def milliseconds(timeout)
      timeout.nil? ? @options["shutdown_timeout"] : [(timeout * 1000).ceil, 0].max
    end

    # The core knows nothing of events whose hooks run in the pump just now.
    def wait_for_all(deadline)
      outcome = Core.client_flush(handle, [deadline - clock, 0].max)
      return outcome if outcome != Core::OK || @pump.nil? || Hooks.running? || clock >= deadline

      sleep 0.002 # lets the pump say that it has taken one
      return outcome unless @is_pumping

      sleep 0.002 while @is_pumping && clock < deadline
      Core.client_flush(handle, [deadline - clock, 0].max)
    end

    def clock
      Process.clock_gettime(Process::CLOCK_MONOTONIC, :millisecond)
    end

    def attempt
      yield
    rescue StandardError => e
      trouble(e)
    end

    def leave_out?(exception)
      return false unless exception.is_a?(Exception)

      names = exception.class.ancestors.map(&:to_s)
      configuration.excluded_exceptions.any? { |one| names.include?(one.to_s) } ||
        (configuration.dedupe && Mark.captured?(exception, self))
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
      fields = given.slice(:tags, :extra, :contexts, :user, :fingerprint, :level)
      return given[:overlay] if fields.empty? && @origin.nil?

      scope = new_scope
      scope.set_origin(@origin) if @origin
      scope.merge(given[:overlay]) if given[:overlay]
      fill(scope, fields)
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

    def send_on(scope, source, subject, overlay, hooks, hint)
      over = overlay.nil? ? 0 : overlay.handle
      return send_plain(scope.handle, source, subject, over) if hooks.empty?

      event = Core.event_prepare(scope.handle, source | Core::CAPTURE_HOOKED, subject.event, over)
      return [Core::DROPPED, nil] if event.zero?

      hooks.finish(event, hint) { |error| trouble(error) }
    end

    def send_plain(scope, source, subject, over)
      case source
      when Core::CAPTURE_MESSAGE then Core.scope_capture_message(scope, subject.plain, subject.level, over)
      when Core::CAPTURE_EXCEPTION then Core.scope_capture_exception(scope, subject.plain, over)
      else Core.scope_capture_event(scope, subject.plain, over)
      end
    end

    def pump_one(hooks, event)
      @is_pumping = true
      attempt { hooks.finish(event, {}) { |error| trouble(error) } }
    ensure
      @is_pumping = false
    end

    def pump_events
      hooks = Hooks.new(configuration, [], Core::CAPTURE_EVENT)
      loop do
        event = Core.client_next_event(handle, -1)
        pump_one(hooks, event) unless event.zero?
      end
    rescue Error => e
      trouble(e) unless e.code == Core::E_CLOSED
    end
  end
end
