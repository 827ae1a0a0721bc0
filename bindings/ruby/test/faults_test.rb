# frozen_string_literal: true

require "socket"

# What the library promises in the face of faults, as Ruby sees it; names begin with the id in ffi-tests/catalogue.txt.
class FaultsTest < TocsinTest
  Core = Tocsin::Core
  OBJECTS = 10_000
  STALE = -1

  def scopes_alive
    Core.handle_count(Core::KIND_SCOPE)
  end

  def test_hnd_8_after_a_thousand_raises_a_capture_passes
    good = false
    again(before_send: ->(event, _) { good ? event : raise("no") }, before_breadcrumb: ->(*) { raise "no" })
    1000.times do
      Tocsin.add_breadcrumb(message: "m")
      assert_nil Tocsin.capture_message("raises")
    end
    good = true
    assert Tocsin.capture_message("passes")
    assert_equal ["passes"], sent_messages
    assert_equal({ "before_send" => 1000 }, discarded)
  end

  def second_client
    configuration = Tocsin::Configuration.new
    configuration.transport = "pull"
    Tocsin::Client.new(configuration)
  end

  # In a thread of its own, for the collector takes what lies on a stack for a use.
  def use_after_close
    Thread.new do
      client = second_client
      scopes = Array.new(OBJECTS) { client.new_scope }
      client.close(0)
      client = nil
      GC.start
      scopes.count { |scope| scope.set_tag("a", 1) }
    end.value
  end

  def test_bnd_1_ten_thousand_scopes_are_collected_after_their_client
    GC.start
    before = scopes_alive
    assert_equal OBJECTS, use_after_close
    20.times { GC.start }
    assert_operator scopes_alive, :<, before + 100
  end

  def test_bnd_1_at_exit_clients_and_scopes_go_in_any_order
    events, output, status = program(<<~RUBY)
      Tocsin.init(**INIT)
      $client = Tocsin::Client.new(Tocsin::Configuration.new.tap { |one| one.transport = "pull" })
      $scopes = Array.new(#{OBJECTS}) { |i| i.even? ? $client.new_scope : Tocsin.current_scope.fork }
      Tocsin.capture_message("last")
      $client = nil
    RUBY
    assert_equal 1, events.size
    assert_equal "", output
    assert_predicate status, :success?
  end

  def test_bnd_2_ten_thousand_handles_come_and_go_unchanged
    scope = Tocsin.current_scope.handle
    handles = Array.new(OBJECTS) { Core.handle_dup(scope) }
    assert_equal OBJECTS, handles.uniq.size
    assert handles.all? { |one| one.positive? && one < 2**53 && Core.handle_kind(one) == Core::KIND_SCOPE }
    53.times { |bit| assert_operator kind_of(scope ^ (1 << bit)), :<, 0, bit }
    [2**53, 2**62, 2**63 - 1].each { |high| assert_equal STALE, kind_of(scope + high) }
    [-1, -2, -3, -4, -5, -20, -27, -40, -45, -99].each { |status| assert_equal status, kind_of(status) }
  ensure
    handles&.each { |one| Core.handle_close(one) }
  end

  def kind_of(number)
    Core.handle_kind(number)
  rescue Tocsin::Error => e
    e.code
  end

  TEXTS = ["", "\0", "a\0b", "\0" * 100, "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\u{10FFFF}",
           "x" * (64 << 20), "\xE4".b, "\x00\xD8".dup.force_encoding("UTF-16LE"), "ä".encode("UTF-32BE"), "é".encode("ISO-8859-1"),
           "あ".encode("Shift_JIS"), "+AOQ-".dup.force_encoding("UTF-7"), "\x1b", "\u202e", "\r\n", "\"\\", "{{auto}}", "%s%n",
           "\ufeff", "a".encode("US-ASCII"), "\x80".dup.force_encoding("US-ASCII"), :symbol].freeze
  NO_TEXTS = [nil, true, false, 1, -1, 2**70, 1.5, Float::NAN, Float::INFINITY, [], {}, Object.new, Object, -> {},
              Thread.current, $stdout, BasicObject.new, [nil], { nil => nil }].freeze

  def test_bnd_3_texts_of_every_kind_and_what_is_none
    (TEXTS + NO_TEXTS).each do |one|
      Tocsin.with_isolation_scope do |scope|
        scope.set_tag("k", one)
        scope.set_tag(one, "v")
        scope.set_extra("k", one)
        scope.set_transaction_name(one)
        Tocsin.capture_message(one)
        assert Tocsin.capture_message("after")
      end
    end
    assert_operator sent_messages.count("after"), :==, TEXTS.size + NO_TEXTS.size
  end

  def test_bnd_3_no_text_of_the_lowest_module_is_taken_for_another
    NO_TEXTS.grep_v(nil).each do |one|
      assert_raises(TypeError) { Core.scope_set_tag(Tocsin.current_scope.handle, one, "v") }
      assert_raises(TypeError) { Core.scope_set_tag(Tocsin.current_scope.handle, "k", one) }
    end
  end

  # How far a thread counts while the block runs, in a second of it.
  def rate_during
    count = 0
    is_over = false
    counter = Thread.new { count += 1 until is_over }
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    before = count
    yield
    (count - before) / (Process.clock_gettime(Process::CLOCK_MONOTONIC) - start)
  ensure
    is_over = true
    counter.join
  end

  # On a busy machine one try says little; a lock that is held all the time fails each.
  def test_bnd_4_another_thread_counts_at_its_own_rate_during_a_flush
    server = TCPServer.new("127.0.0.1", 0)
    again(transport: "http", dsn: "http://key@127.0.0.1:#{server.addr[1]}/1", shutdown_timeout: 0)
    Tocsin.capture_message("never answered")
    rates = Array.new(20) do
      share = rate_during { Tocsin.flush(0.2) } / rate_during { sleep 0.2 }
      break [share] if share >= 0.9

      share
    end
    assert_operator rates.max, :>=, 0.9
  ensure
    Tocsin.close(0)
    server.close
  end
end
