# frozen_string_literal: true

# The least that is a scheduler of fibers: they sleep, wait for each other and for threads.
class Scheduler
  def initialize
    @lock = Thread::Mutex.new
    @ready = []
    @sleeping = {}
    @blocked = 0
    @wake, @waker = IO.pipe
  end

  def run
    until @ready.empty? && @sleeping.empty? && @blocked.zero?
      due.each { |fiber| fiber.resume if fiber.alive? }
    end
  end
  alias close run

  def fiber(&block)
    Fiber.new(blocking: false, &block).tap(&:resume)
  end

  def kernel_sleep(seconds = nil)
    block(nil, seconds)
    true
  end

  def block(_blocker, timeout = nil)
    @sleeping[Fiber.current] = clock + timeout if timeout
    @blocked += 1 unless timeout
    Fiber.yield
  ensure
    @blocked -= 1 unless timeout
    @sleeping.delete(Fiber.current)
  end

  # From any thread.
  def unblock(_blocker, fiber)
    @lock.synchronize { @ready << fiber }
    @waker.write(".")
  end

  def timeout_after(seconds, error, message)
    fiber = Fiber.current
    is_over = false
    Fiber.schedule { sleep(seconds) && !is_over && fiber.raise(error, message) }
    yield seconds
  ensure
    is_over = true
  end

  def io_wait(io, _events, timeout)
    IO.select([io], nil, nil, timeout) ? 1 : false
  end

  private

  def clock
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def due
    pause = @lock.synchronize { @ready.empty? ? @sleeping.values.min&.-(clock) : 0 }
    @wake.read_nonblock(4096, exception: false) if IO.select([@wake], nil, nil, pause && [pause, 0].max)
    over = @sleeping.select { |_, time| time <= clock }.keys
    @lock.synchronize { over | @ready.slice!(0..) }
  end
end
