# frozen_string_literal: true

module Tocsin
  module Integrations
    # Reports the exception that ends a thread, whether or not Thread#report_on_exception prints it and another
    # thread joins. A thread that ends by exit, a signal or Thread#kill is no error.
    class Threading < Integration
      # `always_run`: in irb and its like too.
      SETTINGS = { always_run: false }.freeze
      UNHANDLED = { type: "threading", handled: false }.freeze

      # Thread.new, also of classes that inherit from Thread.
      # @api private
      module Instances
        def initialize(*arguments, &block)
          super(*arguments, &(block && Threading.watch(block)))
        end
        ruby2_keywords(:initialize)
      end

      # Thread.start and Thread.fork, which do without initialize.
      # @api private
      module Starts
        def start(*arguments, &block)
          super(*arguments, &(block && Threading.watch(block)))
        end

        def fork(*arguments, &block)
          super(*arguments, &(block && Threading.watch(block)))
        end
        ruby2_keywords(:start, :fork)
      end

      # (see Integration.patch)
      def self.patch
        Thread.prepend(Instances)
        Thread.singleton_class.prepend(Starts)
      end

      # Thread#inspect and Ruby's own report show where a thread's block is. So the block around it is one
      # of the same place, made once for each.
      WATCHED = <<~RUBY.delete("\n").freeze
        lambda { |block| proc { |*given| begin; block.call(*given);
         rescue Exception => e; ::Tocsin::Integrations::Threading.report(e); raise; end } }
      RUBY
      PLACES_MAX = 256
      @places = {}

      class << self
        # @api private
        # The block as one whose exceptions are reported on their way out.
        def watch(block)
          return block unless Tocsin.client.integration("threading")

          watcher_at(block.source_location || [__FILE__, __LINE__]).call(block).ruby2_keywords
        rescue StandardError # in a Ractor, from where nothing of this can be seen
          block
        end

        # @api private
        def report(exception)
          integration = Tocsin.client.integration("threading")
          return if integration.nil? || !AtExit.report?(exception)
          return if Integration.interactive? && !integration.settings[:always_run]

          Tocsin.capture_exception(exception, mechanism: UNHANDLED)
        end

        private

        def watcher_at(place)
          @places.clear if @places.size >= PLACES_MAX
          @places[place] ||= TOPLEVEL_BINDING.eval(WATCHED, *place)
        end
      end
    end

    add "threading", Threading
  end
end
