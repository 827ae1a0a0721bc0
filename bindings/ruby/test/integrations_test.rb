# frozen_string_literal: true

# Which integrations are on, and those that only add to events.
class IntegrationsTest < TocsinTest
  DEFAULTS = %w[atexit dedupe logging modules stdlib threading].freeze # without two that are off in tests

  # But those of libraries that other cases load.
  def names
    Tocsin.capture_message("x")
    sent_events.last["sdk"]["integrations"]&.-(%w[rack rails sidekiq rake])
  end

  def test_events_name_those_that_are_on
    assert_equal DEFAULTS, names
    again(integrations: { excepthook: true, argv: {} })
    assert_equal (DEFAULTS + %w[argv excepthook]).sort, names
  end

  def test_one_can_be_turned_off_and_the_rest_stays
    again(integrations: { "logging" => false })
    assert_equal DEFAULTS - %w[logging], names
  end

  def test_all_can_be_turned_off_but_one
    again(default_integrations: false, integrations: { dedupe: true })
    assert_equal %w[dedupe], names
    again(default_integrations: false)
    assert_nil names
    assert_nil sent_events.last["modules"]
  end

  def test_a_name_or_setting_that_there_is_not
    error = assert_raises(Tocsin::Error) { Tocsin.init(integrations: { dedup: false }) }
    assert_match(/there is no dedup/, error.message)
    error = assert_raises(Tocsin::Error) { Tocsin.init(integrations: { logging: { lvl: 1 } }) }
    assert_match(/logging has no lvl/, error.message)
    assert_raises(Tocsin::Error) { Tocsin.init(integrations: { logging: { level: :loud } }) }
  end

  def test_one_that_comes_later_counts_from_then_on
    Tocsin::Integrations.add("tea") unless Tocsin::Integrations.names.include?("tea")
    assert_includes names, "tea"
  ensure
    Tocsin::Integrations.instance_variable_get(:@known).delete("tea")
  end

  def test_consoles_are_interactive
    refute Tocsin::Integration.interactive?
    name = $PROGRAM_NAME
    %w[/usr/bin/pry irb].each { |one| assert(($PROGRAM_NAME = one) && Tocsin::Integration.interactive?) }
    $PROGRAM_NAME = name
    Object.const_set(:Rails, Module.new { const_set(:Console, Class.new) })
    assert Tocsin::Integration.interactive?
  ensure
    $PROGRAM_NAME = name
    Object.send(:remove_const, :Rails)
  end

  def test_duplicates_are_sent_when_the_filter_is_off
    again(integrations: { dedupe: false })
    error = RuntimeError.new("twice")
    2.times { assert Tocsin.capture_exception(error) }
  end

  def test_a_frozen_exception_is_sent_once_too
    error = RuntimeError.new("once").freeze
    assert Tocsin.capture_exception(error)
    assert_nil Tocsin.capture_exception(error)
  end

  def test_modules_are_the_loaded_gems_also_those_loaded_later
    Tocsin.capture_message("x")
    assert_equal Gem.loaded_specs["minitest"].version.to_s, sent_events.last["modules"]["minitest"]
    Gem.loaded_specs["late"] = Gem::Specification.new("late", "1.2.3")
    Tocsin.capture_message("x")
    assert_equal "1.2.3", sent_events.last["modules"]["late"]
  ensure
    Gem.loaded_specs.delete("late")
  end

  def test_modules_can_be_left_out
    again(integrations: { modules: false })
    Tocsin.capture_message("x")
    assert_nil sent_events.last["modules"]
    assert_equal RUBY_VERSION, sent_events.last["contexts"]["runtime"]["version"]
  end

  def test_arguments_go_along_without_secrets
    words = %w[run --password=one -v --api-token two --db postgres://joe:three@db/x?sid=four
               SECRET=five plain=6 --key -f]
    text = 'Tocsin.init(**INIT); Tocsin.capture_message("x")'
    event = program(text, words)[0].fetch(0)
    assert_equal ["-e", "run", "--password=[Filtered]", "-v", "--api-token", "[Filtered]", "--db",
                  "postgres://db/x?sid=[Filtered]", "SECRET=[Filtered]", "plain=6", "--key", "-f"],
                 event["extra"]["sys.argv"]
  end

  def test_arguments_that_are_no_text
    text = 'Tocsin.init(**INIT, integrations: { modules: false }); Tocsin.capture_message("x")'
    assert_equal ["-e", "a\uFFFDb"], program(text, ["a\xffb"])[0].fetch(0)["extra"]["sys.argv"]
    event = program(text.sub("modules", "argv"), ["a"])[0].fetch(0)
    assert_nil event["extra"]
  end
end
