# frozen_string_literal: true

require "uri"

require "tocsin/client/capture"
require "tocsin/client/pump"
require "tocsin/client/waiting"

module Tocsin
  # Frozen options, hooks, and the way to one server. Most programs have one, made by Tocsin.init;
  # those that report to several servers open more, and use scopes instead of top-level functions.
  class Client
    include Capture
    include Pump
    include Waiting

    # @return [Configuration] what it was opened with
    attr_reader :configuration
    # @return [Integer] the handle
    attr_reader :handle
    # @return [Scope] whose data is in every event
    attr_reader :global_scope
    # @return [Scope] the current scope of whatever has none of its own
    attr_reader :root_scope
    # @return [Hash{String => Integration}] those that are on
    attr_reader :integrations

    # @param borrowed [Integer, nil] a client of somebody else's to report to; closed here, not there
    # @raise [Error] an option that the core refuses
    # @param unknown [Boolean] it stands in for one that may not be known
    def initialize(configuration = Configuration.new, borrowed: nil, unknown: false)
      @configuration = configuration
      @borrowed = !borrowed.nil?
      @integrations = Integrations.of(configuration)
      @handle = borrowed || open(configuration)
      @guard = Core::Guard.new(@handle)
      @options = JSON.parse(Core.client_options(@handle))
      @frames = Frames.new(configuration.project_root, @options)
      @global_scope = Scope.new(self, Core.client_global_scope(@handle), :global)
      @root_scope = Scope.new(self, Core.client_scope(@handle), :current)
      @active = unknown || stats["active"]
      start
    end

    # @api private
    # The client of somebody else's scope. In place of one that may not be known stands one without options,
    # which is closed: what is captured on the scope goes to the scope's own all the same.
    def self.of(scope)
      new(Configuration.new, borrowed: Core.scope_client(scope))
    rescue Error => e
      raise unless e.code == Core::E_DENIED

      unknown = Core.client_open(0)
      Core.client_close(unknown, 0)
      new(Configuration.new, borrowed: unknown, unknown: true)
    end

    # @return [String] without options, of which some are secret
    def inspect
      "#<#{self.class} #{handle}#{' not' unless active?} active>"
    end

    # Whether captures go anywhere.
    # @return [Boolean]
    def active?
      @active
    end

    # Whether it is somebody else's, reached through a scope that came as a number.
    # @return [Boolean]
    def borrowed?
      @borrowed
    end

    # @return [Hash] the options in force, without secrets
    def options
      @options.dup
    end

    # @return [Array(String, Integer)] host and port that events go to; nils without a DSN
    def server
      @server ||= URI(@options["dsn"].to_s).then { |uri| [uri.hostname, uri.port] }
    rescue URI::Error
      @server = [nil, nil]
    end

    # @api private
    # @return [Scrub] by this client's denylist
    def scrub
      @scrub ||= Scrub.new(@options["scrub_denylist"])
    end

    # @return [Integration, nil] if it is on
    def integration(name)
      @integrations[name]
    end

    # @return [Scope] empty, of no tier, for overlays
    def new_scope
      Scope.new(self, Core.scope_new(handle), :detached)
    end

    # @return [Scope] empty
    def new_isolation_scope
      Scope.new(self, Core.scope_new_isolation(handle), :isolation)
    end

    # What became of every event.
    # @return [Hash]
    def stats
      JSON.parse(Core.client_stats(handle))
    end

    # @return [Array<String>] tocsin's own notices, oldest first; reading takes them
    def notices
      list = []
      while (notice = Core.client_next_notice(handle)) && !notice.empty?
        list << notice
      end
      list
    end

    # @api private
    # Turns on an integration whose library was loaded after the client was opened.
    def integrate(name)
      late = Integrations.of(configuration).except(*@integrations.keys).slice(name)
      return if late.empty?

      @integrations = @integrations.merge(late)
      late.each_value { |one| one.start(self) }
      describe
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
    # A line for whoever debugs.
    def note(text)
      warn "tocsin: #{text}" if @options["debug"]
    end

    private

    def open(configuration)
      options = Core.options_new
      Core.options_set_json(options, Text.json(configuration.core_options))
      Core.options_set(options, "flush_at_exit", "true") if flush_at_exit?
      Core.options_set(options, "hooks", "pull") if configuration.event_hooks?
      Core.client_open(options)
    rescue Error => e
      problem = options ? Core.options_problem(options) : ""
      raise problem.empty? ? e : Error.new(e.code, problem)
    ensure
      Core.handle_close(options) if options
    end

    # For what is captured after Ruby's own flush at exit.
    def flush_at_exit?
      configuration.flush_at_exit.nil? && @integrations.key?("atexit")
    end

    def start
      @integrations.each_value { |one| one.start(self) } unless borrowed?
      describe
      pump if @active && !borrowed?
    end

    # On a client of its own the platform is an option; on another's each capture brings it along.
    def describe
      gems = Gem.loaded_specs if @integrations.key?("modules")
      @gems_described = gems&.size
      sdk = { name: configuration.sdk_name, version: Core.version, integrations: @integrations.keys }
      origin = { modules: gems&.transform_values { |spec| spec.version.to_s },
                 runtime: (RUNTIME if configuration.describe_runtime) }.compact
      return @origin = { platform: configuration.platform, sdk: sdk, **origin } if borrowed?

      origin[:sdk] = sdk unless @integrations.empty?
      global_scope.set_origin(origin) unless origin.empty?
    end

    RUNTIME = { name: RUBY_ENGINE, version: RUBY_VERSION }.freeze
    private_constant :RUNTIME

    # Gems that were loaded meanwhile.
    def describe_again
      describe if @gems_described && @gems_described != Gem.loaded_specs.size
    end

    def attempt
      yield
    rescue StandardError => e
      trouble(e)
    end
  end
end
