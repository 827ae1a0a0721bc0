# frozen_string_literal: true

# What ends a thread, a task of Rake, a program or a session of irb.
class EndingTest < TocsinTest
  class Worker < Thread
    def initialize(*)
      super() { raise "in a subclass" }
    end
  end

  def values(events)
    events.map { |event| event["exception"]["values"].last.values_at("value").push(event["level"]) }
  end

  def quiet_thread(*arguments, &block)
    Thread.new(*arguments) do |*given, **named|
      Thread.current.report_on_exception = false
      block.call(*given, **named)
    end
  end

  def test_what_ends_a_thread_is_reported_once
    thread = quiet_thread { raise "in a thread" }
    error = assert_raises(RuntimeError) { thread.join }
    assert_nil Tocsin.capture_exception(error)
    assert_equal [["in a thread", "error"]], values(sent_events)
    assert_equal({ "type" => "threading", "handled" => false }, sent_exceptions[0]["mechanism"])
  end

  def test_report_on_exception_is_left_as_it_is
    _, output, = program(<<~RUBY)
      Tocsin.init(**INIT)
      Thread.new { raise "loud" }.join rescue nil
      Thread.new { Thread.current.report_on_exception = false; raise "quiet" }.join rescue nil
    RUBY
    assert_match(/terminated with exception/, output)
    assert_equal 1, output.scan("terminated").size
  end

  def test_threads_of_every_making
    Thread.report_on_exception = false
    makers = [-> { Thread.start(1, a: 2) { |x, a:| raise "start #{x}#{a}" } },
              -> { Thread.fork { raise "fork" } },
              -> { Thread.new(1, a: 2) { |x, a:| raise "new #{x}#{a}" } }, -> { Worker.new(1) }]
    makers.each { |make| assert_raises(RuntimeError) { make.call.join } }
    assert_equal(["start 12", "fork", "new 12", "in a subclass"], sent_exceptions.map { |one| one["value"] })
  ensure
    Thread.report_on_exception = true
  end

  def test_a_thread_shows_where_it_was_made
    thread = Thread.new { Thread.stop }
    assert_includes thread.inspect, "#{__FILE__}:#{__LINE__ - 1}"
    thread.kill
    assert_equal "3", Thread.new(3, &:to_s).value
  end

  def test_ractors_go_on_without_us
    _, output, status = program(<<~RUBY)
      require "logger"
      Warning[:experimental] = false
      Tocsin.init(**INIT, propagate_scope: true)
      sum = Ractor.new do
        Logger.new($stderr).error("written in a ractor")
        Thread.new { 1 }.value + Thread.start { 2 }.value + Thread.fork { 3 }.value
      end
      warn sum.respond_to?(:value) ? sum.value : sum.take
    RUBY
    assert status.success?, output
    assert_match(/written in a ractor\n6\n/, output)
  end

  def test_threads_that_end_without_an_error
    threads = [quiet_thread { throw_away }, quiet_thread { Thread.current.kill }, quiet_thread { Thread.exit }]
    threads.each { |thread| thread.join rescue nil } # rubocop:disable Style/RescueModifier
    assert_equal(["UncaughtThrowError"], sent_exceptions.map { |one| one["type"] })
    ["exit 3", "raise Interrupt"].each do |ending|
      assert_empty program("Tocsin.init(**INIT); Thread.new { #{ending} }.join")[0], ending
    end
  end

  def throw_away = throw(:nobody)

  def test_a_threads_scope_is_its_own
    thread = quiet_thread do
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("job", 7)
        raise "late"
      end
    end
    assert_raises(RuntimeError) { thread.join }
    assert_equal [{ "job" => "7" }], sent_tags
  end

  def test_threads_are_not_watched_when_that_is_off
    again(integrations: { threading: false })
    assert_raises(RuntimeError) { quiet_thread { raise "x" }.join }
    assert_empty sent_events
    Thread.new { nil }.join
    assert_raises(ThreadError) { Thread.new }
  end

  def test_signals_that_end_the_program_are_not_reported_but_the_queue_is_sent
    events, _, status = program(<<~RUBY)
      Tocsin.init(**INIT)
      Tocsin.capture_message("before")
      Process.kill("TERM", Process.pid)
      sleep
    RUBY
    assert_equal(["before"], events.map { |event| event.dig("logentry", "formatted") })
    assert_equal Signal.list["TERM"], status.termsig
  end

  def test_excepthook_and_atexit_can_be_turned_off
    events, = program('Tocsin.init(**INIT, integrations: { excepthook: false }); raise "x"')
    assert_empty events
    events, = program(<<~RUBY)
      Tocsin.init(dsn: "http://key@127.0.0.1:9/1", shutdown_timeout: 30_000, integrations: { atexit: false })
      Tocsin.capture_message("no one waits for it")
    RUBY
    assert_empty events
  end

  TYPED = <<~RUBY
    require "tocsin"
    Tocsin.init(transport: "stdout", host_contexts: false, integrations: { threading: { always_run: ALWAYS } })
    Thread.new { raise "typed" }.join
    raise "typed too"
    Tocsin.capture_message("meant")
  RUBY

  def typed(always, *words)
    paths = PATHS.flat_map { |path| ["-I", path] }
    out, = Open3.capture2e(RbConfig.ruby, *paths, *words, stdin_data: TYPED.sub("ALWAYS", always.to_s))
    out.scan(/"(?:formatted|value)":"([^"]*)"/).flatten
  end

  def assert_a_console(*words)
    assert_equal ["meant"], typed(false, *words)
    assert_equal %w[meant typed], typed(true, *words).sort
  end

  def test_irb_is_not_reported_unless_always_run
    assert_a_console("-rirb", "-e", "IRB.start", "--", "-f", "--noprompt", "--noecho")
  end

  def test_nor_is_pry_whatever_the_program_is_called
    skip "there is no pry" if Gem::Specification.none? { |one| one.name == "pry" }
    assert_a_console("-rpry", "-e", "Pry.config.should_load_rc = Pry.config.history_save = false; Pry.start")
  end

  RAKEFILE = <<~RUBY
    require "tocsin"
    Tocsin.init(transport: "stdout", host_contexts: false, **OPTIONS)
    task(:clean) { Tocsin.set_tag("cleaned", 1); Tocsin.capture_message("clean") }
    namespace(:db) { task(migrate: :clean) { |_, _| Tocsin.current_scope.set_tag("own", 1); raise "no table" } }
    task(:stop) { exit 4 }
    task(:rescued) { Rake::Task["db:migrate"].invoke rescue puts("rescued") }
  RUBY

  def rake(task, options = "{}")
    Dir.mktmpdir do |folder|
      File.write(File.join(folder, "Rakefile"), RAKEFILE.sub("OPTIONS", options))
      paths = PATHS.flat_map { |path| ["-I", path] }
      out, _, status = Open3.capture3(RbConfig.ruby, *paths, "-rrake", "-e", "Rake.application.run", task,
                                      chdir: folder)
      lines = out.lines.select { |line| line.start_with?("{") }.map { |line| JSON.parse(line) }
      [lines.select { |line| line.key?("platform") }, status]
    end
  end

  def test_what_ends_rake_is_reported_with_the_tasks_name
    events, status = rake("db:migrate")
    assert_equal %w[clean db:migrate], (events.map { |event| event["transaction"] })
    assert_equal [1, ["no table", "fatal"]], [status.exitstatus, values(events.drop(1)).fetch(0)]
    assert_equal({ "cleaned" => "1", "own" => "1" }, events[1]["tags"])
    assert_includes events[1]["sdk"]["integrations"], "rake"
  end

  def test_what_does_not_end_rake_is_not_reported
    assert_equal [[], 4], rake("stop").then { |events, status| [events, status.exitstatus] }
    assert_equal(["clean"], rake("rescued")[0].map { |event| event["transaction"] })
    assert_equal([nil], rake("db:migrate", "{ integrations: { rake: false } }")[0].map { |event| event["transaction"] })
  end
end
