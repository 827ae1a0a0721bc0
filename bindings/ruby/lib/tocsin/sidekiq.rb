# frozen_string_literal: true

require "sidekiq"
require "tocsin"

module Tocsin
  # For Sidekiq 6 and later; `require "tocsin/sidekiq"` after Sidekiq itself is all. Each job gets an
  # isolation scope and goes on with the trace of whoever queued it; a job that fails is reported, at
  # each try, with what its scope held.
  module Sidekiq
    TRACE = "trace_propagation_headers" # where other SDKs keep it in a job too
    UNHANDLED = { type: "auto.queue.sidekiq", handled: false }.freeze

    # Sends the trace along with a job.
    class ClientMiddleware
      # Called by Sidekiq.
      def call(_worker, job, _queue, _redis)
        job[TRACE] ||= Tocsin.trace_headers
        yield
      end
    end

    # Runs a job in a scope of its own.
    class ServerMiddleware
      # Called by Sidekiq.
      def call(_worker, job, queue, &work)
        Tocsin.enter_thread
        Tocsin.with_isolation_scope do |scope|
          Sidekiq.describe(scope, job, queue)
          work.call
        end
      end
    end

    # Reports what a job raised. That comes to Sidekiq's handlers when the job's scope is left; the
    # exception has remembered it.
    class ErrorHandler
      # Called by Sidekiq.
      def call(exception, context, _config = nil)
        return unless AtExit.report?(exception)

        if Mark.scope_of(exception)
          Tocsin.capture_exception(exception, mechanism: UNHANDLED)
        else
          without_scope(exception, context)
        end
      end

      private

      def without_scope(exception, context)
        Tocsin.with_isolation_scope do |scope|
          job = context[:job]
          job ? Sidekiq.describe(scope, job, job["queue"]) : scope.set_extra("sidekiq", context[:context])
          scope.capture_exception(exception, mechanism: UNHANDLED)
        end
      end
    end

    # @api private
    # Arguments are personal until told otherwise.
    def self.describe(scope, job, queue)
      name = job["wrapped"] || job["class"]
      isolation = scope.isolation_scope
      isolation.continue_trace(job[TRACE] || {})
      isolation.set_tags("sidekiq.queue" => queue, "sidekiq.jid" => job["jid"])
      isolation.set_context("sidekiq", about(scope, job, queue))
      scope.set_transaction_name("Sidekiq/#{name}", source: "task")
    rescue StandardError => e
      scope.client.trouble(e)
    end

    # @api private
    def self.about(scope, job, queue)
      known = job.slice("class", "wrapped", "jid", "retry", "retry_count", "created_at", "enqueued_at")
      known["args"] = job["args"] if scope.client.options["send_default_pii"]
      known.merge("queue" => queue).compact
    end

    # @api private
    def self.install
      client = ->(chain) { chain.add(ClientMiddleware) }
      ::Sidekiq.configure_client { |config| config.client_middleware(&client) }
      ::Sidekiq.configure_server do |config|
        config.client_middleware(&client)
        config.server_middleware { |chain| chain.add(ServerMiddleware) }
        config.error_handlers << ErrorHandler.new
      end
    end

    install
    Integrations.add "sidekiq"
  end
end
