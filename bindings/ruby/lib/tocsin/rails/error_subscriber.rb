# frozen_string_literal: true

module Tocsin
  module Rails
    # What reaches Rails.error (Rails 7.0 and later): errors that the program handled there, and from
    # Rails 7.1 on those of jobs.
    class ErrorSubscriber
      LEVELS = { error: "error", warning: "warning", info: "info" }.freeze
      # The middleware reports these, with their request.
      REQUESTS = "application.action_dispatch"
      CACHES = /_cache_store\.active_support\z/.freeze

      # @api private
      def self.install
        ::Rails.error.subscribe(new) if ::Rails.respond_to?(:error)
      end

      # Called by Rails.
      def report(error, handled:, severity:, context:, source: nil)
        return if console? || source == REQUESTS || CACHES.match?(source.to_s)

        Tocsin.capture_exception(
          error,
          mechanism: { type: "auto.rails.error", handled: handled }, level: LEVELS.fetch(severity, "error"),
          tags: { "rails.source" => source }.compact, contexts: context_of(context)
        )
      end

      private

      def console?
        Tocsin.client.integration("excepthook")&.here? == false
      end

      def context_of(context)
        plain = (context || {}).reject { |key, _| key.to_s == "controller" || key.to_s == "job" }
        plain.empty? ? {} : { "rails.error" => plain }
      end
    end
  end
end
