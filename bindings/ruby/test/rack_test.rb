# frozen_string_literal: true

begin
  require "rack"
  require "rack/mock"
rescue LoadError
  warn "skipped: the middleware inside a real Rack stack: no rack"
end
require "tocsin/rack"

class RackTest < TocsinTest
  ENVIRONMENT = {
    "REQUEST_METHOD" => "GET", "PATH_INFO" => "/cart", "SCRIPT_NAME" => "/shop", "QUERY_STRING" => "a=1",
    "rack.url_scheme" => "https", "HTTP_HOST" => "shop.example", "REMOTE_ADDR" => "192.0.2.7",
    "HTTP_COOKIE" => "secret", "HTTP_AUTHORIZATION" => "secret", "HTTP_X_FORWARDED_FOR" => "192.0.2.8",
    "HTTP_USER_AGENT" => "test", "HTTP_VERSION" => "HTTP/1.1", "SERVER_NAME" => "one", "SERVER_PORT" => "443"
  }.freeze

  def request(environment = {}, &app)
    Tocsin::Rack::CaptureExceptions.new(app).call(ENVIRONMENT.merge(environment))
  end

  def test_an_exception_is_reported_once_and_goes_on
    error = assert_raises(RuntimeError) do
      request do
        Tocsin.set_user(id: 5)
        raise "in the app"
      end
    end
    assert_nil Tocsin.capture_exception(error)
    event = sent_events.fetch(0)
    assert_equal({ "id" => 5 }, event["user"])
    assert_equal "GET /shop/cart", event["transaction"]
    assert_equal ["https://shop.example/shop/cart", "GET"], event["request"].values_at("url", "method")
    assert_equal false, event["exception"]["values"].last["mechanism"]["handled"]
    assert_equal 1, sent_events.size
  end

  def test_an_exception_that_the_framework_answered_is_reported
    response = [500, {}, ["sorry"]]
    got = request do |env|
      env["sinatra.error"] = RuntimeError.new("answered")
      env["sinatra.route"] = "GET /cart/:id"
      response
    end
    assert_same response, got
    assert_equal "GET /cart/:id", sent_events.fetch(0)["transaction"]
  end

  def test_personal_data_stays_out
    request { Tocsin.capture_message("x") }
    refute_match(/secret|192\.0\.2/, JSON.generate(sent_events.last))
    assert_equal "test", sent_events.last["request"]["headers"]["User-Agent"]
    refute_includes sent_events.last["request"]["headers"], "Version"
  end

  def test_personal_data_goes_along_when_asked_for
    again(send_default_pii: true)
    request { Tocsin.capture_message("x") }
    assert_equal "192.0.2.7", sent_events.last["user"]["ip_address"]
    assert_includes sent_events.last["request"]["headers"].keys, "X-Forwarded-For"
  end

  def test_each_request_has_a_trace_and_a_scope_of_its_own
    2.times { |i| request { Tocsin.set_tag("t#{i}", 1) && Tocsin.capture_message("x") } }
    assert_equal [{ "t0" => "1" }, { "t1" => "1" }], sent_tags
    assert_equal 2, sent_events.map { |event| event["contexts"]["trace"]["trace_id"] }.uniq.size
  end

  def test_a_name_that_the_program_gave_stays
    request do |env|
      env["sinatra.route"] = "GET /cart/:id"
      env["sinatra.error"] = RuntimeError.new("x")
      Tocsin.set_transaction_name("checkout")
    end
    assert_equal "checkout", sent_events.fetch(0)["transaction"]
  end

  def test_what_a_framework_answers_as_the_clients_fault_is_not_reported
    missing = Class.new(StandardError) { def http_status = 404 }
    request { |env| env["sinatra.error"] = missing.new }
    assert_empty sent_events
  end

  def test_two_of_them_are_as_one
    seen = []
    inner = Tocsin::Rack::CaptureExceptions.new(->(_env) { seen << Tocsin.current_scope && raise("x") })
    assert_raises(RuntimeError) { request { |env| seen << Tocsin.current_scope && inner.call(env) } }
    assert_same(*seen)
    assert_equal 1, sent_events.size
  end

  def test_the_hint_has_the_environment
    hints = []
    again(before_send: ->(event, hint) { hints << hint && event })
    assert_raises(RuntimeError) { request { raise "x" } }
    assert_equal "/cart", hints[0][:request]["PATH_INFO"]
  end

  def test_a_broken_environment_hurts_no_request
    middleware = Tocsin::Rack::CaptureExceptions.new(->(_env) { :fine })
    assert_equal :fine, middleware.call({ nil => 1 })
    assert_equal :fine, middleware.call(ENVIRONMENT)
  end

  def test_inside_a_real_stack
    skip "no rack" unless defined?(::Rack::MockRequest)
    app = ::Rack::Builder.new do
      use Tocsin::Rack::CaptureExceptions
      use ::Rack::Lint
      run ->(_env) { raise ArgumentError, "deep" }
    end
    assert_raises(ArgumentError) { ::Rack::MockRequest.new(app).get("/x?y=1") }
    assert_equal "y=1", sent_events.fetch(0)["request"]["query_string"]
  end
end
