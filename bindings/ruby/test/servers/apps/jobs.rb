# frozen_string_literal: true

# Jobs that say who they are, and some that fail: loaded by Sidekiq and by who queues them.
require "sidekiq"
require "tocsin/sidekiq"

Tocsin.init { |config| config.project_root = __dir__ }

# Steps aside in the middle, so that the five threads mix.
class NumberedJob
  include Sidekiq::Worker
  sidekiq_options retry: 1
  sidekiq_retry_in { 3600 } # not within the test: each try is reported

  def perform(number)
    Tocsin.set_tag("job", number)
    Tocsin.with_scope do |scope|
      sleep 0.001
      scope.set_tag("step", number)
      Thread.pass
      raise ArgumentError, "job #{number}" if (number % 10).zero?

      Tocsin.capture_message("job #{number}")
    end
  end
end
