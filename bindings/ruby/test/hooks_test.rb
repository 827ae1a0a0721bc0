# frozen_string_literal: true

class HooksTest < TocsinTest
  def events_left
    Tocsin::Core.handle_count(Tocsin::Core::KIND_EVENT)
  end

  def test_before_send_changes_and_drops
    again(before_send: lambda { |event, _hint|
      event["tags"] = { "seen" => "yes" }
      event unless event.dig("logentry", "formatted") == "drop me"
    })
    assert_nil Tocsin.capture_message("drop me")
    assert Tocsin.capture_message("keep me")
    assert_equal [{ "seen" => "yes" }], sent_tags
    assert_equal({ "before_send" => 1 }, discarded)
  end

  def test_the_hint_holds_the_exception
    seen = nil
    again(before_send: ->(event, hint) { (seen = hint) && event })
    error = RuntimeError.new("x")
    Tocsin.capture_exception(error, hint: { more: 1 })
    assert_same error, seen[:exception]
    assert_equal 1, seen[:more]
  end

  def test_a_hook_that_raises_drops_and_is_told
    again(before_send: ->(_event, _hint) { raise "in the hook" })
    assert_nil Tocsin.capture_message("x")
    assert_equal({ "before_send" => 1 }, discarded)
    assert_equal ["in the hook"], @troubles.map(&:message)
    assert_equal 0, events_left
  end

  def test_a_hook_that_answers_nonsense_has_failed
    again(before_send: ->(_event, _hint) { 7 })
    assert_nil Tocsin.capture_message("x")
    assert_equal({ "before_send" => 1 }, discarded)
  end

  def test_a_hook_that_is_left_by_throw_leaves_no_event
    again(before_send: ->(_event, _hint) { throw :out, 5 })
    assert_equal 5, catch(:out) { Tocsin.capture_message("x") }
    assert_equal 0, events_left
    assert_equal({ "before_send" => 1 }, discarded)
  end

  def test_an_exception_that_a_hook_dropped_may_come_again
    keep = false
    again(before_send: ->(event, _hint) { event if keep })
    error = RuntimeError.new("x")
    assert_nil Tocsin.capture_exception(error)
    keep = true
    assert Tocsin.capture_exception(error)
  end

  def test_processors_of_scope_and_client_in_order
    order = []
    add = ->(name) { ->(event, _hint) { (order << name) && event } }
    again(event_processors: [add.call(:client)], before_send: add.call(:send))
    Tocsin.global_scope.add_event_processor(&add.call(:global))
    Tocsin.with_scope do |scope|
      scope.add_event_processor(&add.call(:current))
      scope.add_error_processor(KeyError, &add.call(:error))
      scope.capture_exception(KeyError.new)
      scope.capture_message("no error")
    end
    usual = %i[global current client send]
    assert_equal [:error, *usual, *usual], order
  end

  def test_a_capture_inside_a_hook_does_nothing
    again(before_send: ->(event, _hint) { Tocsin.capture_message("inside") || event })
    assert Tocsin.capture_message("outside")
    assert_equal 1, sent_events.size
  end

  def test_before_breadcrumb
    again(before_breadcrumb: lambda { |crumb, _hint|
      raise "no" if crumb["message"] == "bad"

      crumb.merge("message" => crumb["message"].upcase) unless crumb["message"] == "drop"
    })
    assert_equal([true, false, false], %w[keep drop bad].map { |text| Tocsin.add_breadcrumb(message: text) })
    Tocsin.capture_message("x")
    assert_equal(["KEEP"], sent_events.last["breadcrumbs"]["values"].map { |crumb| crumb["message"] })
  end

  def test_a_breadcrumb_inside_its_own_hook_does_nothing
    again(before_breadcrumb: ->(crumb, _hint) { Tocsin.add_breadcrumb(message: "inside") ? nil : crumb })
    assert Tocsin.add_breadcrumb(message: "outside")
  end

  def test_the_samplers_share_and_its_failure
    share = 0.0
    again(error_sampler: ->(_event, _hint) { share })
    assert_nil Tocsin.capture_message("none")
    share = true
    assert Tocsin.capture_message("all")
    share = "many"
    assert Tocsin.capture_message("sample_rate decides")
    assert_equal({ "sample_rate" => 1 }, discarded)
  end

  def test_what_others_capture_passes_the_hooks_too
    seen = Queue.new
    again(before_send: lambda { |event, _hint|
      seen << event
      event.merge("tags" => { "by" => "ruby" })
    })
    Tocsin::Core.scope_capture_message(Tocsin.current_scope.handle, "from C", 0, 0)
    assert_equal "from C", Timeout.timeout(60) { seen.pop }.dig("logentry", "formatted")
    Timeout.timeout(60) { Thread.pass while sent_events.empty? }
    assert_equal [{ "by" => "ruby" }], sent_tags
  end

  def test_a_flush_waits_for_the_hooks_of_what_others_captured
    inside = Queue.new
    gate = Queue.new
    again(send_client_reports: false, before_send: lambda { |_event, _hint|
      inside << Tocsin.flush(600)
      gate.pop
      nil
    })
    Tocsin::Core.scope_capture_message(Tocsin.current_scope.handle, "from C", 0, 0)
    refute Timeout.timeout(60) { inside.pop }, "a hook's own event is left"
    refute Tocsin.flush(0)
    flush = Thread.new { Tocsin.flush(60) }
    gate << :go
    assert flush.value
    assert_equal({ "before_send" => 1 }, discarded)
  end
end
