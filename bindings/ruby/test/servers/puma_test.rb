# frozen_string_literal: true

# Puma in cluster mode under load.
class PumaTest < ServersTest
  NEEDS = { gems: %w[puma] }.freeze
  REQUESTS = 400
  SHUTDOWN_S = 5 # worker_shutdown_timeout of cluster.rb

  def test_four_hundred_requests_to_two_workers_with_four_threads_keep_their_tags
    puma, port = puma("load.ru", "-C", "cluster.rb")
    wait_for("both workers") { output_of(puma).scan(/Worker \d .*booted/).size == 2 }
    refute_includes output_of(puma), "WARNING"
    answers = ask(port)
    found = events(REQUESTS)
    check(answers)
    foreign = found.reject { |event| own?(event, puma) }
    assert_empty foreign.first(3), "#{foreign.size} events"
    workers = found.map { |event| event["logger"] }.tally
    assert_equal 2, workers.size, workers
    refute_includes workers.keys, puma[:pid].to_s
    stop(puma)
    assert_equal REQUESTS, events(REQUESTS).size
  end

  # Puma kills a worker that does not end, as now and then one on Ruby 3.3 does, with tocsin or without; then once more.
  def test_workers_that_end_send_what_is_left
    slow_down(100)
    master = 6.times.lazy.filter_map { serve_and_end }.first
    refute_nil master, "workers do not end"
    assert_equal(40, all_events.count { |event| event["tags"]["master"] == master.to_s })
  end

  # @return [Integer, nil] the process, if it ended by itself
  def serve_and_end
    puma, port = puma("load.ru", "-C", "cluster.rb")
    40.times { |number| get(port, "/#{number}") }
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    stop(puma)
    puma[:pid] if Process.clock_gettime(Process::CLOCK_MONOTONIC) - started < SHUTDOWN_S
  end

  # As many at a time as there are threads, and some that wait. Each on a connection of its own: a worker
  # that is the first to wake takes all that are there, and with them whatever comes on them.
  def ask(port)
    left = (0...REQUESTS).to_a
    threads = Array.new(12) do
      Thread.new do
        answers = {}
        while (number = left.shift)
          answers[number] = get(port, "/#{number}")
        end
        answers
      end
    end
    threads.map(&:value).reduce(:merge)
  end

  def check(answers)
    assert_equal REQUESTS, answers.size
    answers.each do |number, answer|
      expected = number % 10 == 7 ? %w[500 sorry] : ["200", "[]"]
      assert_equal expected, [answer.code, answer.body], "request #{number}"
    end
  end

  def own?(event, puma)
    number = event["exception"] ? value_of(event) : event["logentry"]["formatted"]
    step = event["exception"] ? {} : { "step" => number }
    event["tags"] == { "master" => puma[:pid].to_s, "request" => number, **step } &&
      event["transaction"] == "GET /#{number}"
  end
end
