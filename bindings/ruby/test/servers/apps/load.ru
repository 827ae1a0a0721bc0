# frozen_string_literal: true

# Says in each request who it is, and asks again after others had their turn.
require "tocsin/rack"

Tocsin.init do |config|
  config.before_send = ->(event, _hint) { event.merge("logger" => Process.pid.to_s) }
  config.shutdown_timeout = 60_000 # how long a worker may take is Puma's to say
end
Tocsin.set_tag("master", Process.pid)

# Reads its tag inside Enumerators, which Ruby runs in fibers of their own, and in a fiber with one.
class Load
  def call(env)
    number = env["PATH_INFO"].delete("/")
    Tocsin.set_tag("request", number)
    Tocsin.with_scope do |scope|
      sleep 0.002
      scope.set_tag("step", number)
      wrong = (enumerated + in_fiber).reject { |read| read == number }
      raise ArgumentError, number if number.end_with?("7")

      Tocsin.capture_message(number)
      [200, { "content-type" => "text/plain" }, [wrong.uniq.inspect]]
    end
  end

  def enumerated
    reads = Enumerator.new { |out| 5.times { out << read } }
    Array.new(5) { Thread.pass || reads.next } + (1..5).lazy.map { read }.first(2)
  end

  # Ruby 3.1 has no scope to show there, which is better than a wrong one.
  def in_fiber
    number = read
    fiber = Fiber.new do
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("request", number)
        reads = Enumerator.new { |out| 2.times { out << read } }
        Fiber.yield
        [reads.next, reads.next].compact
      end
    end
    fiber.resume
    Thread.pass
    fiber.resume
  end

  def read
    Tocsin.isolation_scope.to_h["tags"]["request"]
  end
end

use Tocsin::Rack::CaptureExceptions
run Load.new
