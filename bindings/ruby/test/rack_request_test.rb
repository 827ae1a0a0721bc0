# frozen_string_literal: true

require "stringio"
require "tocsin/rack"

# What the middleware takes along of a request: address, scheme, query, headers, body.
class RackRequestTest < TocsinTest
  PLAIN = { "REQUEST_METHOD" => "POST", "PATH_INFO" => "/", "rack.url_scheme" => "http", "HTTP_HOST" => "h",
            "REMOTE_ADDR" => "10.0.0.1" }.freeze

  # An input that is in no memory, as a file is.
  class Slow
    attr_reader :reads

    def initialize(text)
      @inner = StringIO.new(text)
      @reads = 0
    end

    def read(*length)
      @reads += 1
      @inner.read(*length)
    end

    def rewind
      @inner.rewind
    end
  end

  def reported(environment, **options)
    app = ->(_env) { raise "x" }
    stack = Tocsin::Rack::CaptureExceptions.new(app, **options)
    assert_raises(RuntimeError) { stack.call(PLAIN.merge(environment)) }
    sent_events.last
  end

  def address(forwarded, trusted, peer: "10.0.0.1")
    environment = { "HTTP_X_FORWARDED_FOR" => forwarded, "REMOTE_ADDR" => peer }.compact
    reported(environment, trusted_proxies: trusted).dig("user", "ip_address")
  end

  def posted(text, type: "application/json", length: text.bytesize, input: StringIO.new(text))
    reported({ "CONTENT_TYPE" => type, "CONTENT_LENGTH" => length&.to_s, "rack.input" => input })["request"]["data"]
  end

  def test_an_address_counts_as_far_as_proxies_are_trusted
    again(send_default_pii: true)
    assert_equal "10.0.0.1", address("192.0.2.1", [])
    assert_equal "192.0.2.1", address("1.1.1.1, 192.0.2.1", ["10.0.0.0/8"])
    assert_equal "1.1.1.1", address("1.1.1.1, 10.2.0.1", ["10.0.0.0/8"])
    assert_equal "10.0.0.1", address("nonsense", ["10.0.0.0/8"])
    assert_equal "10.0.0.1", address(nil, ["10.0.0.0/8"])
    assert_equal "2001:db8::7", address("[2001:db8::7]:4711", ["::ffff:10.0.0.1", "10.0.0.1"])
    assert_nil address("192.0.2.1", ["10.0.0.0/8"], peer: "")
  end

  def test_a_trusted_proxy_says_the_scheme
    forwarded = { "HTTP_X_FORWARDED_PROTO" => "https" }
    assert_equal "http://h/", reported(forwarded)["request"]["url"]
    assert_equal "https://h/", reported(forwarded, trusted_proxies: ["10.0.0.1"])["request"]["url"]
    assert_equal "http://h/", reported({ "HTTP_X_FORWARDED_PROTO" => "gopher" },
                                       trusted_proxies: ["10.0.0.1"])["request"]["url"]
  end

  def test_an_address_that_is_none_is_refused_at_once
    assert_raises(IPAddr::Error) { Tocsin::Rack::CaptureExceptions.new(nil, trusted_proxies: ["everyone"]) }
  end

  def test_the_programs_own_user_gets_the_address
    again(send_default_pii: true)
    app = lambda do |_env|
      Tocsin.set_user(id: 3)
      raise "x"
    end
    assert_raises(RuntimeError) { Tocsin::Rack::CaptureExceptions.new(app).call(PLAIN.dup) }
    assert_equal({ "id" => 3, "ip_address" => "10.0.0.1" }, sent_events.last["user"])
  end

  def test_values_with_a_secrets_name_are_filtered
    request = reported({ "QUERY_STRING" => "a=1&api_token=abc", "HTTP_X_CSRF" => "abc", "HTTP_FORWARDED" => "for=abc",
                         "HTTP_REFERER" => "http://h/?sid=abc" })["request"]
    assert_equal "a=1&api_token=[Filtered]", request["query_string"]
    assert_equal "http://h/?sid=[Filtered]", request["headers"]["Referer"]
    refute_match(/abc/, JSON.generate(request))
  end

  def test_json_and_forms_come_along_without_secrets
    assert_equal({ "a" => [{ "password" => "[Filtered]" }] }, posted('{"a":[{"password":"x"}]}'))
    assert_equal({ "a" => 1 }, posted('{"a":1}', type: "application/vnd.api+json; charset=utf-8"))
    assert_equal({ "a" => %w[1 2], "pwd" => "[Filtered]" },
                 posted("a=1&a=2&pwd=x", type: "application/x-www-form-urlencoded"))
  end

  def test_other_bodies_stay_out
    assert_nil posted("{", type: "application/json")
    assert_nil posted('"secret"')
    assert_nil posted("{\"a\":\"\xff\"}")
    assert_nil posted("--x", type: "multipart/form-data; boundary=x")
    assert_nil posted('{"a":1}', length: nil)
    assert_nil posted('{"a":1}', input: nil)
  end

  def test_the_size_of_a_body_has_a_limit
    text = JSON.generate({ a: "x" * 998 })
    assert_equal 998, posted(text)["a"].size
    again(max_request_body_size: "small")
    assert_nil posted(text)
    again(max_request_body_size: "none")
    assert_nil posted('{"a":1}')
  end

  def test_what_is_not_in_memory_is_read_again_only_at_the_end_and_only_after_an_error
    input = Slow.new('{"a":1}')
    fine = Tocsin::Rack::CaptureExceptions.new(->(_env) { [200, {}, []] })
    fine.call(PLAIN.merge("CONTENT_TYPE" => "application/json", "CONTENT_LENGTH" => "7", "rack.input" => input))
    assert_equal 0, input.reads
    assert_equal({ "a" => 1 }, posted('{"a":1}', input: input))
    assert_equal '{"a":1}', input.read
  end

  def test_the_programs_reading_is_not_disturbed
    input = StringIO.new('{"a":1}')
    input.read(3)
    posted('{"a":1}', input: input)
    assert_equal 3, input.pos
  end
end
