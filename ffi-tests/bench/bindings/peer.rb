# frozen_string_literal: true

# Times sentry-ruby with the transport of its own tests, which keeps what it gets in a list. Events get there on the
# thread that captures: the library's worker has a queue of 30, and what that refuses takes next to no time.
require "sentry-ruby"

PASSES = 7
BATCH = 1000

def clock
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :float_microsecond) * 1e3
end

# Ends the program unless so many events have reached the transport.
def demand(wanted)
  arrived = Sentry.get_current_client.transport.events.size
  abort "#{wanted} captures, of which #{arrived} reached the transport" unless arrived == wanted
end

# `events`: so many are captured by one call of the block.
def play(name, rounds, events: 0)
  least = Array.new(PASSES) do
    Sentry.init do |config|
      config.dsn = "http://key@127.0.0.1:9/1"
      config.transport.transport_class = Sentry::DummyTransport
      config.background_worker_threads = 0
      config.logger = Logger.new(nil)
    end
    GC.start
    start = clock
    index = 0
    while index < rounds
      yield
      index += 1
    end
    spent = clock - start
    demand(events * rounds)
    spent / rounds
  end.min
  puts format("%<name>s %<least>.2f", name: name, least: least)
end

OTHER = Sentry::Scope.new

puts "version #{Sentry::VERSION}"
play("set_tag", 50 * BATCH) { Sentry.get_current_scope.set_tag("region", "eu") }
play("fork", 10 * BATCH) { Sentry.get_current_hub.clone }
play("with_scope", 10 * BATCH) { Sentry.with_scope { nil } }
play("capture", BATCH, events: 1) { Sentry.capture_message("hello") }
play("first_write", 10 * BATCH) { Sentry.get_current_scope.dup.set_tag("region", "eu") }
play("add_breadcrumb", 10 * BATCH) do
  Sentry.add_breadcrumb(Sentry::Breadcrumb.new(message: "GET /orders", category: "http"))
end
play("merge", 50 * BATCH) { Sentry.get_current_scope.update_from_scope(OTHER) }
play("set_tags", 50 * BATCH) { Sentry.get_current_scope.set_tags(region: "eu", plan: "pro", shard: "7") }
play("set_user", 50 * BATCH) { Sentry.get_current_scope.set_user(id: "7", username: "ada") }
play("set_context", 50 * BATCH) { Sentry.get_current_scope.set_context("order", { id: "A-1042", items: 7 }) }
