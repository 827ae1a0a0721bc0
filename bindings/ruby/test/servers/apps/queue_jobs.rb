# frozen_string_literal: true

# Queues 200 jobs in the trace of one request.
require_relative "jobs"

Tocsin.with_isolation_scope do
  Tocsin.continue_trace("sentry-trace" => "#{'ab' * 16}-#{'cd' * 8}-1")
  200.times { |number| NumberedJob.perform_async(number) }
end
Tocsin.with_isolation_scope { Sidekiq::Client.push("class" => "NoSuchJob", "args" => [], "retry" => false) }
