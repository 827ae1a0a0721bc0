# frozen_string_literal: true

require "fiddle"
require "fileutils"

# Numbers that are no scope and texts that are no text, through the public functions.
class AbuseTest < TocsinTest
  NO_NUMBERS = [nil, 1.5, 0.0, Float::INFINITY, Float::NAN, "12", :"12", [], {}, Object.new].freeze
  STALE = -1
  KIND = -2
  FOREIGN = -3

  def numbers
    live = Tocsin.current_scope.handle
    closed = Tocsin::Core.scope_new(Tocsin.client.handle).tap { |handle| Tocsin::Core.handle_close(handle) }
    { -1 => STALE, 0 => STALE, 1 => STALE, (2**53) - 1 => nil, 2**53 => STALE, 2**60 => STALE, 2**64 => STALE,
      -(2**70) => STALE, live + 1 => STALE, live + (1 << 20) => STALE, closed => STALE,
      Tocsin.client.handle => KIND, live ^ (1 << 40) => FOREIGN }
  end

  def test_numbers_that_are_no_scope
    numbers.each do |number, code|
      error = assert_raises(Tocsin::Error, number.to_s) { Tocsin.with_handle(number) { flunk "ran" } }
      code.nil? ? assert_operator(error.code, :<, 0) : assert_equal(code, error.code, number.to_s)
    end
  end

  def test_what_is_no_number
    NO_NUMBERS.each { |one| assert_raises(TypeError, one.inspect) { Tocsin.with_handle(one) { flunk "ran" } } }
  end

  # A library that is loaded from another file is loaded once more.
  def another_copy
    Dir.mktmpdir do |folder|
      FileUtils.cp(File.read("/proc/self/maps")[%r{/\S*/libtocsin\.so\S*}], File.join(folder, "copy.so"))
      library = Fiddle.dlopen(File.join(folder, "copy.so"))
      lambda do |name, *numbers|
        types = numbers.map { Fiddle::TYPE_LONG_LONG }
        Fiddle::Function.new(library["tocsin_#{name}"], types, Fiddle::TYPE_LONG_LONG).call(*numbers)
      end
    end
  end

  def test_a_scope_of_another_copy_is_refused_with_the_cause
    copy = another_copy
    theirs = copy["client_scope", copy["client_open", 0]]
    assert_operator theirs, :>, 0
    error = assert_raises(Tocsin::Error) { Tocsin.with_handle(theirs) { flunk "ran" } }
    return if copy["instance_id"] == Tocsin::Core.instance_id # one time in 1,024

    assert_equal FOREIGN, error.code
    assert_includes error.message, "another copy of libtocsin"
  end

  def test_a_closed_scope_takes_nothing_and_raises_nothing
    scope = Tocsin.current_scope.fork
    Tocsin::Core.handle_close(scope.handle)
    setters = [-> { scope.set_tag("a", 1) }, -> { scope.set_user(id: 1) }, -> { scope.add_breadcrumb(message: "m") },
               -> { scope.clear }, -> { scope.merge(scope) }, -> { Tocsin.current_scope.merge(scope) },
               -> { scope.new_trace }, -> { scope.add_attachment(bytes: "b", filename: "f") }]
    setters.each { |one| refute one.call }
    assert_nil scope.last_event_id
    assert_equal [STALE], @troubles.map(&:code).uniq
    assert_equal STALE, assert_raises(Tocsin::Error) { scope.fork }.code
  end

  def test_a_capture_on_a_closed_scope_is_delivered_with_a_mark
    Tocsin.client.root_scope.set_tag("root", 1)
    scope = Tocsin.current_scope.fork
    Tocsin::Core.handle_close(scope.handle)
    assert scope.capture_message("m", tags: { own: 2 })
    assert scope.capture_exception(RuntimeError.new("e"))
    assert scope.capture_event(message: "v")
    expected = { "root" => "1", "tocsin.stale_scope" => "true" }
    assert_equal [expected.merge("own" => "2"), expected, expected], sent_tags
  end

  def test_so_it_is_with_hooks_and_an_overlay
    again(before_send: ->(event, _) { event })
    overlay = Tocsin.client.new_scope
    overlay.set_tag("over", 1)
    scope = Tocsin.current_scope.fork
    Tocsin::Core.handle_close(scope.handle)
    assert scope.capture_message("m", overlay: overlay)
    assert_equal [{ "over" => "1", "tocsin.stale_scope" => "true" }], sent_tags
  end

  def test_a_closed_overlay_costs_no_event
    overlay = Tocsin.client.new_scope
    Tocsin::Core.handle_close(overlay.handle)
    assert Tocsin.capture_message("m", overlay: overlay)
    assert_equal 1, sent_events.size
  end

  TEXTS = ["", "\0", "a\0b", "\xff\xfe", "\xed\xa0\x80", "\u{10FFFF}", "x" * 100_000, "\xE4".b,
           "ä".encode("UTF-16LE"), "\x1b[0m\u202e", "\\\"\n\r\u2028"].freeze

  def test_texts_of_every_kind_are_sent
    TEXTS.each do |text|
      Tocsin.with_isolation_scope do |scope|
        Tocsin.set_extra("k", text)
        Tocsin.set_tag("k", text)
        Tocsin.set_user(text => text)
        Tocsin.set_context("c", { text => text })
        scope.set_transaction_name(text)
        scope.set_fingerprint([text])
        Tocsin.add_breadcrumb(message: text, data: { text => text })
        scope.add_attachment(bytes: text, filename: text)
        assert Tocsin.capture_message(text), text[0, 10].inspect
        assert Tocsin.capture_exception(RuntimeError.new(text)), text[0, 10].inspect
      end
    end
    assert_equal 2 * TEXTS.size, sent_events.size
    assert_includes sent_messages, "a\uFFFDb"
    assert_includes sent_messages, "ä"
  end

  def test_values_of_the_wrong_type_are_told
    wrong = [1, [], "text", Object.new, Float::NAN]
    wrong.each do |value|
      refute Tocsin.set_user(value), value.inspect
      refute Tocsin.set_context("c", value), value.inspect
      refute Tocsin.add_breadcrumb(value), value.inspect
    end
    refute Tocsin.set_tag(nil, "x")
    refute Tocsin.set_tags([1])
    assert_nil Tocsin.capture_event([1])
    assert_equal 5 * 3 + 3, @troubles.size
  end

  def test_an_object_whose_methods_all_fail
    odd = Class.new(BasicObject) { def method_missing(*) = ::Kernel.raise("no") }.new
    Tocsin.set_extra("odd", odd)
    Tocsin.set_user(id: odd)
    assert Tocsin.capture_message("x", extra: { odd: odd })
  end
end
