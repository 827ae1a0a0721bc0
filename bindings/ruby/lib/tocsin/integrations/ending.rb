# frozen_string_literal: true

module Tocsin
  module Integrations
    # A flush when the program ends; AtExit does it.
    class Atexit < Integration; end

    # Reports the exception that ends the program; AtExit does it.
    class Excepthook < Integration
      # `always_run`: in irb and its like too.
      SETTINGS = { always_run: false }.freeze

      # Whether to report from this kind of program.
      # @return [Boolean]
      def here?
        settings[:always_run] || !Integration.interactive?
      end
    end

    add "atexit", Atexit
    add "excepthook", Excepthook
  end
end
