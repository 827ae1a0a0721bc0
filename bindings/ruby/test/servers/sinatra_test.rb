# frozen_string_literal: true

# A Sinatra program in Puma.
class SinatraTest < ServersTest
  NEEDS = { gems: %w[puma sinatra] }.freeze

  def test_an_error_that_sinatra_answered_arrives_once_with_request_route_and_user
    _, port = puma("sinatra.ru", PII: "1")
    answer = get(port, "/carts/9?user=17&token=abc", X_Forwarded_For: "192.0.2.66, 198.51.100.7")
    assert_equal %w[500 sorry], [answer.code, answer.body]
    get(port, "/fine")
    assert_equal "404", get(port, "/nowhere").code
    event, = events(1)
    assert_equal "GET /carts/:id", event["transaction"]
    assert_equal({ "source" => "route" }, event["transaction_info"])
    assert_equal({ "id" => "17", "ip_address" => "198.51.100.7" }, event["user"])
    assert_equal ["http://127.0.0.1:#{port}/carts/9", "user=17&token=[Filtered]"],
                 event["request"].values_at("url", "query_string")
    frame = event["exception"]["values"].last["stacktrace"]["frames"].reverse.find { |one| one["in_app"] }
    assert_includes frame["context_line"], "{}.fetch(params"
  end

  def test_a_form_comes_along_and_personal_data_does_not
    _, port = puma("sinatra.ru")
    answer = Net::HTTP.post(URI("http://127.0.0.1:#{port}/carts/3"), "size=L&password=abc",
                            "Cookie" => "session=abc", "X-Forwarded-For" => "192.0.2.7")
    assert_equal "500", answer.code
    event, = events(1)
    assert_equal "POST /carts/:id", event["transaction"]
    assert_equal({ "size" => "L", "password" => "[Filtered]" }, event["request"]["data"])
    assert_nil event["user"]
    refute_match(/abc|192\.0\.2|"REMOTE_ADDR"/, JSON.generate(event["request"]))
  end

  def test_a_classic_program_that_serves_from_at_exit_reports
    port = port_of(ruby("classic.rb"), %r{Listening on http://127\.0\.0\.1:(\d+)})
    assert_equal "500", get(port, "/carts/8").code
    event, = events(1)
    assert_equal ["cart 8", "GET /carts/:id"], [value_of(event), event["transaction"]]
  end

  def test_the_callers_trace_goes_on
    _, port = puma("sinatra.ru")
    get(port, "/said", Sentry_Trace: "#{'ab' * 16}-#{'cd' * 8}-1")
    trace = events(1)[0]["contexts"]["trace"]
    assert_equal ["ab" * 16, "cd" * 8], trace.values_at("trace_id", "parent_span_id")
  end
end
