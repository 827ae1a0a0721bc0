# frozen_string_literal: true

require "tocsin/scope/data"
require "tocsin/scope/captures"
require "tocsin/scope/restriction"
require "tocsin/scope/trace"

module Tocsin
  # What is true of the surroundings in which something happens: tags, user, breadcrumbs and more.
  # The collector closes the handle. Setters say whether the core took the value, and raise nothing.
  class Scope
    include Data
    include Captures
    include Restriction
    include Trace

    # @return [Integer] the handle, which another language may use while this object lives
    attr_reader :handle
    # @return [Client] whom captures go to
    attr_reader :client
    # @return [Symbol] :global, :isolation, :current or :detached
    attr_reader :tier
    # @return [Array<Hooks::Processor>] frozen
    attr_reader :processors

    # @api private
    def initialize(client, handle, tier, isolation: nil, processors: [].freeze, closed_here: true)
      @client = client
      @handle = handle
      @guard = Core::Guard.new(handle) if closed_here
      @tier = tier
      @isolation = isolation
      @processors = processors
    end

    # @return [String] nothing of what the scope or its client holds, as this ends in messages of errors
    def inspect
      "#<#{self.class} #{tier} #{handle}>"
    end

    # @!group Making scopes; these raise Tocsin::Error

    # A copy of the same tier; of a current scope, in the same isolation scope.
    # @return [Scope]
    def fork
      inner = tier == :current ? isolation_scope : nil
      Scope.new(client, Core.scope_fork(handle), tier, isolation: inner, processors: processors)
    end
    alias clone fork
    alias dup fork

    # A copy of a current scope in a copy of its isolation scope: for a request or a job.
    # @return [Scope]
    def fork_isolation
      made = Core.scope_fork_isolation(handle)
      inner = Scope.new(client, Core.scope_isolation(made), :isolation,
                        processors: isolation_scope.processors)
      Scope.new(client, made, :current, isolation: inner, processors: processors)
    end

    # An empty current scope in this isolation scope.
    # @return [Scope]
    def new_current
      Scope.new(client, Core.scope_new_current(handle), :current, isolation: self)
    end

    # The isolation scope of a current scope, and itself of any other.
    # @return [Scope]
    def isolation_scope
      tier == :current ? (@isolation ||= found_isolation) : self
    end

    # @!endgroup

    # @yield [event, hint] each event captured on this scope or on forks made later; answers it or nil
    # @return [void]
    def add_event_processor(&function)
      @processors = [*processors, Hooks::Processor.new(function, :event)].freeze
    end

    # @param type [Class, String, nil] only exceptions of that type
    # @yield [event, hint] as above, for events that come from exceptions
    # @return [void]
    def add_error_processor(type = nil, &function)
      @processors = [*processors, Hooks::Processor.new(function, :error, type)].freeze
    end

    # @api private
    # Takes over all of another client's scope of the same tier.
    def adopt(other)
      merge(other)
      @processors = [*processors, *other.processors].freeze
    end

    # @api private
    def layers(overlay)
      middle = %i[current isolation].include?(tier) ? [isolation_scope] : []
      [client.global_scope, *middle, self, overlay].compact.uniq
    end

    private

    # A handle that came as a number may be of any tier, or lack the right.
    def found_isolation
      Scope.new(client, Core.scope_isolation(handle), :isolation)
    rescue Error => e
      raise unless [Core::E_ARG, Core::E_DENIED].include?(e.code)

      self
    end

    def try
      yield == Core::OK
    rescue StandardError => e
      client.trouble(e)
      false
    end
  end
end
