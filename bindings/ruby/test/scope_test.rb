# frozen_string_literal: true

class ScopeTest < TocsinTest
  def test_top_level_setters_write_to_the_isolation_scope
    Tocsin.with_isolation_scope do |scope|
      Tocsin.set_tag("a", 1)
      Tocsin.set_user(id: 7)
      Tocsin.set_transaction_name("work")
      assert_equal({ "a" => "1" }, Tocsin.isolation_scope.to_h["tags"])
      assert_equal({ "id" => 7 }, Tocsin.isolation_scope.user)
      assert_nil scope.to_h["tags"]
      Tocsin.capture_message("x")
    end
    event = sent_events.last
    assert_equal "work", event["transaction"]
    assert_equal({ "a" => "1" }, event["tags"])
    assert_nil Tocsin.isolation_scope.to_h["tags"]
  end

  def test_blocks_answer_their_value_and_let_errors_through
    assert_equal 3, Tocsin.with_scope { 3 }
    error = assert_raises(ArgumentError) { Tocsin.with_isolation_scope { raise ArgumentError, "same" } }
    assert_equal "same", error.message
    assert_same Tocsin.client.root_scope, Tocsin.current_scope
  end

  def test_numbers_booleans_and_symbols_are_tags
    assert Tocsin.current_scope.set_tags(n: 12, yes: true, sym: :red, none: nil)
    Tocsin.capture_message("x")
    assert_equal({ "n" => "12", "yes" => "true", "sym" => "red" }, sent_tags.last)
  end

  def test_a_refused_value_is_told_and_raises_nothing
    refute Tocsin.set_tag("bad/key", "x")
    refute Tocsin.set_tag("list", [1])
    refute Tocsin.current_scope.set_level(:loud)
    assert_equal [-20, -24, -21], @troubles.map(&:code)
  end

  def test_values_that_json_cannot_hold_are_sent_all_the_same
    loop_of = {}
    loop_of[:self] = loop_of
    Tocsin.set_extra("bytes", "\xff\xfe")
    Tocsin.set_extra("nan", [Float::NAN])
    Tocsin.set_extra("loop", loop_of)
    Tocsin.set_extra("object", Class.new { def to_s = raise("no") }.new)
    Tocsin.capture_message("still sent")
    assert_equal %w[bytes loop nan object], sent_events.last["extra"].keys.sort
  end

  def test_level_user_and_transaction_are_readable
    scope = Tocsin.current_scope.fork
    scope.level = :warning
    scope.user = { id: "u" }
    scope.transaction_name = "t"
    assert_equal ["warning", { "id" => "u" }, "t"], [scope.level, scope.user, scope.transaction_name]
  end

  def test_data_set_before_init_counts_after_it
    events, = program('Tocsin.set_tag("early", 1); Tocsin.init(**INIT); Tocsin.capture_message("x")')
    assert_equal({ "early" => "1" }, events.last["tags"])
  end

  def test_a_scope_handed_over_as_a_number
    lent = Tocsin.current_scope.fork_isolation
    Tocsin.with_handle(lent.handle) do
      Tocsin.set_tag("from", "elsewhere")
      Tocsin.capture_message("borrowed")
    end
    assert_equal({ "from" => "elsewhere" }, sent_tags.last)
    assert_equal "tocsin.ruby", sent_events.last["sdk"]["name"]
    assert_equal(-1, assert_raises(Tocsin::Error) { Tocsin.with_handle(12_345) { nil } }.code)
  end

  def test_inline_fields_and_an_overlay
    overlay = Tocsin.client.new_scope
    overlay.set_tag("over", 1)
    Tocsin.capture_message("x", overlay: overlay, tags: { inline: 2 }, user: { id: 3 }, extra: { e: 4 },
                                contexts: { c: { d: 5 } }, fingerprint: %w[f])
    event = sent_events.last
    assert_equal({ "over" => "1", "inline" => "2" }, event["tags"])
    assert_equal [{ "id" => 3 }, { "e" => 4 }, ["f"]], event.values_at("user", "extra", "fingerprint")
    assert_equal({ "d" => 5 }, event["contexts"]["c"])
  end

  def test_an_attachment_keeps_its_bytes
    bytes = "\x00\xff\n{}".b
    Tocsin.with_scope do |scope|
      scope.add_attachment(bytes: bytes, filename: "a.bin")
      scope.capture_message("x")
    end
    assert_equal bytes, sent_items.find { |header, _| header["type"] == "attachment" }.last
  end

  def test_breadcrumbs_take_keywords
    Tocsin.add_breadcrumb(message: "one", category: "c")
    Tocsin.capture_message("x")
    assert_equal "one", sent_events.last["breadcrumbs"]["values"].last["message"]
  end

  def test_last_event_id
    id = Tocsin.capture_message("x")
    assert_match(/\A\h{32}\z/, id)
    assert_equal id, Tocsin.last_event_id
  end
end
