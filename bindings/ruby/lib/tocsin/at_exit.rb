# frozen_string_literal: true

module Tocsin
  # The end of the program: reports the exception that brings it about, and flushes. The client stays
  # open, for some programs only start in a block of at_exit.
  # @api private
  module AtExit
    FATAL = { type: "auto.at_exit", handled: false }.freeze

    def self.install
      return if @installed

      @installed = true
      at_exit { run($!) }
    end

    # exit, interrupts and other signals are no errors.
    def self.report?(exception)
      !exception.nil? && !exception.is_a?(SystemExit) && !exception.is_a?(SignalException)
    end

    def self.run(exception)
      client = Tocsin.client
      report(exception) if report?(exception) && client.integration("excepthook")&.here?
      client.flush if client.active? && client.integration("atexit")
    end

    def self.report(exception)
      Tocsin.capture_exception(exception, mechanism: FATAL, level: :fatal)
    end

    private_class_method :run, :report
  end

  # A child of fork has no other threads, so not the one that runs hooks either.
  # @api private
  module AfterFork
    def _fork
      pid = super
      Tocsin.client.pump if pid.zero? && Tocsin.client.active?
      pid
    end
  end
end
