# frozen_string_literal: true

# The forms that calls can take, and what they answer.
class FormsTest < TocsinTest
  def test_captures_take_keywords
    assert Tocsin.capture_message(message: "m", level: :warning)
    assert Tocsin.capture_event(message: "e", level: "info", tags: { a: 1 }, extra: { b: 2 })
    assert Tocsin.capture_exception(type: "Odd", value: "v", tags: { c: 3 })
    assert_equal %w[m e], sent_messages
    assert_equal [{ "a" => "1" }, { "b" => 2 }], sent_events[1].values_at("tags", "extra")
    assert_equal ["Odd", "v", true], [*sent_exceptions[0].values_at("type", "value"),
                                      sent_exceptions[0]["mechanism"]["handled"]]
    assert_equal({ "c" => "3" }, sent_tags.last)
  end

  def test_captures_take_a_block_that_is_shown_a_scope_of_their_own
    Tocsin.current_scope.set_tag("a", "its own")
    Tocsin.capture_message("m", level: :warning) { |scope| scope.set_tag("a", 1) }
    Tocsin.capture_exception(IOError.new("e")) { |scope| scope.set_user(id: 7) }
    Tocsin.capture_event(message: "v") { |scope| scope.set_fingerprint(["f"]) }
    Tocsin.capture_message("without")
    message, exception, event, without = sent_events
    assert_equal ["1", "warning"], [message["tags"]["a"], message["level"]]
    assert_equal({ "id" => 7 }, exception["user"])
    assert_equal ["f"], event["fingerprint"]
    assert_equal "its own", without["tags"]["a"]
    assert_raises(KeyError) { Tocsin.capture_message("m") { {}.fetch(:a) } }
  end

  def test_a_block_of_a_capture_on_a_closed_scope
    scope = Tocsin.current_scope.fork
    Tocsin::Core.handle_close(scope.handle)
    assert(scope.capture_message("m") { |one| one.set_tag("a", 1) })
    assert_equal({ "a" => "1", "tocsin.stale_scope" => "true" }, sent_tags.last)
  end

  def test_keywords_do_not_hide_the_exception_being_handled
    raise "handled"
  rescue StandardError
    Tocsin.capture_exception(tags: { a: 1 })
    Tocsin.current_scope.capture_exception(level: :warning)
    Tocsin.capture_exception(type: "Other", value: "v")
    assert_equal(%w[handled v], sent_exceptions.map { |one| one["value"] })
  end

  def test_what_a_capture_answers
    id = Tocsin.capture_message("x")
    assert_match(/\A\h{32}\z/, id)
    assert_equal [id, id], [id.event_id, Tocsin.last_event_id]
    assert_kind_of String, id
    assert_equal id, sent_events.last["event_id"]
  end

  def test_init_with_a_bare_dsn
    events, output, = program(<<~RUBY)
      client = Tocsin.init("http://key@127.0.0.1:9/1", shutdown_timeout: 0)
      warn client.options["dsn"], Tocsin.client.equal?(client), Tocsin.initialized?
    RUBY
    assert_empty events
    assert_match(%r{\Ahttp://\w+\.\.\.@127\.0\.0\.1:9/1\ntrue\ntrue\n\z}, output)
  end

  def test_every_remove
    fill = lambda do |at|
      at.set_tag("t", 1)
      at.set_extra("e", 1)
      at.set_context("c", { a: 1 })
      at.add_breadcrumb(message: "m")
    end
    empty = ->(at) { [at.remove_tag("t"), at.remove_extra("e"), at.remove_context("c"), at.clear_breadcrumbs] }
    [Tocsin, Tocsin.isolation_scope].each do |at|
      fill.call(at)
      assert_equal([true] * 4, empty.call(at))
      assert_empty Tocsin.isolation_scope.to_h.slice("tags", "extra", "contexts", "breadcrumbs").values.reject(&:empty?)
    end
  end

  def test_nil_takes_fields_away_and_clear_all
    scope = Tocsin.current_scope.fork
    scope.update(tags: { a: 1 }, user: { id: 1 }, level: "warning", fingerprint: ["f"], transaction: "t")
    [:user=, :level=, :fingerprint=, :transaction_name=].each { |setter| scope.public_send(setter, nil) }
    assert_equal [nil] * 4, [scope.user, scope.level, scope.fingerprint, scope.transaction_name]
    assert scope.clear
    assert_empty scope.to_h["tags"].to_h
  end

  def test_merge_has_two_names
    from = Tocsin.client.new_scope
    from.set_tag("a", 1)
    %i[merge update_from_scope].each do |name|
      into = Tocsin.current_scope.fork
      assert into.public_send(name, from)
      assert_equal({ "a" => "1" }, into.to_h["tags"])
    end
  end

  def test_nothing_shows_itself_with_the_secrets_it_holds
    objects = [Tocsin.client, Tocsin.client.configuration, Tocsin.current_scope, Tocsin.isolation_scope]
    objects.each { |one| assert_operator one.inspect.size, :<, 80 }
    dsn = "http://open.sesame@127.0.0.1:9/1"
    error = assert_raises(NoMethodError) { Tocsin.init(dsn) { |config| config.no_option = 1 } }
    refute_includes error.message, "sesame"
  end

  def test_a_copy_of_a_scope_is_a_fork
    fork = Tocsin.current_scope.fork
    fork.isolation_scope.add_event_processor { |event, _| event.merge("logger" => "seen") }
    Tocsin.capture_message("x")
    assert_equal "seen", sent_events.last["logger"]
    %i[fork clone dup].each do |name|
      copy = Tocsin.current_scope.public_send(name)
      copy.set_tag(name, 1)
      assert_nil Tocsin.current_scope.to_h["tags"]
      assert_same Tocsin.isolation_scope, copy.isolation_scope
    end
  end

  def test_old_names_of_scopes
    assert_same Tocsin.current_scope, Tocsin.get_current_scope
    assert_same Tocsin.global_scope, Tocsin.get_global_scope
    assert_same Tocsin.isolation_scope, Tocsin.get_isolation_scope
  end

  def test_messages_have_frames_when_asked_for
    again(attach_stacktrace: true, project_root: __dir__)
    Tocsin.capture_message("x")
    thread = sent_events.last["threads"]["values"].fetch(0)
    frame = thread["stacktrace"]["frames"].last
    assert_equal [true, true], [frame["function"].end_with?(__method__.to_s), frame["in_app"]]
    again
    Tocsin.capture_message("x")
    assert_nil sent_events.last["threads"]
  end

  def test_the_store_can_be_chosen
    _, output, = program("Tocsin.init(**INIT, debug: true, scope_store: :fiber_local)")
    assert_match(/scopes are kept in Tocsin::Store::FiberLocal/, output)
    refute_match(/kept/, program("Tocsin.init(**INIT)")[1])
    assert_match(/scope_store/, assert_raises(Tocsin::Error) { Tocsin.init(scope_store: :heap) }.message)
    skip "this Ruby has fiber storage" if Fiber.respond_to?(:[])
    assert_match(/Ruby 3.2/, assert_raises(Tocsin::Error) { Tocsin.init(scope_store: :fiber_storage) }.message)
  end

  def test_an_init_inside_a_block_leaves_the_block_alone
    value = Tocsin.with_isolation_scope do
      again
      Tocsin.set_tag("a", 1)
      :value
    end
    assert_equal :value, value
    Tocsin.capture_message("x")
    assert_equal [{ "a" => "1" }], sent_tags
  end
end
