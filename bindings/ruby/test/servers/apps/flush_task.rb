# frozen_string_literal: true

# Says how often another task had its turn while one waited in a flush.
require "async"
require "tocsin"

Tocsin.init
Async do |reactor|
  turns = 0
  ticker = reactor.async do |task|
    loop do
      task.sleep(0.001)
      turns += 1
    end
  end
  reactor.async do
    Tocsin.capture_message("late")
    turns = 0
    done = Tocsin.flush(60)
    puts "#{done} after #{turns} turns"
    ticker.stop
  end
end
