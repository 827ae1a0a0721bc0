# frozen_string_literal: true

require_relative "scheduler"

# flush, close and next_envelope beside other fibers and threads, and ended from outside.
class WaitingTest < TocsinTest
  ATTEMPTS = 10

  # How often another fiber had its turn while the block ran in one.
  def turns_during
    turns = 0
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      done = false
      Fiber.schedule { (turns += 1) && sleep(0.005) until done }
      Fiber.schedule do
        turns = 0
        yield
      ensure
        done = true
      end
    end.join
    turns
  end

  # A busy machine may keep all of the process waiting; fibers that are held up have no turn at any attempt.
  def assert_others_run
    turns = 0
    ATTEMPTS.times { turns = yield if turns <= 3 }
    assert_operator turns, :>, 3
  end

  def test_other_fibers_run_during_a_flush
    silent do
      outcome = nil
      assert_others_run { turns_during { outcome = Tocsin.flush(0.3) } }
      assert_equal false, outcome
    end
  end

  def test_other_fibers_run_while_one_waits_for_an_envelope
    found = nil
    assert_others_run { turns_during { found = Tocsin.client.next_envelope(0.2) { 200 } } }
    assert_equal false, found
    Tocsin.capture_message("x")
    turns_during { found = Tocsin.client.next_envelope(60) { 200 } }
    assert_equal true, found
  end

  def test_other_fibers_run_during_close
    assert_others_run do
      turns = 0
      silent { turns = turns_during { Tocsin.close(0.3) } }
      turns
    end
  end

  def test_a_timeout_in_a_fiber_ends_a_flush_and_leaves_no_thread
    silent do
      error = nil
      before = Thread.list.size
      turns_during do
        Timeout.timeout(0.1) { Tocsin.flush(60) }
      rescue Timeout::Error => e
        error = e
      end
      assert_kind_of Timeout::Error, error
      Timeout.timeout(60) { Thread.pass until Thread.list.size <= before + 1 } # Timeout may keep one of its own
    end
  end

  def test_a_flush_of_a_blocking_fiber_needs_no_thread
    Fiber.new(blocking: true) { assert Tocsin.flush(1) }.resume
  end

  def test_a_thread_in_a_flush_can_be_killed
    silent do
      waiter = Thread.new { Tocsin.flush(60) }
      Thread.pass until waiter.stop?
      waiter.kill
      assert waiter.join(60), "it goes on"
      refute Tocsin.flush(0), "and the client too"
    end
  end

  def test_a_killed_flush_lets_others_go_on
    silent do
      others = Array.new(3) { Thread.new { Tocsin.flush(0.5) } }
      victim = Thread.new { Tocsin.flush(60) }
      Thread.pass until victim.stop?
      victim.kill.join
      assert_equal([false] * 3, others.map(&:value))
    end
  end
end
