# frozen_string_literal: true

# Sidekiq on five threads, with a Redis of its own.
class SidekiqTest < ServersTest
  NEEDS = { gems: %w[sidekiq], programs: %w[redis-server] }.freeze

  def redis
    folder = Dir.mktmpdir
    socket = File.join(folder, "redis.sock")
    @folders = [folder]
    server = start("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder, LC_ALL: "C")
    wait_for("redis-server") { output_of(server).include?("eady to accept connections") || ended?(server) }
    refute ended?(server), output_of(server)
    "unix://#{socket}"
  end

  def teardown
    super
    @folders&.each { |folder| FileUtils.remove_entry(folder) }
  end

  def work(url)
    assert ended(ruby("queue_jobs.rb", REDIS_URL: url)).success?
    start(RbConfig.ruby, "-S", "sidekiq", "-c", "5", "-r", File.join(APPS, "jobs.rb"), REDIS_URL: url)
  end

  def test_two_hundred_jobs_keep_their_tags_and_those_that_fail_are_reported_once
    sidekiq = work(redis)
    found = events(201)
    stop(sidekiq)
    assert_equal 201, events(201).size
    missing, jobs = found.partition { |event| event["exception"]&.dig("values", -1, "type") == "NameError" }
    assert_equal ["Sidekiq/NoSuchJob"], (missing.map { |event| event["transaction"] })
    foreign = jobs.reject { |event| own_tags?(event) }
    assert_empty foreign.first(3), "#{foreign.size} events"
    assert_equal ["ab" * 16], jobs.map { |event| event["contexts"]["trace"]["trace_id"] }.uniq
    check_failures(jobs.select { |event| event["exception"] })
  end

  def own_tags?(event)
    text = event["exception"] ? value_of(event) : event["logentry"]["formatted"]
    number = text[/\Ajob (\d+)\z/, 1]
    event["tags"].slice("job", "step") == { "job" => number, "step" => number }
  end

  def check_failures(failed)
    assert_equal((0...200).step(10).map { |number| "job #{number}" }.sort, failed.map { |event| value_of(event) }.sort)
    assert_equal ["Sidekiq/NumberedJob"], failed.map { |event| event["transaction"] }.uniq
    about = failed[0]["contexts"]["sidekiq"]
    assert_equal ["NumberedJob", "default", nil], about.values_at("class", "queue", "args")
    assert_equal failed[0]["tags"]["sidekiq.jid"], about["jid"]
  end
end
