# frozen_string_literal: true

# A Rails program in Puma.
class RailsTest < ServersTest
  NEEDS = { gems: %w[puma railties actionpack] }.freeze

  def test_an_error_arrives_once_with_request_route_and_user
    _, port = puma("rails.ru", RAILS_ENV: "production")
    assert_equal "500", get(port, "/carts/5", X_Forwarded_For: "198.51.100.7").code
    assert_equal "404", get(port, "/carts/missing").code
    assert_equal "404", get(port, "/nowhere").code
    event, = events(1)
    assert_equal ["cart 5", "CartsController#show"], [value_of(event), event["transaction"]]
    assert_equal({ "id" => 7, "ip_address" => "198.51.100.7" }, event["user"])
    assert_equal ["GET", "http://127.0.0.1:#{port}/carts/5"], event["request"].values_at("method", "url")
    assert_equal false, event["exception"]["values"].last["mechanism"]["handled"]
  end

  def test_the_page_for_developers_hides_no_error
    _, port = puma("rails.ru", RAILS_ENV: "development", DEVELOPER: "1")
    assert_includes get(port, "/carts/6").body, "KeyError"
    assert_equal ["cart 6"], events(1).map { |event| value_of(event) }
  end

  def test_what_is_captured_in_an_action_has_its_name
    _, port = puma("rails.ru", RAILS_ENV: "production")
    get(port, "/carts/5?say=1")
    assert_equal ["CartsController#show"] * 2, (events(2).map { |event| event["transaction"] })
  end

  def test_what_rails_error_is_told_arrives
    need_rails_error
    _, port = puma("rails.ru", RAILS_ENV: "production")
    assert_equal "200", get(port, "/carts/handled").code
    event, = events(1)
    assert_equal ["handled", "warning", { "step" => 2 }],
                 [value_of(event), event["level"], event["contexts"]["rails.error"].slice("step")]
    assert_equal true, event["exception"]["values"].last["mechanism"]["handled"]
  end

  def test_a_console_is_told_and_reports_nothing
    need_rails_error
    words = 'require "rails/command"; require "rails/commands/console/console_command"; Rails.error.handle { raise "x" }
             Tocsin.capture_message("asked for")'
    program = ruby("-r", "rack", "-e", 'Rack::Builder.parse_file("rails.ru");' + words, RAILS_ENV: "production")
    assert ended(program).success?, output_of(program)
    assert_equal ["asked for"], (events(1).map { |event| event["logentry"]["formatted"] })
  end

  def need_rails_error
    leave_out("Rails #{rails} has no Rails.error") if Gem::Version.new(rails) < Gem::Version.new("7.0")
  end

  def rails
    Gem::Specification.find_by_name("railties").version.to_s
  end
end
