# frozen_string_literal: true

# Processes that fork.
class ForkTest < TocsinTest
  def messages(events)
    events.map { |event| event.dig("logentry", "formatted") }.tally
  end

  def test_parent_and_child_both_capture
    events, output, = program(<<~RUBY)
      Tocsin.init(**INIT)
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("of", "parent")
        pid = fork do
          Tocsin.set_tag("of", "child")
          Tocsin.capture_message("child")
        end
        Tocsin.capture_message("parent")
        Process.wait(pid)
        Tocsin.capture_message("parent later")
      end
    RUBY
    assert_equal({ "child" => "child", "parent" => "parent", "parent later" => "parent" },
                 events.to_h { |event| [event["logentry"]["formatted"], event["tags"]["of"]] }, output)
  end

  def test_an_exception_that_ends_a_child_is_the_childs
    events, = program(<<~RUBY)
      Tocsin.init(**INIT)
      $stderr = File.open(File::NULL, "w")
      Process.wait(fork { raise "in the child" })
    RUBY
    assert_equal(["in the child"], events.map { |event| event.dig("exception", "values", -1, "value") })
  end

  def test_forty_forks_while_threads_set_fork_and_flush
    children = forty_children("", <<~WORK, <<~CHILD)
      -> { Tocsin.with_isolation_scope { Tocsin.set_tag("a", 1) } }, -> { Tocsin.flush(0.01) },
      -> { Tocsin.add_breadcrumb(message: "m") }, -> { Tocsin.capture_message("load") && sleep(0.001) }
    WORK
      Tocsin.with_isolation_scope { Tocsin.set_tag("a", 2) && Tocsin.capture_message("child") }
    CHILD
    assert_equal [40, 40], [children.size, children.map { |event| event["event_id"] }.uniq.size]
    assert_equal [{ "a" => "2" }], children.map { |event| event["tags"] }.uniq
  end

  def test_a_child_of_a_child
    events, = program(<<~RUBY)
      Tocsin.init(**INIT)
      Process.wait(fork { Process.wait(fork { Tocsin.capture_message("grandchild") }); Tocsin.capture_message("child") })
      Tocsin.capture_message("parent")
    RUBY
    assert_equal({ "grandchild" => 1, "child" => 1, "parent" => 1 }, messages(events))
  end
end
