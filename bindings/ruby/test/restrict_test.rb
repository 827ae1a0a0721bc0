# frozen_string_literal: true

# Scopes that do less, made here and handed in.
class RestrictTest < TocsinTest
  def test_a_restricted_scope_does_what_it_may_and_no_more
    lent = Tocsin.current_scope.restrict(:write, :capture, :fork, :close)
    assert lent.set_tag("by", "plugin")
    assert lent.capture_message("m")
    refute lent.set_user(id: 1)
    refute lent.fork.set_user(id: 1)
    assert_equal [{ "by" => "plugin" }], sent_tags
    assert_equal [-5, -5], @troubles.map(&:code)
    assert_equal 2, Tocsin.stats["denied"]["rights"]
  end

  def test_forks_share_the_quota
    lent = Tocsin.current_scope.restrict(:capture, :fork, :close, events: 2, window_ms: 3_600_000)
    assert lent.capture_message("1")
    assert lent.fork.capture_message("2")
    assert_nil lent.fork.capture_message("3")
    assert Tocsin.capture_message("4")
    assert_equal({ "backpressure" => 1 }, discarded)
  end

  def test_what_cannot_be_used_is_raised
    scope = Tocsin.current_scope
    assert_raises(KeyError) { scope.restrict(:fly) }
    assert_equal(-22, assert_raises(Tocsin::Error) { scope.restrict(:read, event: 1) }.code)
  end

  def test_what_was_lent_without_close_is_taken_back
    lent = Tocsin.current_scope.restrict(:capture)
    assert_equal(-5, assert_raises(Tocsin::Error) { Tocsin::Core.handle_close(lent.handle) }.code)
    assert Tocsin.current_scope.revoke(lent)
    assert_equal(-1, assert_raises(Tocsin::Error) { Tocsin::Core.handle_kind(lent.handle) }.code)
  end

  def test_a_plugin_without_the_way_to_the_client_reports_in_rubys_name
    Tocsin.current_scope.set_tag("host", "yes")
    lent = Tocsin.current_scope.restrict(:capture)
    assert_equal(3, Tocsin.with_handle(lent.handle) do
      Tocsin.set_tag("mine", "no")
      Tocsin.capture_message("m")
      3
    end)
    assert_equal [{ "host" => "yes" }], sent_tags
    assert_equal "tocsin.ruby", sent_events.last["sdk"]["name"]
    Tocsin.current_scope.revoke(lent)
  end

  def test_hooks_of_the_client_see_what_is_captured_on_a_scope_that_may_not_be_read
    again(before_send: ->(event, _hint) { event.merge("tags" => { "hook" => "seen" }) })
    lent = Tocsin.current_scope.restrict(:capture, :close)
    assert lent.capture_message("m")
    Tocsin.client.flush(5) until Tocsin.stats.dig("categories", "error", "captured") == 1
    assert_equal [{ "hook" => "seen" }], sent_tags
    lent.add_event_processor { |event| event }
    assert_nil lent.capture_message("m")
  end
end
