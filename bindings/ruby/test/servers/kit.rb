# frozen_string_literal: true

require "json"
require_relative "../../lib/tocsin/version"
require "minitest"
require "net/http"
require "rbconfig"
require "socket"
require "timeout"
require "tmpdir"

# What the cases share: programs that really run, and the test server that they report to.
class ServersTest < Minitest::Test
  TOP = File.expand_path("../../../..", __dir__)
  BUILD = File.expand_path(ENV.fetch("TOCSIN_BUILD", File.join(TOP, "build")))
  LIBRARY = [File.join(TOP, "bindings/ruby/lib"), File.join(BUILD, "bindings/ruby")].freeze
  APPS = File.join(__dir__, "apps")
  LIMIT_S = 120
  DISMISS_S = 8

  # Gems and programs without which the cases of a class cannot run.
  NEEDS = { gems: [], programs: [] }.freeze

  def setup
    @programs = []
    check_needs
    @server = start(File.join(BUILD, "ffi-tests/server/tsn_server"), "--with-parent", "--idle-exit", "600")
    @ingest = port_of(@server, /port (\d+)/)
  end

  def teardown
    @programs&.reverse_each { |program| dismiss(program) }
  end

  def check_needs
    needs = self.class::NEEDS
    missing = needs.fetch(:gems, []).reject { |name| Gem::Specification.any? { |spec| spec.name == name } } +
              needs.fetch(:programs, []).reject { |name| system("command -v #{name} >/dev/null") }
    leave_out("no #{missing.join(', ')} (ffi-tests/setup --ruby)") unless missing.empty?
  end

  # Skips the case, and says so where ffi-tests/run looks.
  def leave_out(why)
    puts "\nskipped: #{self.class}: #{why}"
    skip
  end

  # A program whose output is kept; it ends when the case does.
  def start(*command, **environment)
    output = Tempfile.create("program")
    File.unlink(output.path)
    pid = Process.spawn(settings(environment), *command, out: output, err: %i[child out], in: File::NULL, chdir: APPS)
    { pid: pid, output: output, name: File.basename(command.first) }.tap { |program| @programs << program }
  end

  def settings(given)
    { "RUBYLIB" => LIBRARY.join(":"), "RUBYOPT" => nil, "LC_ALL" => "C.UTF-8", "BUNDLE_GEMFILE" => nil,
      "SENTRY_DSN" => ("http://key@127.0.0.1:#{@ingest}/42" if @ingest), **given.transform_keys(&:to_s) }
  end

  def ruby(*arguments, **environment)
    start(RbConfig.ruby, *arguments, **environment)
  end

  def output_of(program)
    program[:output].pread(1 << 20, 0).force_encoding("UTF-8")
  rescue EOFError
    ""
  end

  def port_of(program, pattern)
    port = wait_for("#{program[:name]} to listen") { output_of(program)[pattern, 1] || (ended?(program) && "0") }
    port == "0" ? raise(Timeout::Error) : port.to_i
  rescue Timeout::Error
    flunk "#{program[:name]} does not listen:\n#{output_of(program)}"
  end

  def stop(program)
    Process.kill("TERM", program[:pid])
    ended(program)
  end

  # Without a word if it has to be by force: under Ruby 3.3 Puma now and then stays in the closing of a pipe.
  def dismiss(program)
    Process.kill("TERM", program[:pid]) unless ended?(program)
    Timeout.timeout(DISMISS_S) { sleep 0.02 until ended?(program) }
  rescue Timeout::Error
    Process.kill("KILL", program[:pid])
    ended(program)
  end

  def ended?(program)
    program[:status] ||= Process.wait2(program[:pid], Process::WNOHANG)&.last
  end

  # @return [Process::Status]
  def ended(program)
    program[:status] ||= Timeout.timeout(LIMIT_S) { Process.wait2(program[:pid]).last }
  rescue Timeout::Error
    Process.kill("KILL", program[:pid])
    flunk "#{program[:name]} does not end:\n#{output_of(program)}"
  end

  def wait_for(what)
    Timeout.timeout(LIMIT_S, Timeout::Error, "waited in vain for #{what}") do
      loop do
        answer = yield
        return answer if answer

        sleep 0.02
      end
    end
  end

  # Puma with one of the apps.
  def puma(app, *arguments, **environment)
    puma = start(RbConfig.ruby, "-S", "puma", "-b", "tcp://127.0.0.1:0", *arguments, app, **environment)
    [puma, port_of(puma, %r{Listening on http://127\.0\.0\.1:(\d+)})]
  end

  def get(port, path, **headers)
    Net::HTTP.start("127.0.0.1", port, read_timeout: LIMIT_S) do |http|
      http.get(path, headers.transform_keys { |key| key.to_s.tr("_", "-") })
    end
  end

  # From now on the server takes its time for each answer.
  def slow_down(milliseconds)
    Net::HTTP.post(URI("http://127.0.0.1:#{@ingest}/_control"), JSON.generate({ default: { delay_ms: milliseconds } }))
  end

  # What the server got and found faultless.
  def records
    all = JSON.parse(Net::HTTP.get(URI("http://127.0.0.1:#{@ingest}/_requests")))
    faults = all.map { |one| one.values_at("verdict", "notes") } - [["ok", []]]
    assert_empty faults
    all
  end

  def all_events
    found = JSON.parse(Net::HTTP.get(URI("http://127.0.0.1:#{@ingest}/_events")))
    found.map { |one| one["items"][one["event"]]["payload"] }
  end

  # All events, once there are so many.
  def events(count)
    found = []
    wait_for("#{count} events") { (found = all_events).size >= count }
    records
    assert_equal count, found.size
    found
  rescue Timeout::Error
    flunk "#{found.size} events of #{count}:\n#{@programs.map { |one| output_of(one) }.join("\n")}"
  end

  def value_of(event)
    event["exception"]["values"].last["value"]
  end
end
