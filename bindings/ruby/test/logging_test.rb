# frozen_string_literal: true

require "logger"
require "stringio"

# Lines of Logger as breadcrumbs and events.
class LoggingTest < TocsinTest
  # As frameworks have it.
  class Tagged < Logger
    def add(severity, message = nil, progname = nil)
      super(severity, message || (block_given? ? yield : progname), nil)
    end
  end

  def logger(type = Logger, **settings)
    @written = StringIO.new
    type.new(@written, **settings)
  end

  def crumbs
    Tocsin.capture_message("crumbs")
    (sent_events.last.dig("breadcrumbs", "values") || []).map { |crumb| crumb.values_at("level", "message") }
  end

  def test_breadcrumbs_from_info_and_events_from_error_on
    log = logger(progname: "shop")
    %i[debug info warn error fatal unknown].each { |level| log.public_send(level, "to #{level}") }
    assert_equal(%w[error fatal], sent_events.map { |event| event["level"] })
    assert_equal ["to error", "shop"], [sent_events[0]["logentry"]["formatted"], sent_events[0]["logger"]]
    assert_equal(2, sent_events[0]["breadcrumbs"]["values"].size)
    assert_equal [%w[info info], %w[warning warn], %w[error error], %w[fatal fatal], %w[info unknown]],
                 (crumbs.map { |level, message| [level, message.delete_prefix("to ")] })
    assert_equal 6, @written.string.lines.size
  end

  def test_thresholds
    again(integrations: { logging: { level: :warn, event_level: false } })
    log = logger
    %i[info warn fatal].each { |level| log.public_send(level, level.to_s) }
    assert_equal [%w[warning warn], %w[fatal fatal]], crumbs
    assert_equal 1, sent_events.size
  end

  def test_what_the_logger_leaves_out_is_no_breadcrumb
    log = logger(level: Logger::ERROR)
    log.info { flunk "nobody asked" }
    Logger.new(nil).warn("to nowhere")
    assert_empty crumbs
  end

  def test_a_block_is_asked_once
    asked = 0
    logger.warn { "asked #{asked += 1}" }
    assert_equal [["warning", "asked 1"]], crumbs
    assert_match(/asked 1$/, @written.string)
  end

  def test_ignored_loggers
    quiet = logger
    Tocsin::Integrations::Logging.ignore(quiet)
    again(integrations: { logging: { ignore: ["noise", /\Aspam/, Tagged] } })
    quiet.error("x")
    %w[noise spam2].each { |name| logger(progname: name).error("x") }
    logger(Tagged).error("x")
    logger(progname: "noise2").info("heard")
    assert_equal [%w[info heard]], crumbs
    assert_equal 1, sent_events.size
  end

  def test_loggers_that_inherit
    logger(Tagged).warn { "from a block" }
    assert_equal [["warning", "from a block"]], crumbs
  end

  def test_a_line_for_several_loggers_comes_once
    line = +"to both"
    [logger, logger].each { |one| one.error(line) }
    assert_equal ["to both"], sent_messages
    one = logger
    2.times { one.error("again") }
    assert_equal 3, sent_messages.size, "one logger that repeats itself means it"
  end

  def test_an_exception_that_is_logged
    error = RuntimeError.new("logged")
    logger.error(error)
    assert_equal ["RuntimeError", "logged"], sent_exceptions.fetch(0).values_at("type", "value")
    assert_equal [["error", "logged (RuntimeError)"]], crumbs
  end

  def test_what_is_logged_and_raised_arrives_once
    assert_raises(KeyError) { log_and_raise }
    assert_equal ["could not: no key"], sent_messages
    assert_equal(["KeyError"], sent_exceptions.map { |one| one["type"] })
    again(integrations: { dedupe: false })
    assert_raises(KeyError) { log_and_raise }
    assert_equal 2, sent_exceptions.size
  end

  def log_and_raise
    Tocsin.with_exception_captured do
      raise KeyError, "no key"
    rescue KeyError => e
      logger.error("could not: #{e.message}")
      raise
    end
  end

  def test_the_line_is_in_the_hint
    seen = []
    look = ->(subject, hint) { (seen << hint[:log_record]) && subject }
    again(before_send: look, before_breadcrumb: look)
    log = logger(progname: "p")
    log.error("words")
    assert_equal([["ERROR", "p", "words"]] * 2, seen.map { |one| one.to_a.values_at(1, 3, 4) })
    assert_same log, seen[0].logger
  end

  def test_a_logger_in_on_error_or_a_hook_is_no_loop
    log = logger
    again(before_send: ->(_, _) { log.error("in the hook") || raise("x") }, on_error: ->(error) { log.error(error) })
    log.error("first")
    assert_empty sent_events
    assert_equal 3, @written.string.lines.grep(/ERROR/).size
  end

  def test_a_trouble_of_ours_does_not_reach_the_logger
    odd = Class.new { def inspect = raise("no") }.new
    log = logger
    log.formatter = ->(*) { "written\n" }
    assert log.error(odd)
    assert_equal "written\n", @written.string
    assert_equal(["no"], @troubles.map(&:message))
  end

  def test_quietly
    assert_equal true, Tocsin::Integrations::Logging.quietly { logger.error("x") }
    assert_empty crumbs
  end
end
