# frozen_string_literal: true

# Plays calls through Fiddle. usage: ruby main.rb LIBRARY
require "fiddle"

LIBRARY = Fiddle.dlopen(ARGV.fetch(0))
INT = Fiddle::TYPE_INT
LONG = Fiddle::TYPE_LONG_LONG
POINTER = Fiddle::TYPE_VOIDP
TYPES = { "i" => INT, "l" => LONG }.freeze
FUNCTIONS = {}
KEEP = 0
DROP = 1
EVENT_ID_SIZE = 33

def tocsin(name, result, *typed)
  types = typed.map(&:first)
  function = FUNCTIONS[[name, result, types]] ||= Fiddle::Function.new(LIBRARY["tocsin_#{name}"], types, result)
  function.call(*typed.map(&:last))
end

def number(value) = [LONG, value]
def text(data) = [[POINTER, data], number(data.bytesize)]

def json_of(event)
  need = tocsin("event_json", LONG, number(event), [POINTER, nil], number(0))
  buffer = "\0" * (need + 1)
  tocsin("event_json", LONG, number(event), [POINTER, buffer], number(need + 1))
  buffer.byteslice(0, need)
end

# The user's own hook: nobody's password leaves, and some events do not at all.
def clean(event)
  event.gsub("hunter2", "[gone]") unless event.include?("drop me")
end

def clean_hook(event)
  cleaned = clean(json_of(event))
  cleaned ? tocsin("event_set_json", INT, number(event), *text(cleaned)) : DROP
end

def ask_hook(event, user)
  say("? #{event} #{user.to_i}")
  serve
end

def closure(&block)
  Fiddle::Closure::BlockCaller.new(INT, [LONG, POINTER, POINTER], &block)
end

CALLBACKS = {
  "a" => closure { |event, _hint, user| ask_hook(event, user) },
  "c" => closure { |event, _hint, _user| clean_hook(event) }
}.freeze

def argument(word, buffers)
  kind = word[0]
  rest = word[1..]
  case kind
  when "i", "l" then [TYPES[kind], Integer(rest)]
  when "t" then [POINTER, [rest].pack("H*")]
  when "b" then [POINTER, ("\xAA".b * Integer(rest)).tap { |buffer| buffers << buffer }]
  when "u" then [POINTER, Integer(rest)]
  else [POINTER, CALLBACKS[kind]]
  end
end

def call(name, result, *words)
  buffers = []
  arguments = words.map { |word| argument(word, buffers) }
  [tocsin(name.delete_prefix("tocsin_"), TYPES[result], *arguments), *buffers.map { |buffer| buffer.unpack1("H*") }]
end

# A capture in two steps, with the hook between them.
def filter(source, scope, json)
  event = tocsin("event_prepare", LONG, number(Integer(scope)), [INT, Integer(source)], *text([json].pack("H*")),
                 number(0), [POINTER, nil])
  return [event] if event <= 0

  cleaned = clean(json_of(event))
  return [tocsin("event_discard", INT, number(event), *text("before_send"))] unless cleaned

  id = "\0" * EVENT_ID_SIZE
  [tocsin("event_submit", INT, number(event), *text(cleaned), [POINTER, id]), id.delete("\0")]
end

def work(worker, rounds, scope)
  Array.new(rounds) do |turn|
    fork = tocsin("scope_fork", LONG, number(scope))
    tocsin("scope_set_tag", INT, number(fork), *text("worker"), *text(worker.to_s))
    status = tocsin("scope_capture_message", INT, number(fork), *text("worker #{worker} round #{turn}"), [INT, 0],
                    number(0), [POINTER, nil], [POINTER, nil])
    tocsin("handle_close", INT, number(fork))
    status
  end
end

def threads(*words)
  count, rounds, scope = words.map { |word| Integer(word) }
  [Array.new(count) { |worker| Thread.new { work(worker, rounds, scope) } }.flat_map(&:value).count(0)]
end

def say(line)
  $stdout.puts(line)
  $stdout.flush
end

# Until the input ends, or the answer to a hook is there.
def serve
  while (line = $stdin.gets)
    command, *words = line.split
    return Integer(words[0]) if command == "!"

    say(["=", *send(command, *words)].join(" "))
  end
  0
end

serve
