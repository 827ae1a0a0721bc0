# frozen_string_literal: true

require "fiddle"
require "open3"

# What hooks are given, and hooks for what others capture.
class HintsTest < TocsinTest
  def test_the_exception_and_where_it_was_raised
    hints = []
    again(before_send: ->(event, hint) { (hints << hint) && event })
    error = assert_raises(KeyError) { Tocsin.with_exception_captured { raise KeyError, "x" } }
    hint = hints.fetch(0)
    assert_same error, hint[:original_exception]
    assert_same error, hint[:exception]
    assert_equal error.backtrace_locations.map(&:to_s), hint[:traceback].map(&:to_s)
    Tocsin.capture_exception(RuntimeError.new("never raised"), hint: { more: 1 })
    assert_equal [nil, 1], hints.fetch(1).values_at(:traceback, :more)
  end

  def test_every_hook_sees_the_hint
    seen = []
    look = ->(name) { ->(subject, hint) { (seen << [name, hint[:key]]) && subject } }
    again(before_send: look[:send], event_processors: [look[:client]], before_breadcrumb: look[:crumb],
          error_sampler: ->(_, hint) { (seen << [:sampler, hint[:key]]) && 1 })
    Tocsin.with_scope do |scope|
      scope.add_event_processor(&look[:scope])
      Tocsin.add_breadcrumb(message: "m", hint: { key: 1 })
      Tocsin.capture_message("m", hint: { key: 2 })
    end
    assert_equal [[:crumb, 1], [:scope, 2], [:client, 2], [:send, 2], [:sampler, 2]], seen
  end

  # Compiled here, for nothing of Ruby's may be on its stack.
  def library
    skip "no C compiler" unless system("cc", "--version", out: File::NULL, err: File::NULL)
    source = File.join(__dir__, "thread_in_c.c")
    made = File.join(Dir.mktmpdir, "thread_in_c.so")
    output, status = Open3.capture2e("cc", "-shared", "-fPIC", "-o", made, source,
                                     "-I", File.join(TOP, "abi/include"), "-L", BUILD, "-ltocsin", "-lpthread")
    assert status.success?, output
    Fiddle.dlopen(made)
  end

  def capture_in_c
    function = Fiddle::Function.new(library["capture_in_thread"], [Fiddle::TYPE_LONG_LONG], Fiddle::TYPE_INT)
    assert_equal 0, function.call(Tocsin.current_scope.handle)
  end

  def test_a_hook_sees_what_a_thread_in_c_captures
    again(before_send: ->(event, _) { event.merge("tags" => { "by" => Thread.current.name }) })
    capture_in_c
    Timeout.timeout(60) { Thread.pass while sent_events.empty? }
    assert_equal [["from a thread in C", { "by" => "tocsin hooks" }]],
                 (sent_events.map { |event| [event["logentry"]["formatted"], event["tags"]] })
  end

  def test_a_hook_that_fails_drops_what_a_thread_in_c_captures
    again(before_send: ->(_, _) { raise "in the hook" })
    capture_in_c
    Timeout.timeout(60) { Thread.pass until discarded["before_send"] }
    assert_equal [{ "before_send" => 1 }, ["in the hook"]], [discarded, @troubles.map(&:message)]
  end

  def test_without_hooks_it_needs_none
    capture_in_c
    assert_equal ["from a thread in C"], sent_messages
  end
end
