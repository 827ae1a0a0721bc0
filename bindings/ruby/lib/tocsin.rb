# frozen_string_literal: true

require "tocsin/error"
require "tocsin/version"
require "tocsin/tocsin_core"

# Error reporting for Ruby. Tocsin.init opens a client; after that the functions of Scoping, Capturing
# and Tracing work on the scope of whatever is running now, each fiber and thread its own.
#
#   Tocsin.init { |config| config.dsn = "https://KEY@HOST/PROJECT" }
#   Tocsin.with_isolation_scope do
#     Tocsin.set_user(id: 17)
#     Tocsin.capture_message("hello")
#   end
#
# None of them raises because of tocsin, a hook or a server; docs/ruby.md has the few exceptions.
module Tocsin
  # The C functions, as they are: no part of the interface.
  # @api private
  Core = Tocsin_core
  private_constant :Tocsin_core
end

require "tocsin/text"
require "tocsin/scrub"
require "tocsin/event_id"
require "tocsin/integrations"
require "tocsin/configuration"
require "tocsin/store"
require "tocsin/propagation"
require "tocsin/hooks"
require "tocsin/mark"
require "tocsin/subject"
require "tocsin/frames"
require "tocsin/scope"
require "tocsin/client"
require "tocsin/at_exit"
require "tocsin/scoping"
require "tocsin/capturing"
require "tocsin/tracing"

# The module itself; see the top of the file.
module Tocsin
  extend Scoping
  extend Capturing
  extend Tracing

  @store = Store.choose
  # Takes what is set before init; not active.
  @client = Client.new(Configuration.new.update(host_contexts: false, describe_runtime: false,
                                                default_integrations: false))
  @client.close(0)
  @before_init = @client

  class << self
    # @return [Client] before init, one that does nothing
    attr_reader :client
    # @return [Object] where scopes are kept; see Store
    attr_reader :store

    # Opens the client, from a DSN, from members of Configuration, or in a block. What was set on scopes
    # before is taken over; a client of an earlier init is closed.
    # @param dsn [String, nil] without one, that of the options or of SENTRY_DSN
    # @yieldparam config [Configuration]
    # @return [Client]
    # @raise [Error] an option that cannot be used, in words that name it
    def init(dsn = nil, **members)
      configuration = Configuration.new.update(members)
      configuration.dsn = dsn if dsn
      yield configuration if block_given?
      store = Store.choose(configuration.scope_store)
      replace(Client.new(configuration))
      keep_scopes_in(store)
      hook_into_ruby(configuration)
      enter_thread
      client
    end

    # Whether captures go anywhere.
    # @return [Boolean]
    def initialized?
      client.active?
    end

    # @param timeout [Numeric, nil] seconds; nil: the option shutdown_timeout
    # @return [Boolean] whether nothing is left
    def flush(timeout = nil)
      client.flush(timeout)
    end

    # Flushes and ends the client; later captures do nothing.
    # @param timeout [Numeric, nil] as for flush
    # @return [Boolean] whether nothing was lost
    def close(timeout = nil)
      client.close(timeout)
    end

    # @return [Hash] what became of every event
    def stats
      client.stats
    end

    private

    def replace(fresh)
      former = @client
      adopt(fresh, former) if former.equal?(@before_init)
      @client = fresh
      hold(fresh)
      former.close if former.active?
    end

    # At its very end Ruby frees all guards. This handle outlives them, so that the core can wait for
    # what blocks of at_exit captured.
    def hold(fresh)
      Core.handle_close(@held) if @held
      @held = Core.handle_dup(fresh.handle)
    end

    def adopt(fresh, former)
      fresh.global_scope.adopt(former.global_scope)
      fresh.root_scope.adopt(former.root_scope)
      fresh.root_scope.isolation_scope.adopt(former.root_scope.isolation_scope)
    end

    # What is entered in the former store stays there until its blocks end.
    def keep_scopes_in(store)
      @store = store unless store.instance_of?(@store.class)
      client.note("scopes are kept in #{@store.class}")
    end

    def hook_into_ruby(configuration)
      Propagation.install if configuration.propagate_scope
      Process.singleton_class.prepend(AfterFork) if Process.respond_to?(:_fork)
      AtExit.install
      client.integrations.each_value { |one| one.class.patch }
    end
  end
end
