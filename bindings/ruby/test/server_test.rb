# frozen_string_literal: true

require "net/http"

# What a server with a strict eye says to what Ruby sends.
class ServerTest < TocsinTest
  SERVER = File.join(BUILD, "ffi-tests/server/tsn_server")

  def with_server
    skip "no test server in this build" unless File.executable?(SERVER)
    IO.popen([SERVER, "--idle-exit", "600", "--with-parent"]) do |output|
      port = Integer(output.gets[/port (\d+)/, 1])
      yield port
      Net::HTTP.post(URI("http://127.0.0.1:#{port}/_quit"), "")
    end
  end

  def recurse(depth)
    depth.zero? ? raise(KeyError, "deep \xff") : recurse(depth - 1)
  end

  def test_the_server_finds_no_fault
    with_server do |port|
      again(transport: "http", dsn: "http://key@127.0.0.1:#{port}/42", shutdown_timeout: 2000)
      Tocsin.add_breadcrumb(message: "m", data: { n: 1 }, level: "warning")
      Tocsin.current_scope.add_attachment(bytes: "abc", filename: "f.txt")
      assert_raises(KeyError) { Tocsin.with_exception_captured { recurse(300) } }
      Tocsin.capture_message("hello", user: { id: 1 })
      assert Tocsin.flush(60)
      requests = JSON.parse(Net::HTTP.get(URI("http://127.0.0.1:#{port}/_requests")))
      assert_equal([["ok", []]] * 2, requests.map { |one| one.values_at("verdict", "notes") })
      assert_equal "tocsin.ruby/1.0.0", requests[0]["headers"]["user-agent"]
    end
  end
end
