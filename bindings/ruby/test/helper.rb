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
require "socket"
require "tempfile"
require "timeout"
require "tmpdir"
require "tocsin/test_helper"

# What the cases share: a client in memory, and programs of their own.
class TocsinTest < Minitest::Test
  include Tocsin::TestHelper

  # For what is over in a moment, unless the machine is busy.
  PATIENCE_MS = 600_000

  def setup
    @troubles = []
    report_to_memory(on_error: ->(error) { @troubles << error }, hook_timeout: PATIENCE_MS)
  end

  def again(**members, &block)
    report_to_memory(on_error: ->(error) { @troubles << error }, hook_timeout: PATIENCE_MS, **members, &block)
  end

  def sent_tags
    sent_events.map { |event| event["tags"] || {} }
  end

  def discarded
    Tocsin.stats.dig("categories", "error", "discarded") || {}
  end

  # A server that takes connections and never answers.
  def silent
    server = TCPServer.new("127.0.0.1", 0)
    again(transport: "http", dsn: "http://key@127.0.0.1:#{server.addr[1]}/1", shutdown_timeout: 0)
    Tocsin.capture_message("never answered")
    yield
  ensure
    Tocsin.close(0)
    server.close
  end

  # A program that reports to standard output: its events, its output otherwise, how it ended.
  def program(text, arguments = [])
    start = %(require "tocsin"; INIT = { transport: "stdout", host_contexts: false, ) +
            %(hook_timeout: #{PATIENCE_MS}, shutdown_timeout: #{PATIENCE_MS} }; )
    words = PATHS.flat_map { |path| ["-I", path] }
    out, err, status = outcome(RbConfig.ruby, *words, "-e", start + text, *arguments)
    lines = out.lines.map { |line| JSON.parse(line) rescue line } # rubocop:disable Style/RescueModifier
    events = lines.select { |line| line.is_a?(Hash) && line.key?("timestamp") && line.key?("platform") }
    [events, lines.grep(String).join + err, status]
  end

  # What a program wrote and how it ended. Into files: in a pipe that is full, lines of several processes mix.
  def outcome(*command)
    Tempfile.create("out") do |out|
      Tempfile.create("err") do |err|
        _, status = Process.wait2(Process.spawn(*command, in: File::NULL, out: [out.path, "a"], err: [err.path, "a"]))
        [out.read, err.read, status]
      end
    end
  end

  # Children that are born while threads go round, and all end well: the events of those that capture "child".
  def forty_children(options, work, child)
    events, output, = program(<<~RUBY)
      Tocsin.init(**INIT, #{options})
      stop = false
      threads = [#{work}].map { |one| Thread.new { one.call until stop } }
      children = 40.times.map { fork { #{child}; exit!(Tocsin.flush(60) ? 0 : 1) } }
      bad = children.reject { |pid| Process.wait2(pid)[1].success? }
      stop = true
      threads.each(&:join)
      warn "bad: \#{bad.size}"
    RUBY
    assert_match(/bad: 0/, output)
    events.select { |event| event.dig("logentry", "formatted") == "child" }
  end
end
