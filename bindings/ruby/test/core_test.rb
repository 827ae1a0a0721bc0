# frozen_string_literal: true

# The generated module: what SWIG's own typemaps would get wrong.
class CoreTest < TocsinTest
  Core = Tocsin::Core

  def test_the_gem_has_the_version_of_the_library
    assert_equal Tocsin::Core.version, Tocsin::VERSION
  end

  def test_bnd_2_a_number_that_is_no_handle_is_a_handle_error
    live = Tocsin.current_scope.handle
    { 0 => -1, -1 => -1, 2**53 => -1, 2**60 => -1, 2**64 => -1, live + 1 => -1,
      Tocsin.client.handle => -2 }.each do |handle, code|
      error = assert_raises(Tocsin::Error, handle.to_s) { Core.scope_set_tag(handle, "a", "b") }
      assert_equal code, error.code, handle.to_s
    end
  end

  def test_what_is_no_integer_is_a_type_error
    [nil, 1.5, Float::INFINITY, Float::NAN, "12", Object.new].each do |handle|
      assert_raises(TypeError) { Core.scope_set_tag(handle, "a", "b") }
    end
  end

  def test_texts_are_utf8_and_longer_than_any_buffer
    value = "ä" * 5000
    Tocsin.current_scope.set_extra("long", value)
    text = Core.scope_json(Tocsin.current_scope.handle)
    assert_equal Encoding::UTF_8, text.encoding
    assert_includes text, value
  end

  def test_a_nul_in_a_text_does_not_end_it
    Tocsin.current_scope.set_tag("nul", "a\0b")
    Tocsin.capture_message("x")
    assert_equal "a\uFFFDb", sent_tags.last["nul"]
  end

  def test_other_encodings_become_utf8
    Tocsin.current_scope.set_tag("latin", "caf\xE9".dup.force_encoding("ISO-8859-1"))
    Tocsin.capture_message("x")
    assert_equal "café", sent_tags.last["latin"]
  end

  def test_bnd_1_a_guard_closes_once
    handle = Core.scope_new(Tocsin.client.handle)
    guard = Core::Guard.new(handle)
    guard.close
    guard.close
    assert_equal(-1, assert_raises(Tocsin::Error) { Core.scope_clear(handle) }.code)
  end

  def test_bnd_1_scopes_are_closed_by_the_collector
    GC.start
    GC.disable
    before = Core.handle_count(Core::KIND_SCOPE)
    1000.times { Tocsin.current_scope.fork_isolation }
    assert_operator Core.handle_count(Core::KIND_SCOPE), :>=, before + 1000
    GC.enable
    GC.start
    assert_operator Core.handle_count(Core::KIND_SCOPE), :<, before + 100
  ensure
    GC.enable
  end
end
