# frozen_string_literal: true

# The player for Ruby.
require "tocsin"

PASSES = 7
BATCH = 1000
CORE = Tocsin::Core

def clock
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond) * 1e6
end

# Each pass has a client of its own; the block times its own loop, so that nothing is called around it.
def play(name, rounds)
  least = Array.new(PASSES) do
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

def times(rounds)
  index = 0
  while index < rounds
    yield
    index += 1
  end
end

play("boundary", 100 * BATCH) { |rounds, _| times(rounds) { CORE.abi_version } }
play("core_set_tag", 100 * BATCH) do |rounds, scope|
  handle = scope.handle
  times(rounds) { CORE.scope_set_tag(handle, "region", "eu") }
end
play("core_fork", 100 * BATCH) do |rounds, scope|
  handle = scope.handle
  times(rounds) { CORE.handle_close(CORE.scope_fork(handle)) }
end
play("core_capture", BATCH) do |rounds, scope|
  handle = scope.handle
  times(rounds) { CORE.scope_capture_message(handle, "hello", CORE::LEVEL_INFO, 0) }
end
play("set_tag", 50 * BATCH) { |rounds, scope| times(rounds) { scope.set_tag("region", "eu") } }
play("fork", 50 * BATCH) { |rounds, scope| times(rounds) { scope.fork } }
play("with_scope", 50 * BATCH) { |rounds, _| times(rounds) { Tocsin.with_scope {} } }
play("capture", BATCH) { |rounds, _| times(rounds) { Tocsin.capture_message("hello") } }
