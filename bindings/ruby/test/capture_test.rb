# frozen_string_literal: true

class CaptureTest < TocsinTest
  class Odd < StandardError
    def message = raise("no message")
  end

  def failing
    raise "inner"
  rescue StandardError
    raise ArgumentError, "outer" # the line that is looked for
  end

  def last_values
    sent_events.last["exception"]["values"]
  end

  def test_an_exception_with_its_cause_and_frames
    again(project_root: __dir__)
    assert_raises(ArgumentError) { Tocsin.with_exception_captured { failing } }
    assert_equal([%w[RuntimeError inner], %w[ArgumentError outer]],
                 last_values.map { |one| one.values_at("type", "value") })
    frame = last_values.last["stacktrace"]["frames"].last
    assert_equal ["capture_test.rb", __FILE__, true], frame.values_at("filename", "abs_path", "in_app")
    assert_match(/failing/, frame["function"])
    assert_equal '    raise ArgumentError, "outer" # the line that is looked for', frame["context_line"]
    assert_equal [5, 5], [frame["pre_context"].size, frame["post_context"].size]
    others = last_values.last["stacktrace"]["frames"].reject { |one| one["abs_path"].to_s.start_with?(__dir__) }
    refute_empty others, "the frames of minitest"
    assert_empty(others.select { |one| one["in_app"] })
  end

  def test_causes_are_numbered_from_the_outermost
    assert_raises(ArgumentError) { Tocsin.with_exception_captured { failing } }
    assert_equal([1, 0], last_values.map { |one| one["mechanism"]["exception_id"] })
    assert_equal([0, nil], last_values.map { |one| one["mechanism"]["parent_id"] })
  end

  def test_without_argument_it_is_the_exception_being_handled
    begin
      raise "handled here"
    rescue StandardError
      assert Tocsin.capture_exception
    end
    assert_equal "handled here", last_values.last["value"]
    assert_nil Tocsin.capture_exception
  end

  def test_one_that_was_never_raised_gets_the_callers_frames
    Tocsin.capture_exception(RuntimeError.new("made"))
    assert_match(/never_raised/, last_values.last["stacktrace"]["frames"].last["function"])
  end

  def test_a_text_is_that_of_a_runtime_error
    assert Tocsin.capture_exception("no room left")
    value = sent_events.last["exception"]["values"].last
    assert_equal ["RuntimeError", "no room left"], value.values_at("type", "value")
    assert_equal __method__.to_s, value["stacktrace"]["frames"].last["function"]
  end

  def test_a_backtrace_of_texts
    error = RuntimeError.new("x")
    error.set_backtrace(["#{__FILE__}:3:in `there'", "nonsense"])
    Tocsin.capture_exception(error)
    assert_equal(%w[nonsense there], last_values.last["stacktrace"]["frames"].map { |one| one["function"] })
  end

  def frames_at(*paths, **options)
    again(project_root: "/srv/shop", **options)
    error = RuntimeError.new("x")
    error.set_backtrace(paths.map { |path| "#{path}:1:in `f'" })
    Tocsin.capture_exception(error)
    last_values.last["stacktrace"]["frames"].reverse
  end

  def test_in_app_is_below_the_project_and_in_no_gem
    paths = ["/srv/shop/app/cart.rb", "/srv/shop/vendor/bundle/ruby/3.1.0/gems/x/lib/x.rb", "/srv/other.rb",
             "#{Gem.path.first}/gems/y/lib/y.rb", "/srv/shopping/z.rb"]
    assert_equal([true, false, false, false, false], frames_at(*paths).map { |frame| frame["in_app"] })
    assert_equal "app/cart.rb", frames_at(paths[0])[0]["filename"]
    frames = frames_at("/srv/other.rb", "/srv/shop/lib/a.rb", in_app_include: ["/srv/other"], in_app_exclude: ["lib/"])
    assert_equal([true, false], frames.map { |frame| frame["in_app"] })
  end

  def test_files_are_read_once_and_few_are_remembered
    Dir.mktmpdir do |folder|
      paths = Array.new(100) { |i| "#{folder}/#{i}.rb".tap { |path| File.write(path, "line #{i}\n") } }
      lines = ->(list) { frames_at(*list).map { |frame| frame["context_line"] } }
      assert_equal Array.new(100) { |i| "line #{i}" }, lines.call(paths)
      files = Tocsin.client.instance_variable_get(:@frames).instance_variable_get(:@files)
      assert_operator files.size, :<=, Tocsin::Frames::FILES_MAX
    end
  end

  def test_causes_that_run_in_a_circle_or_never_end
    loops = Class.new(StandardError) { attr_accessor :cause }
    one, other = loops.new("one"), loops.new("other")
    one.cause, other.cause = other, one
    Tocsin.capture_exception(one)
    assert_equal(%w[other one], last_values.map { |value| value["value"] })
    endless = Class.new(StandardError) { def cause = self.class.new("more") }
    Tocsin.capture_exception(endless.new("first"))
    assert_equal Tocsin::Subject::CAUSES_MAX, last_values.size
  end

  def test_a_message_that_cannot_be_read
    assert Tocsin.capture_exception(Odd.new)
    assert_equal "(its message could not be read)", last_values.last["value"]
  end

  def test_the_same_exception_is_sent_once
    error = RuntimeError.new("once")
    assert Tocsin.capture_exception(error)
    assert_nil Tocsin.capture_exception(error)
    assert_equal({ "event_processor" => 1 }, discarded)
    assert_equal 1, sent_events.size
  end

  def test_excluded_exceptions_by_ancestor
    again(excluded_exceptions: ["StandardError"])
    assert_nil Tocsin.capture_exception(KeyError.new("x"))
    assert_equal({ "event_processor" => 1 }, discarded)
  end

  def test_an_exception_remembers_its_scope
    error = assert_raises(RuntimeError) do
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("job", 7)
        raise "late"
      end
    end
    Thread.new { Tocsin.capture_exception(error) }.join
    assert_equal({ "job" => "7" }, sent_tags.last)
  end

  def test_a_frozen_exception_is_captured_too
    error = RuntimeError.new("frozen").freeze
    assert_raises(RuntimeError) { Tocsin.with_scope { raise error } } # rubocop:disable Style/RaiseArgs
    assert Tocsin.capture_exception(error)
  end

  def test_levels_and_whole_events
    Tocsin.capture_message("m", level: :warn)
    Tocsin.capture_event({ message: "e", level: "fatal" })
    assert_equal(%w[warning fatal], sent_events.map { |event| event["level"] })
    assert_equal %w[ruby ruby], sent_events.last.values_at("platform").push(RUBY_ENGINE)
  end

  def test_a_client_without_dsn_takes_every_call
    again(transport: "http")
    refute Tocsin.initialized?
    assert_nil Tocsin.capture_message("x")
    assert_nil Tocsin.capture_exception(RuntimeError.new)
    refute Tocsin.add_breadcrumb(message: "x")
  end

  def test_options_that_cannot_be_used_are_named
    error = assert_raises(Tocsin::Error) { Tocsin.init("nonsense") }
    assert_match(/dsn/, error.message)
    assert_match(/max_connections/, assert_raises(Tocsin::Error) { Tocsin.init(max_connections: 99) }.message)
    assert_raises(NoMethodError) { Tocsin.init(no_such: 1) }
    assert Tocsin.initialized?, "the former client goes on"
  end
end
