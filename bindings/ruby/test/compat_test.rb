# frozen_string_literal: true

require "tocsin/compat"

# What manuals of older interfaces show, played in Ruby.
class CompatTest < TocsinTest
  def events
    sent_events
  end

  # "Configuring the scope": what is set there is in all later events.
  def test_configure_scope
    Tocsin.with_isolation_scope do
      Tocsin.configure_scope do |scope|
        scope.set_tag("my-tag", "my value")
        scope.user = { "id" => 42, "email" => "john.doe@example.com" }
      end
      Tocsin.capture_message("first")
      Tocsin.capture_exception(RuntimeError.new("second"))
    end
    assert_equal([{ "my-tag" => "my value" }] * 2, sent_tags)
    assert_equal([42, 42], events.map { |event| event["user"]["id"] })
  end

  def test_configure_scope_without_a_block
    Tocsin.with_isolation_scope do
      Tocsin.configure_scope.set_tag("page_locale", "de-at")
      Tocsin.capture_message("x")
    end
    assert_equal [{ "page_locale" => "de-at" }], sent_tags
  end

  # "Local scopes": tag and level end with the block.
  def test_push_scope_with_a_block
    Tocsin.push_scope do |scope|
      scope.set_tag("my-tag", "my value")
      scope.level = "warning"
      Tocsin.capture_exception(RuntimeError.new("my error"))
    end
    Tocsin.capture_exception(RuntimeError.new("my other error"))
    assert_equal [{ "my-tag" => "my value" }, {}], sent_tags
    assert_equal(%w[warning error], events.map { |event| event["level"] })
  end

  def test_push_scope_and_pop_scope
    2.times { |i| Tocsin.push_scope.set_tag("t#{i}", i) }
    3.times { Tocsin.capture_message("x") && Tocsin.pop_scope }
    assert_equal [{ "t0" => "0", "t1" => "1" }, { "t0" => "0" }, {}], sent_tags
    refute Tocsin.pop_scope
  end

  # "Scope arguments of captures".
  def test_fields_of_one_capture
    Tocsin.capture_exception(RuntimeError.new("x"), tags: { "my-tag" => "my value" }, level: "warning",
                                                    user: { id: 42 }, extra: { a: 1 }, fingerprint: ["f"],
                                                    contexts: { character: { name: "Mighty Fighter" } })
    event = events.fetch(0)
    assert_equal ["warning", ["f"], { "a" => 1 }], event.values_at("level", "fingerprint", "extra")
    assert_equal "Mighty Fighter", event["contexts"]["character"]["name"]
  end

  # "Clearing the scope" before one capture.
  def test_clear
    Tocsin.push_scope do |scope|
      scope.set_tag("gone", 1)
      scope.clear
      Tocsin.capture_message("x")
    end
    assert_equal [{}], sent_tags
  end

  # "Manual breadcrumbs", "Contexts", "Grouping".
  def test_top_level_functions
    Tocsin.new_scope do |scope|
      scope.fingerprint = ["my-view-function"]
      scope.set_transaction_name("UserListView")
      Tocsin.isolate do
        Tocsin.set_context("character", { "name" => "Mighty Fighter", "age" => 19 })
        Tocsin.add_breadcrumb(category: "auth", message: "Authenticated user x", level: "info")
        Tocsin.capture_message("x")
      end
    end
    event = events.fetch(0)
    assert_equal [["my-view-function"], "UserListView"], event.values_at("fingerprint", "transaction")
    assert_equal [19, "auth"], [event["contexts"]["character"]["age"], event["breadcrumbs"]["values"][0]["category"]]
  end

  # "Event processors on a scope".
  def test_an_event_processor
    Tocsin.push_scope do |scope|
      scope.add_event_processor { |event, _hint| event.merge("extra" => { "foo" => 42 }) }
      Tocsin.capture_message("x")
    end
    assert_equal({ "foo" => 42 }, events.fetch(0)["extra"])
  end

  # "Threads": a hub that is handed over, and one that is cloned.
  def test_names_of_sentry_ruby
    Tocsin.add_global_event_processor { |event, _hint| event.merge("logger" => "global") }
    error = IOError.new("e")
    refute Tocsin.exception_captured?(error)
    Tocsin.get_current_hub.capture_exception(error) { |scope| scope.set_tag("a", 1) }
    assert Tocsin.exception_captured?(error)
    assert_equal ["global", "1"], [sent_events.last["logger"], sent_events.last["tags"]["a"]]
  end

  def test_a_rack_environment_is_the_request
    env = { "REQUEST_METHOD" => "GET", "PATH_INFO" => "/cart", "HTTP_HOST" => "shop.example", "HTTP_COOKIE" => "c" }
    assert Tocsin.current_scope.set_rack_env(env)
    Tocsin.capture_message("m")
    request = sent_events.last["request"]
    assert_equal ["GET", "http://shop.example/cart"], request.values_at("method", "url")
    refute_includes request.to_s, "Cookie"
    assert Tocsin.current_scope.set_rack_env(nil)
    refute Tocsin.current_scope.set_rack_env("no environment")
  end

  def test_a_hub_in_another_thread
    Tocsin.with_isolation_scope do
      Tocsin.set_tag("request", 1)
      hub = Tocsin.get_current_hub
      Thread.new { hub.run { Tocsin.capture_message("same") } }.join
      Thread.new do
        hub.clone.run do |copy|
          copy.configure_scope { |scope| scope.set_tag("own", 2) }
          Tocsin.capture_message("copy")
        end
      end.join
      hub.capture_message("here")
      assert_equal hub.last_event_id, Tocsin.last_event_id
    end
    assert_equal [{ "request" => "1" }, { "request" => "1", "own" => "2" }, { "request" => "1" }], sent_tags
  end

  def test_clone_hub_to_current_thread
    Tocsin.isolation_scope.set_tag("main", 1)
    thread = Thread.new do
      Tocsin.clone_hub_to_current_thread
      Tocsin.set_tag("thread", 2)
      Tocsin.capture_message("in the thread")
    end
    thread.join
    Tocsin.capture_message("in main")
    assert_equal [{ "main" => "1", "thread" => "2" }, { "main" => "1" }], sent_tags
  end

  def test_a_hub_names_what_there_is
    hub = Tocsin.get_main_hub
    assert_same Tocsin.client, hub.current_client
    assert_same Tocsin.client.configuration, Tocsin.configuration
    assert_equal :value, hub.with_scope { :value }
    assert hub.add_breadcrumb(message: "m")
    assert_match(/\A\h{32}\z/, hub.capture_exception(RuntimeError.new("x")).event_id)
  end
end
