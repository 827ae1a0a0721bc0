# frozen_string_literal: true

module Tocsin
  # The scope of what is running now, and blocks that run in one of their own.
  module Scoping
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
    # @param number [Integer]
    # @yieldparam scope [Scope]
    # @return the block's value
    # @raise [Error] the number is no scope
    def with_handle(number, &block)
      scope = Core.handle_dup(number)
      foreign = Client.of(scope)
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
    # @return [void]
    def enter_thread
      store.enter_thread
    end

    private

    # A scope of this client, or of one that was lent; those of earlier inits are over.
    def mine(scope)
      return client.root_scope if scope.nil?

      scope.client.equal?(client) || scope.client.borrowed? ? scope : client.root_scope
    end

    # The current scope for those that only read it.
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

    # An init inside the block may choose another store; this one gets back what it gave.
    def inside(scope)
      kept = store
      before = kept.enter(scope)
      yield scope
    rescue Exception => e # rubocop:disable Lint/RescueException
      Mark.scope(e, scope)
      raise
    ensure
      kept.leave(before)
    end
  end
end
