# frozen_string_literal: true

module Tocsin
  # Where "the scope of what is running now" is kept. A store answers
  #   get           the scope to read from, or nil
  #   own           the scope to write to, or nil
  #   enter(scope)  makes it the one, and returns what `leave` wants back
  #   leave(before)
  #   enter_thread  says that a thread's work begins here; for middleware and the like
  module Store
    # @param name [Symbol, nil] :fiber_storage or :fiber_local; nil: the best that this Ruby has
    # @raise [Error] this Ruby has no such store
    def self.choose(name = nil)
      has_storage = Fiber.respond_to?(:[])
      case name&.to_sym
      when nil then has_storage ? FiberStorage.new : FiberLocal.new
      when :fiber_local then FiberLocal.new
      when :fiber_storage then has_storage ? FiberStorage.new : refuse("fiber_storage needs Ruby 3.2")
      else refuse("#{name.inspect} is neither fiber_storage nor fiber_local")
      end
    end

    def self.refuse(why)
      raise Error.new(Core::E_RANGE, "scope_store: #{why}")
    end
    private_class_method :refuse

    # For Ruby 3.1. Each fiber has its own scope, and nothing is inherited without being asked for.
    # A fiber without one sees the scope of its thread's root fiber: that is what an Enumerator runs
    # in. Which fiber is the root cannot be asked, so it is the one that was seen at enter_thread;
    # where that was never called the scope is missing inside Enumerators, which is better than
    # another request's.
    # @api private
    class FiberLocal
      KEY = :tocsin_scope
      ROOT = :tocsin_root_fiber
      # A fiber made by Fiber.new shows its file and line; a root does not, nor does an Enumerator's.
      ROOT_LOOK = /\A#<Fiber:0x\h+ \(\w+\)>\z/.freeze

      def get
        thread = Thread.current
        thread[KEY] || thread.thread_variable_get(KEY)
      end

      alias own get

      def enter(scope)
        before = Thread.current[KEY]
        leave(scope)
        before
      end

      def leave(scope)
        thread = Thread.current
        thread[KEY] = scope
        return unless Fiber.current.equal?(thread.thread_variable_get(ROOT))

        thread.thread_variable_set(KEY, scope)
      end

      def enter_thread
        thread = Thread.current
        return if thread.thread_variable?(ROOT)

        fiber = Fiber.current
        thread.thread_variable_set(ROOT, fiber) if ROOT_LOOK.match?(fiber.inspect)
      end
    end

    # For Ruby 3.2 and later, whose fiber storage hands the same object to child fibers and threads.
    # So the object never changes: it names the scope and the fiber that owns it. Other fibers read that
    # scope, and before they write they get a fork, isolation scope included. Another thread reads none:
    # one of a pool would go on for ever in the request that happened to start it.
    # @api private
    class FiberStorage
      KEY = :tocsin_scope
      Entry = Struct.new(:scope, :owner, :thread)

      # @param storage [#[], #[]=] Fiber, or in tests something that inherits as Fiber does
      # @param current [Proc] -> the running fiber
      def initialize(storage = Fiber, current = Fiber.method(:current))
        @storage = storage
        @current = current
      end

      def get
        mine&.scope
      end

      def own
        entry = mine
        return entry&.scope if entry.nil? || entry.owner == @current.call.__id__

        scope = entry.scope.fork_isolation
        enter(scope)
        scope
      end

      def enter(scope)
        before = @storage[KEY]
        leave(Entry.new(scope, @current.call.__id__, Thread.current.__id__).freeze)
        before
      end

      def leave(entry)
        @storage[KEY] = entry
      end

      def enter_thread; end

      private

      def mine
        entry = @storage[KEY]
        entry if entry&.thread == Thread.current.__id__
      end
    end
  end
end
