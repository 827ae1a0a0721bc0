# frozen_string_literal: true

# Which scope a fiber, a thread or an Enumerator sees, and that none sees another's.
class StoreTest < TocsinTest
  # As Fiber[] of Ruby 3.2: a new fiber starts with the same objects as its maker.
  class FakeStorage
    attr_accessor :running

    def initialize
      @fibers = { main: {} }
      @running = :main
    end

    def make(name)
      @fibers[name] = @fibers[@running].dup
    end

    def [](key)
      @fibers[@running][key]
    end

    def []=(key, value)
      @fibers[@running][key] = value
    end
  end

  def family(number)
    Tocsin.with_isolation_scope do
      Tocsin.set_tag("task", number)
      children = Array.new(3) { |child| yield Tocsin.bind { child_of(number, child) } }
      Tocsin.current_scope.capture_message("#{number}")
      children
    end
  end

  def child_of(number, child)
    Tocsin.with_scope do |scope|
      pause
      scope.set_tag("child", child)
      pause
      Tocsin.capture_message("#{number}/#{child}")
    end
  end

  def pause
    @by_fibers ? Fiber.yield : Thread.pass
  end

  def assert_nothing_foreign
    found = sent_events.map { |event| [event.dig("logentry", "formatted"), event["tags"]] }
    assert_equal 400, found.size
    foreign = found.reject do |message, tags|
      task, child = message.split("/")
      tags == { "task" => task, "child" => child }.compact
    end
    assert_equal [], foreign.first(3), "#{foreign.size} events"
  end

  def test_a_hundred_fibers_with_three_children_each
    @by_fibers = true
    children = []
    parents = Array.new(100) do |i|
      Fiber.new do
        Fiber.yield
        family(i) { |work| Fiber.new(&work).tap { |child| children << child && Fiber.yield } }
      end
    end
    [parents, children].each { |fibers| fibers.each(&:resume) while fibers.select!(&:alive?) || fibers.any? }
    assert_nothing_foreign
  end

  def test_a_hundred_threads_with_three_children_each
    parents = Array.new(100) { |i| Thread.new { family(i) { |work| Thread.new(&work) } } }
    parents.flat_map(&:value).each(&:join)
    assert_nothing_foreign
  end

  def test_what_a_fiber_enters_stays_its_own
    Tocsin.with_isolation_scope do |scope|
      fiber = Fiber.new { Tocsin.with_isolation_scope { Fiber.yield Tocsin.current_scope } }
      refute_same scope, fiber.resume
      assert_same scope, Tocsin.current_scope
      fiber.resume
    end
  end

  def test_a_thread_inherits_nothing_unasked
    Tocsin.with_isolation_scope do
      assert_same Tocsin.client.root_scope, Thread.new { Tocsin.current_scope }.value
    end
  end

  # In a thread of a server, which says where its threads begin.
  def test_an_enumerator_sees_its_threads_scope
    wrong = Array.new(20) do |i|
      Thread.new do
        Tocsin.enter_thread
        Tocsin.with_isolation_scope do
          Tocsin.set_tag("t", i)
          reads = Enumerator.new { |out| 20.times { out << Tocsin.isolation_scope.to_h["tags"]["t"] } }
          Array.new(20) { reads.next }.reject { |read| read == i.to_s }
        end
      end
    end.flat_map(&:value)
    assert_empty wrong
  end

  def test_an_enumerator_in_a_fiber_never_sees_another_fibers_scope
    seen = []
    fibers = Array.new(50) do |i|
      Fiber.new do
        Tocsin.with_isolation_scope do
          Tocsin.set_tag("t", i)
          reads = Enumerator.new { |out| 2.times { out << Tocsin.isolation_scope.to_h["tags"] } }
          2.times do
            seen << [i.to_s, reads.next&.fetch("t")]
            Fiber.yield
          end
        end
      end
    end
    3.times { fibers.each(&:resume) }
    assert_empty(seen.reject { |own, read| read.nil? || read == own })
  end

  def test_a_thread_is_clean_after_its_work
    Thread.new do
      Tocsin.enter_thread
      Tocsin.with_isolation_scope { Tocsin.set_tag("a", 1) }
      assert_same Tocsin.client.root_scope, Tocsin.current_scope
      assert_same Tocsin.client.root_scope, Fiber.new { Tocsin.current_scope }.resume
    end.join
  end

  def test_storage_that_is_inherited_is_forked_by_the_first_write
    storage = FakeStorage.new
    store = Tocsin::Store::FiberStorage.new(storage, -> { storage.running })
    parent = Tocsin.current_scope.fork_isolation
    store.enter(parent)
    storage.make(:child)
    storage.running = :child
    assert_same parent, store.get
    child = store.own
    child.isolation_scope.set_tag("who", "child")
    assert_same child, store.own
    storage.running = :main
    assert_same parent, store.own
    assert_nil parent.isolation_scope.to_h["tags"]
  end

  def test_storage_that_a_thread_inherited_is_not_read_there
    store = Tocsin::Store::FiberStorage.new({}, -> { self })
    store.enter(Tocsin.current_scope)
    assert_same Tocsin.current_scope, store.get
    assert_equal [nil, nil], Thread.new { [store.get, store.own] }.value
  end

  def test_inherited_storage_keeps_the_trace_and_is_put_back
    storage = FakeStorage.new
    store = Tocsin::Store::FiberStorage.new(storage, -> { storage.running })
    parent = Tocsin.current_scope.fork_isolation
    before = store.enter(parent)
    storage.make(:child)
    storage.running = :child
    trace = ->(scope) { scope.capture_message("x") && sent_events.last["contexts"]["trace"]["trace_id"] }
    assert_equal trace.call(parent), trace.call(store.own)
    storage.running = :main
    store.leave(before)
    assert_nil store.get
  end

  def test_propagate_scope_reaches_threads_and_fibers
    events, = program(<<~RUBY)
      Tocsin.init(**INIT, propagate_scope: true)
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("t", 1)
        Thread.new(2) { |n| Tocsin.current_scope.set_tag("n", n); Tocsin.capture_message("thread") }.join
        Fiber.new { |n| Tocsin.current_scope.set_tag("n", n); Tocsin.capture_message("fiber") }.resume(3)
        Tocsin.capture_message("parent")
      end
    RUBY
    assert_equal [{ "t" => "1", "n" => "2" }, { "t" => "1", "n" => "3" }, { "t" => "1" }],
                 (events.map { |event| event["tags"] })
  end
end
