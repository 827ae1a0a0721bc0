# frozen_string_literal: true

require "net/http"
require "socket"

# Outgoing requests.
class HttpTest < TocsinTest
  # Answers every connection once with what it is told, and keeps the heads of requests.
  def with_server(status = "200 OK")
    server = TCPServer.new("127.0.0.1", 0)
    @heads = []
    thread = Thread.new { loop { answer(server.accept, status) } }
    yield URI("http://127.0.0.1:#{server.addr[1]}")
  ensure
    thread.kill.join
    server.close
  end

  def answer(socket, status)
    head = socket.gets("\r\n\r\n")
    @heads << head.scan(/^([^:\r\n]+): ([^\r\n]*)/).to_h { |name, value| [name.downcase, value] }
    socket.write("HTTP/1.1 #{status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    socket.close
  end

  def crumb
    Tocsin.capture_message("x")
    sent_events.last.dig("breadcrumbs", "values", -1)
  end

  def test_a_breadcrumb_without_secrets
    with_server { |uri| assert_equal "ok", Net::HTTP.get(URI("#{uri}/path?page=2&token=secret")) }
    found = crumb
    assert_equal %w[http http info], found.values_at("type", "category", "level")
    assert_equal ["GET", 200, "OK", "page=2&token=[Filtered]"],
                 found["data"].values_at("method", "status_code", "reason", "http.query")
    assert_match(%r{\Ahttp://127\.0\.0\.1:\d+/path\z}, found["data"]["url"])
    assert_equal 1, sent_events.last["breadcrumbs"]["values"].size
  end

  def test_the_level_is_the_answers
    with_server("404 Not Found") { |uri| Net::HTTP.post(uri, "body") }
    assert_equal ["warning", "POST"], [crumb["level"], crumb["data"]["method"]]
    with_server("503 Busy") { |uri| Net::HTTP.get(uri) }
    assert_equal "error", crumb["level"]
  end

  def test_a_request_that_fails_raises_what_it_did
    error = with_server do |uri|
      Net::HTTP.start(uri.host, uri.port) do |http|
        http.request(Net::HTTP::Get.new("/")) { |_| raise ArgumentError, "while reading" }
      end
    rescue ArgumentError => e
      e
    end
    assert_equal "while reading", error.message
    assert_equal %w[error ArgumentError], [crumb["level"], crumb["data"]["reason"]]
  end

  def test_the_trace_goes_along
    again(dsn: "http://key@elsewhere.example/1")
    request = Net::HTTP::Get.new("/")
    request["baggage"] = "other=1"
    with_server { |uri| Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) } }
    Tocsin.capture_message("x")
    trace = sent_events.last["contexts"]["trace"]["trace_id"]
    assert_match(/\A#{trace}-\h{16}/, @heads.last["sentry-trace"])
    assert_match(/\Aother=1,.*sentry-trace_id=#{trace}/, @heads.last["baggage"])
    assert_equal [nil, "other=1"], [request["sentry-trace"], request["baggage"]], "the request is as it was"
  end

  def test_a_trace_of_the_programs_own_stays
    with_server { |uri| Net::HTTP.get(uri, { "sentry-trace" => "mine" }) }
    assert_equal ["mine", nil], @heads.last.values_at("sentry-trace", "baggage")
  end

  def test_targets_of_the_trace
    again(trace_propagation_targets: ["elsewhere"])
    with_server { |uri| Net::HTTP.get(uri) }
    assert_nil @heads.last["sentry-trace"]
    assert_equal 200, crumb["data"]["status_code"]
  end

  def test_the_server_of_the_dsn_is_left_alone
    with_server do |uri|
      again(dsn: "http://key@#{uri.host}:#{uri.port}/1")
      Net::HTTP.get(uri)
    end
    assert_nil @heads.last["sentry-trace"]
    assert_nil crumb
  end

  def test_off_it_does_nothing
    again(integrations: { stdlib: false })
    with_server { |uri| Net::HTTP.get(uri) }
    assert_nil @heads.last["sentry-trace"]
    assert_nil crumb
  end

  def test_request_and_answer_are_in_the_hint
    hints = []
    again(before_breadcrumb: ->(crumb, hint) { (hints << hint) && crumb })
    with_server { |uri| Net::HTTP.get(uri) }
    assert_kind_of Net::HTTP::Get, hints.fetch(0)[:request]
    assert_kind_of Net::HTTPOK, hints.fetch(0)[:response]
  end

  def test_a_trouble_of_ours_does_not_reach_the_request
    again(before_breadcrumb: ->(_, _) { raise "in the hook" })
    with_server { |uri| assert_equal "ok", Net::HTTP.get(uri) }
    Tocsin.stub(:request_headers, ->(*) { raise "no headers" }) do
      with_server { |uri| assert_equal "ok", Net::HTTP.get(uri) }
    end
    assert_equal ["in the hook", "no headers"], @troubles.map(&:message)
  end
end
