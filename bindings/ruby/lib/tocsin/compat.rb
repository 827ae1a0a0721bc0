# frozen_string_literal: true

require "tocsin"
require "tocsin/rack/request_data"

module Tocsin
  # Names of older interfaces, for programs on their way: configure_scope, push_scope, and hubs. Here all of
  # them are ways to name the scopes of whatever is running now.
  #
  #   require "tocsin/compat"
  #   Tocsin.configure_scope { |scope| scope.set_tag("page_locale", "de-at") }
  module Compat
    STACK = :tocsin_pushed

    # The pair of scopes that is in force, under its old name.
    class Hub
      # @return [Scope]
      attr_reader :scope

      # @api private
      def initialize(scope)
        @scope = scope
      end

      # @return [Client] the client
      def current_client
        scope.client
      end

      # @return [Scope] the current scope
      def current_scope
        scope
      end

      # @return [Configuration]
      def configuration
        current_client.configuration
      end

      # @return [Hub] one with copies of both scopes
      def clone
        Hub.new(scope.fork_isolation)
      end
      alias new_from_top clone

      # Runs the block with this hub in force.
      # @return the block's value
      def run
        before = Tocsin.store.enter(scope)
        yield self
      ensure
        Tocsin.store.leave(before)
      end

      # @yieldparam scope [Scope]
      # @return the block's value
      def configure_scope
        yield scope.isolation_scope
      end

      # @yieldparam scope [Scope] a fork
      # @return the block's value
      def with_scope(&block)
        run { Tocsin.with_scope(&block) }
      end

      # @return [String, nil]
      def last_event_id
        scope.isolation_scope.last_event_id
      end

      %i[capture_message capture_exception capture_event].each do |name|
        define_method(name) { |*values, **given, &change| scope.public_send(name, *values, **given, &change) }
      end

      # @see Scope#add_breadcrumb
      def add_breadcrumb(crumb = nil, **given)
        scope.isolation_scope.add_breadcrumb(crumb, **given)
      end
    end

    # @yieldparam scope [Scope] the isolation scope
    # @return the block's value, or without a block the scope
    def configure_scope
      block_given? ? yield(isolation_scope) : isolation_scope
    end

    # With a block as with_scope; without, the fork stays in force until pop_scope.
    # @yieldparam scope [Scope]
    # @return the block's value, or without a block the scope
    def push_scope(&block)
      return with_scope(&block) if block

      scope = current_scope.fork
      (Thread.current[STACK] ||= []) << [store, store.enter(scope)]
      scope
    end

    # Ends the last push_scope of this fiber.
    # @return [Boolean] whether there was one
    def pop_scope
      kept, before = Thread.current[STACK]&.pop
      return false if kept.nil?

      kept.leave(before)
      true
    end

    # @return [Hub]
    def get_current_hub
      Hub.new(current_scope)
    end

    # @return [Hub] of the scope that things have without one of their own
    def get_main_hub
      Hub.new(client.root_scope)
    end

    # Gives this thread or fiber copies of the main scopes, for good.
    # @return [Hub]
    def clone_hub_to_current_thread
      hub = get_main_hub.clone
      store.enter(hub.scope)
      hub
    end

    # @return [Client]
    def get_current_client
      client
    end

    # @return [Configuration]
    def configuration
      client.configuration
    end

    # Runs the block in a fork of the current scope.
    # @yieldparam scope [Scope]
    # @return the block's value
    def new_scope(&block)
      with_scope(&block)
    end

    # Runs the block as a request or job of its own.
    # @yieldparam scope [Scope] its isolation scope
    # @return the block's value
    def isolate
      with_isolation_scope { |scope| yield scope.isolation_scope }
    end

    # @yield [event, hint] each event that Ruby captures; answers it or nil
    # @return [void]
    def add_global_event_processor(&function)
      global_scope.add_event_processor(&function)
    end

    # @return [Boolean] whether it was captured before
    def exception_captured?(exception)
      Mark.captured?(exception, client)
    end

    # @see Scoping#with_isolation_scope
    def with_child_hub(&block)
      with_isolation_scope(&block)
    end
  end

  extend Compat

  class Scope
    # @param env [Hash, nil] a Rack environment; becomes the request that events show
    # @return [Boolean]
    def set_rack_env(env)
      data = Rack::RequestData.new(client.options).of(env, env["rack.url_scheme"] || "http") if env
      set_request(data)
    rescue StandardError => e
      client.trouble(e)
      false
    end
  end
end
