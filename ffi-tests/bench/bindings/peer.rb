# frozen_string_literal: true

# Times sentry-ruby with the transport of its own tests, which keeps what it gets in a list.
require "sentry-ruby"

PASSES = 7
BATCH = 1000

def clock
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :float_microsecond) * 1e3
end

def play(name, rounds)
  least = Array.new(PASSES) do
    Sentry.init do |config|
      config.dsn = "http://key@127.0.0.1:9/1"
      config.transport.transport_class = Sentry::DummyTransport
      config.logger = Logger.new(nil)
    end
    GC.start
    start = clock
    index = 0
    while index < rounds
      yield
      index += 1
    end
    (clock - start) / rounds
  end.min
  puts format("%<name>s %<least>.2f", name: name, least: least)
end

puts "version #{Sentry::VERSION}"
play("set_tag", 50 * BATCH) { Sentry.get_current_scope.set_tag("region", "eu") }
play("fork", 10 * BATCH) { Sentry.get_current_hub.clone }
play("with_scope", 10 * BATCH) { Sentry.with_scope { nil } }
play("capture", BATCH) { Sentry.capture_message("hello") }
