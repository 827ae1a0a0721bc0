# frozen_string_literal: true

# The player for Ruby.
require "tocsin"
require "bench_bare"

PASSES = 31
BATCH = 1000
CORE = Tocsin::Core

def clock
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :float_microsecond) * 1e3
end

# From here on there is a second thread, as wherever a client sends.
def begin_to_send
  Tocsin.init(dsn: "http://key@127.0.0.1:9/1", flush_at_exit: false)
  Tocsin.capture_message("hello")
  Tocsin.close(0)
end

# Each pass has a client of its own; the block times its own loop, so that nothing is called around it.
def play(name, passes, rounds)
  least = Array.new(passes) do
    Tocsin.init(transport: "pull", flush_at_exit: false)
    scope = Tocsin.current_scope
    GC.start
    start = clock
    yield rounds, scope
    spent = clock - start
    Tocsin.close(0)
    spent / rounds
  end.min
  puts format("%<name>s %<least>.2f", name: name, least: least)
end

# One function of the generated layer, in passes so short that the machine's other work misses some,
# and in a loop that calls nothing else. `call` is Ruby.
def play_core(name, rounds, call)
  eval(<<~RUBY, binding, __FILE__, __LINE__ + 1)
    # frozen_string_literal: true

    play(name, PASSES, rounds) do |rounds, scope|
      handle = scope.handle
      other = scope.fork
      from = other.handle
      index = 0
      while index < rounds
        #{call}
        index += 1
      end
    end
  RUBY
end

# The language's own interface, in passes so long that the collector has its turns.
def play_api(name, rounds)
  play(name, 7, rounds) do |count, scope|
    index = 0
    while index < count
      yield scope
      index += 1
    end
  end
end

begin_to_send
play_core("boundary", 10 * BATCH, "CORE.abi_version")
play_core("boundary_set_tag", 10 * BATCH, 'BenchBare.set_tag(1, "region", "eu")')
play_core("boundary_capture", 4 * BATCH, 'BenchBare.capture(1, "hello", 3, 0)')
play_core("core_set_tag", 10 * BATCH, 'CORE.scope_set_tag(handle, "region", "eu")')
play_core("core_fork", 10 * BATCH, "CORE.handle_close(CORE.scope_fork(handle))")
play_core("core_capture", 4 * BATCH, 'CORE.scope_capture_message(handle, "hello", CORE::LEVEL_INFO, 0)')
play_core("core_look_up", 10 * BATCH, "CORE.handle_kind(handle)")
play_core("core_merge", 10 * BATCH, "CORE.scope_merge(handle, from)")
play_core("core_set_context", 10 * BATCH, %q(CORE.scope_set_context(handle, "order", '{"id":"A-1042","items":7}')))
play_api("set_tag", 50 * BATCH) { |scope| scope.set_tag("region", "eu") }
play_api("fork", 50 * BATCH, &:fork)
play_api("with_scope", 50 * BATCH) { Tocsin.with_scope {} }
play_api("capture", 4 * BATCH) { Tocsin.capture_message("hello") }
play_api("first_write", 50 * BATCH) { |scope| scope.fork.set_tag("region", "eu") }
play_api("add_breadcrumb", 10 * BATCH) { |scope| scope.add_breadcrumb(message: "GET /orders", category: "http") }
play("merge", 7, 50 * BATCH) do |rounds, scope|
  other = scope.fork
  rounds.times { scope.merge(other) }
end
play_api("set_tags", 10 * BATCH) { |scope| scope.set_tags(region: "eu", plan: "pro", shard: "7") }
play_api("set_user", 10 * BATCH) { |scope| scope.set_user(id: "7", username: "ada") }
play_api("set_context", 10 * BATCH) { |scope| scope.set_context("order", { id: "A-1042", items: 7 }) }
play_api("to_bytes", 4 * BATCH) do
  Tocsin.capture_message("hello")
  Tocsin.client.next_envelope(0) { 200 }
end
