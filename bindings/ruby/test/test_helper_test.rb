# frozen_string_literal: true

# What a program's own tests have to look at.
class TestHelperTest < TocsinTest
  def test_what_was_sent
    assert_nil last_sent_event
    Tocsin.capture_message("m")
    Tocsin.capture_exception(KeyError.new("e"))
    Tocsin.current_scope.add_attachment(bytes: "b", filename: "f.txt")
    Tocsin.capture_event(message: "v")
    assert_equal [%w[m v], 3], [sent_messages, sent_events.size]
    assert_equal([%w[KeyError e]], sent_exceptions.map { |one| one.values_at("type", "value") })
    assert_equal "v", last_sent_event["logentry"]["formatted"]
    assert_equal(%w[event event event attachment].sort, sent_items.map { |header, _| header["type"] }.sort)
  end

  def test_each_time_all_is_forgotten
    Tocsin.set_tag("a", 1)
    Tocsin.capture_message("former")
    report_to_memory
    Tocsin.capture_message("now")
    assert_equal [["now"], [{}]], [sent_messages, sent_tags]
  end

  def test_what_is_about_the_program_is_off_unless_asked_for
    report_to_memory(integrations: { argv: true })
    Tocsin.capture_message("x")
    assert_equal $PROGRAM_NAME, last_sent_event["extra"]["sys.argv"].first
    refute_includes last_sent_event["sdk"]["integrations"], "excepthook"
  end

  def test_after_the_end_every_call_is_taken
    Tocsin.capture_message("before")
    stop_reporting
    assert_nil Tocsin.capture_message("x")
    assert_equal 3, Tocsin.with_scope { 3 }
    assert_equal ["before"], sent_messages
  end
end
