# frozen_string_literal: true

require "minitest"

ENV["SEED"] ||= ENV["TSN_SEED"] # the order of the cases

# Ends the output in the words of ffi-tests/run.
class Counter < Minitest::StatisticsReporter
  def report
    super
    io.puts "#{count - failures - errors - skips} passed, #{failures + errors} failed" \
            "#{", #{skips} skipped" if skips.positive?}"
  end
end

# Its last line must be the last of all.
module Minitest
  def self.plugin_count_init(options)
    reporter << Counter.new(options[:io], options)
  end
  extensions << "count"
end
