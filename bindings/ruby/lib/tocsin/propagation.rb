# frozen_string_literal: true

module Tocsin
  # The option propagate_scope: threads and fibers start with a fork of their maker's scope.
  # @api private
  module Propagation
    # For Thread.new, start and fork.
    module Threads
      %i[new start fork].each do |name|
        define_method(name) do |*arguments, &block|
          super(*arguments, &(block && Tocsin.bind(thread: true, &block)))
        end
        ruby2_keywords(name)
      end
    end

    # For Fiber.new.
    module Fibers
      def new(**options, &block)
        super(**options, &(block && Tocsin.bind(&block)))
      end
    end

    def self.install
      Thread.singleton_class.prepend(Threads) unless Thread.singleton_class.include?(Threads)
      Fiber.singleton_class.prepend(Fibers) unless Fiber.singleton_class.include?(Fibers)
    end
  end
end
