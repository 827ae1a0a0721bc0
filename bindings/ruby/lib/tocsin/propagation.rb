# frozen_string_literal: true

module Tocsin
  # The option propagate_scope: threads and fibers start with a fork of their maker's scope.
  # @api private
  module Propagation
    # For Thread.new, start and fork.
    module Threads
      def new(*arguments, &block)
        super(*arguments, &Propagation.bound(block, thread: true))
      end

      def start(*arguments, &block)
        super(*arguments, &Propagation.bound(block, thread: true))
      end

      def fork(*arguments, &block)
        super(*arguments, &Propagation.bound(block, thread: true))
      end
      ruby2_keywords(:new, :start, :fork)
    end

    # For Fiber.new.
    module Fibers
      def new(**options, &block)
        super(**options, &Propagation.bound(block))
      end
    end

    def self.bound(block, thread: false)
      block && Tocsin.bind(thread: thread, &block)
    rescue StandardError # in a Ractor, from where no scope can be seen
      block
    end

    def self.install
      Thread.singleton_class.prepend(Threads) unless Thread.singleton_class.include?(Threads)
      Fiber.singleton_class.prepend(Fibers) unless Fiber.singleton_class.include?(Fibers)
    end
  end
end
