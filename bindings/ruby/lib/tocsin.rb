# frozen_string_literal: true

require "tocsin/error"
require "tocsin/tocsin_core"

# Error reporting for Ruby. Tocsin.init opens a client; after that the functions below work on the
# scope of whatever is running now, each fiber and thread its own.
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

module Tocsin
  @store = Store.choose
  # Takes what is set before init; not active.
  @client = Client.new(Configuration.new.update(host_contexts: false, describe_runtime: false))
  @client.close(0)
  @before_init = @client

  class << self
    # @return [Client] before init, one that does nothing
    attr_reader :client
    # @return [Object] where scopes are kept; see Store
    attr_reader :store

    # Opens the client, from a DSN, from members of Configuration, or in a block. What was set on scopes
    # before is taken over; a client of an earlier init is closed.
    # @yieldparam config [Configuration]
    # @return [Client]
    # @raise [Error] an option that cannot be used, in words that name it
    def init(dsn = nil, **members)
      configuration = Configuration.new.update(members)
      configuration.dsn = dsn if dsn
      yield configuration if block_given?
      replace(Client.new(configuration))
      Propagation.install if configuration.propagate_scope
      Process.singleton_class.prepend(AfterFork) if Process.respond_to?(:_fork)
      AtExit.install
      enter_thread
      client
    end

    # Whether captures go anywhere.
    def initialized?
      client.active?
    end

    # @!group Scopes

    # @return [Scope] to write to
    def current_scope
      mine(store.own)
    end

    # @return [Scope] the request's or job's
    def isolation_scope
      current_scope.isolation_scope
    end

    # @return [Scope] the program's
    def global_scope
      client.global_scope
    end
    alias get_current_scope current_scope
    alias get_isolation_scope isolation_scope
    alias get_global_scope global_scope

    # Runs the block in a fork of the current scope.
    # @yieldparam scope [Scope]
    # @return the block's value
    def with_scope(&block)
      inside(made(:fork), &block)
    end

    # Runs the block in a fork of the current scope and its isolation scope: for a request or a job.
    # @yieldparam scope [Scope]
    # @return the block's value
    def with_isolation_scope(&block)
      inside(made(:fork_isolation), &block)
    end

    # Runs the block in a scope that another language gave as a number.
    # @yieldparam scope [Scope]
    # @return the block's value
    # @raise [Error] the number is no scope
    def with_handle(number, &block)
      scope = Core.handle_dup(number)
      foreign = Client.new(Configuration.new, borrowed: Core.scope_client(scope))
      inside(Scope.new(foreign, scope, :current), &block)
    end

    # The block as one that runs in a fork, made now, of the current scope; for threads and fibers:
    # `Thread.new(&Tocsin.bind { ... })`.
    # @param thread [Boolean] it is a thread's whole work
    # @return [Proc]
    def bind(thread: false, &block)
      scope = mine(store.get)
      return block if scope.equal?(client.root_scope)

      child = made(:fork)
      bound = proc do |*arguments|
        enter_thread if thread
        inside(child) { block.call(*arguments) }
      end
      bound.ruby2_keywords
    end

    # Says that a thread's work begins here, for servers whose threads do not begin with
    # Rack::CaptureExceptions: inside Enumerators the thread's scope is found then too.
    def enter_thread
      store.enter_thread
    end

    # @!endgroup

    # @!group Captures; see Scope

    def capture_message(message, **given)
      reading.capture_message(message, **given)
    end

    # @param exception [Exception, Hash] without one, the exception being handled
    def capture_exception(exception = $!, **given)
      scope_for(exception).capture_exception(exception, **given)
    end

    def capture_event(event, **given)
      reading.capture_event(event, **given)
    end

    # Reports what the block raises, and raises it.
    # @return the block's value
    def with_exception_captured(**given)
      yield
    rescue StandardError => e
      capture_exception(e, **given)
      raise
    end

    # @!endgroup

    # @!group Data of the isolation scope, and the transaction's name on the current one; see Scope

    %i[set_tag set_tags set_user set_extra set_extras set_context set_contexts set_level add_breadcrumb
       add_attachment add_feature_flag].each do |name|
      define_method(name) { |*values, **given| isolation_scope.public_send(name, *values, **given) }
    end

    def set_transaction_name(name, source: nil)
      current_scope.set_transaction_name(name, source: source)
    end

    def last_event_id
      reading.isolation_scope.last_event_id
    end

    # @!endgroup

    # @param timeout [Numeric, nil] seconds
    # @return [Boolean] whether nothing is left
    def flush(timeout = nil)
      client.flush(timeout)
    end

    # @return [Boolean] whether nothing was lost
    def close(timeout = nil)
      client.close(timeout)
    end

    # @return [Hash] what became of every event
    def stats
      client.stats
    end

    private

    # A scope of this client, or of one that was lent; those of earlier inits are over.
    def mine(scope)
      return client.root_scope if scope.nil?

      scope.client.equal?(client) || scope.client.borrowed? ? scope : client.root_scope
    end

    def reading
      mine(store.get)
    end

    # Where no scope is left, the one that the exception came through.
    def scope_for(exception)
      scope = reading
      return scope unless scope.equal?(client.root_scope) && exception.is_a?(Exception)

      mine(Mark.scope_of(exception))
    end

    # Without a new scope the block has to run all the same.
    def made(how)
      current_scope.public_send(how)
    rescue Error => e
      client.trouble(e)
      current_scope
    end

    def inside(scope)
      before = store.enter(scope)
      yield scope
    rescue Exception => e # rubocop:disable Lint/RescueException
      Mark.scope(e, scope)
      raise
    ensure
      store.leave(before)
    end

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
  end
end
