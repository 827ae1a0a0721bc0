# frozen_string_literal: true

# Loads the binding from the tree and the extension from $TOCSIN_BUILD.
TOP = File.expand_path("../../..", __dir__)
BUILD = File.expand_path(ENV.fetch("TOCSIN_BUILD", File.join(TOP, "build")))
PATHS = [File.join(TOP, "bindings/ruby/lib"), File.join(BUILD, "bindings/ruby")].freeze
$LOAD_PATH.unshift(*PATHS)
ENV.delete_if { |name, _| name.start_with?("SENTRY_") }

require "minitest"
require "minitest/mock"
require "open3"
require "rbconfig"
require "timeout"
require "tmpdir"
require "tocsin/test_helper"

# What the cases share: a client in memory, and programs of their own.
class TocsinTest < Minitest::Test
  include Tocsin::TestHelper

  def setup
    @troubles = []
    report_to_memory(on_error: ->(error) { @troubles << error })
  end

  def again(**members, &block)
    report_to_memory(on_error: ->(error) { @troubles << error }, **members, &block)
  end

  def sent_tags
    sent_events.map { |event| event["tags"] || {} }
  end

  def discarded
    Tocsin.stats.dig("categories", "error", "discarded") || {}
  end

  # A program that reports to standard output: its events, its output otherwise, how it ended.
  def program(text, arguments = [])
    start = %(require "tocsin"; INIT = { transport: "stdout", host_contexts: false }; )
    words = PATHS.flat_map { |path| ["-I", path] }
    out, err, status = Open3.capture3(RbConfig.ruby, *words, "-e", start + text, *arguments)
    lines = out.lines.map { |line| JSON.parse(line) rescue line } # rubocop:disable Style/RescueModifier
    events = lines.select { |line| line.is_a?(Hash) && line.key?("timestamp") && line.key?("platform") }
    [events, lines.grep(String).join + err, status]
  end
end
