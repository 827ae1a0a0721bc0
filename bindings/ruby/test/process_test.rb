# frozen_string_literal: true

# Ends of programs, forks, signals, and calls that wait.
class ProcessTest < TocsinTest
  def seconds
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    yield
    Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
  end

  def test_the_exception_that_ends_the_program_is_reported
    events, output, status = program('Tocsin.init(**INIT); Tocsin.with_scope { |s| s.set_tag("t", 1); raise "the end" }')
    assert_equal 1, status.exitstatus
    assert_match(/the end/, output)
    value = events.fetch(0)["exception"]["values"].last
    assert_equal ["the end", false], [value["value"], value["mechanism"]["handled"]]
    assert_equal ["fatal", { "t" => "1" }], events[0].values_at("level", "tags")
    assert_equal 1, events.size
  end

  def test_exit_and_interrupts_are_not_reported
    ["exit 3", "raise Interrupt", "abort", "nil", 'raise("x") rescue nil'].each do |ending|
      events, = program("Tocsin.init(**INIT); $stderr = File.open(File::NULL, 'w'); #{ending}")
      assert_empty events, ending
    end
  end

  def test_what_is_captured_last_is_sent_at_exit
    events, = program('at_exit { Tocsin.capture_message("later") }; Tocsin.init(**INIT); Tocsin.capture_message("last")')
    assert_equal(%w[last later], events.map { |event| event.dig("logentry", "formatted") })
  end

  def test_three_forked_children_have_three_ids
    events, = program(<<~RUBY)
      Tocsin.init(**INIT)
      Tocsin.capture_message("parent")
      Tocsin.flush(60)
      3.times { |i| Process.wait(fork { Tocsin.capture_message("child") }) }
    RUBY
    assert_equal 4, events.size
    assert_equal 4, events.map { |event| event["event_id"] }.uniq.size
  end

  def test_forty_forks_while_threads_capture
    capture = '-> { Tocsin.capture_message("load"); sleep 0.001 }'
    children = forty_children("before_send: ->(event, _) { event }", ([capture] * 3).join(","),
                              'Tocsin.capture_message("child")')
    assert_equal 40, children.size
  end

  def test_a_forked_child_runs_hooks_for_others
    events, = program(<<~RUBY)
      Tocsin.init(**INIT, before_send: ->(event, _) { event.merge("tags" => { "hook" => "ran" }) })
      Process.wait(fork { Tocsin::Core.scope_capture_message(Tocsin.current_scope.handle, "C", 0, 0) })
    RUBY
    assert_equal([{ "hook" => "ran" }], events.map { |event| event["tags"] })
  end

  def test_other_threads_run_during_a_flush
    silent do
      ticks = most = 0
      ticker = Thread.new { loop { (ticks += 1) && sleep(0.005) } }
      10.times do # a busy machine may keep all of the process waiting
        before = ticks
        refute Tocsin.flush(0.4)
        most = ticks - before
        break if most > 3
      end
      ticker.kill
      assert_operator most, :>, 3
    end
  end

  def test_a_timeout_ends_a_flush
    silent do
      took = seconds { assert_raises(Timeout::Error) { Timeout.timeout(0.1) { Tocsin.flush(60) } } }
      assert_operator took, :<, 30
    end
  end

  def test_an_interrupted_flush_leaves_another_alone
    silent do
      other = Thread.new { seconds { Tocsin.flush(0.6) } }
      Thread.pass until other.status == "sleep" || other.stop?
      assert_raises(Timeout::Error) { Timeout.timeout(0.1) { Tocsin.flush(30) } }
      assert_operator other.value, :>=, 0.55
    end
  end

  def test_a_thread_that_waits_for_envelopes_can_be_killed
    waiter = Thread.new { Tocsin.client.next_envelope }
    Thread.pass until waiter.stop?
    waiter.kill
    assert waiter.join(60), "it goes on"
  end

  def test_a_capture_in_a_trap
    events, output, = program(<<~RUBY)
      Tocsin.init(**INIT, before_send: ->(event, _) { event })
      trap("USR1") { Tocsin.capture_message("in the trap") }
      Process.kill("USR1", Process.pid)
      sleep 0.01 until Tocsin.stats.dig("categories", "error").to_h["captured"].to_i == 1
    RUBY
    assert_equal(["in the trap"], events.map { |event| event.dig("logentry", "formatted") }, output)
  end
end
