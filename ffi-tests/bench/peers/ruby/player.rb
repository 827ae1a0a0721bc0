# frozen_string_literal: true

# The player of sentry-ruby; ../README.md says what it prints.
def peak
  File.read("/proc/self/status")[/VmHWM:\s+(\d+)/, 1].to_i
end

if ARGV == ["nothing"]
  puts "kb #{peak}"
  exit
end

STARTED = Process.clock_gettime(Process::CLOCK_MONOTONIC)
require "json"
require_relative "work"
LOADED = Process.clock_gettime(Process::CLOCK_MONOTONIC)

ROUNDS = 5
FLUSH_S = Float(ENV.fetch("BENCH_FLUSH_S", "90"))

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

def least(rounds)
  Array.new(ROUNDS) do
    start = now
    rounds.times { |number| yield number }
    (now - start) / rounds * 1e9
  end.min
end

# Ends the program unless every capture was with the transport when it returned.
def least_capture(rounds)
  before = Nowhere.events
  ns = least(rounds) { |number| Sentry.capture_message(message(number)) }
  arrived = Nowhere.events - before
  return ns if arrived == ROUNDS * rounds

  abort "#{ROUNDS * rounds} captures, of which #{arrived} reached the transport"
end

def ops
  start(transport: Nowhere, threads: 0)
  scope = fill(Sentry.get_current_scope)
  puts "fork #{least(1000) { scope.dup }}"
  puts "first_write #{least(1000) { scope.dup.set_tags("tag.5" => "another") }}"
  puts "set_tag #{least(10_000) { |number| scope.set_tag("tag.5", number.odd? ? "value-a" : "value-b") }}"
  puts "breadcrumb #{least(5000) { |number| scope.add_breadcrumb(breadcrumb(number)) }}"
  puts "merge #{least(5000) { Sentry::Scope.new.update_from_scope(scope) }}"
  puts "capture #{least_capture(400)}"
  start(transport: Bytes, threads: 0)
  fill(Sentry.get_current_scope)
  puts "to_bytes #{least_capture(200)}"
  abort "an event of #{Nowhere.length} bytes is not workload W" unless Nowhere.length.between?(15_000, 35_000)
end

def sizes
  start(transport: Nowhere, threads: 0, breadcrumbs: 1000)
  [[0, 0], [10, 10], [100, 100], [1000, 1000], [1000, 0], [0, 1000]].each do |tags, breadcrumbs|
    scope = fill(Sentry::Scope.new(max_breadcrumbs: 1000), tags: tags, breadcrumbs: breadcrumbs, full: false)
    puts "#{tags} #{breadcrumbs} #{least(100) { scope.dup }}"
  end
end

def resident
  File.read("/proc/self/statm").split[1].to_i * 4096
end

def memory(count)
  start(transport: Nowhere, threads: 0)
  scope = fill(Sentry.get_current_scope)
  GC.start
  before = resident
  forks = Array.new(count) { scope.dup.tap { |fork| fork.set_tags("tag.5" => "another") } }
  puts "bytes #{(resident - before) / forks.length.to_f}"
end

def connect(dsn, queue, connections)
  start(dsn: dsn, threads: connections.zero? ? nil : connections)
  lengthen_queue(queue, connections) unless queue.zero?
  fill(Sentry.get_current_scope)
end

def begin_all
  start
  opened = now
  Sentry.capture_message("started")
  puts "load #{(LOADED - STARTED) * 1e3}", "open #{(opened - LOADED) * 1e3}", "capture #{(now - opened) * 1e3}"
  puts "kb #{peak}"
end

def capture(number)
  Sentry.add_breadcrumb(breadcrumb(number))
  start = now
  Sentry.capture_message(message(number))
  (now - start) * 1e6
end

# The library's own way to send what is queued is to shut its worker down.
def flush(seconds)
  Sentry.background_worker.shutdown_timeout = seconds
  Sentry.background_worker.shutdown
end

def burst(dsn, count, queue, connections)
  connect(dsn, queue, connections)
  start = now
  took = Array.new(count) { |number| capture(number) }
  flushed = flush(FLUSH_S)
  seconds = now - start
  took.sort!
  puts JSON.generate(seconds: seconds, median_us: took[count / 2], p99_us: took[count * 99 / 100],
                     flushed: flushed, rss_kb: peak)
end

def offer(dsn, rate, seconds, queue, connections)
  connect(dsn, queue, connections)
  start = now
  captured = 0
  while (spent = now - start) < seconds && captured < rate * seconds
    sleep((captured / rate) - spent) if captured / rate > spent
    capture(captured)
    captured += 1
  end
  spent = now - start
  flush(2)
  puts JSON.generate(captured: captured, seconds: spent)
end

command, *words = ARGV
case command
when "version" then puts Sentry::VERSION
when "ops", "sizes" then send(command)
when "memory" then memory(words[0].to_i)
when "burst" then burst(words[0], *words[1..].map(&:to_i))
when "offer" then offer(words[0], words[1].to_f, words[2].to_f, *words[3..].map(&:to_i))
when "start" then begin_all
end
$stdout.flush
exit!(0)
