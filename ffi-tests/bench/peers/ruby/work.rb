# frozen_string_literal: true

# Workload W on scopes of sentry-ruby, and the client that takes it.
require "sentry-ruby"

# A text of its own each time.
def message(number)
  "checkout failed for customer #{number}"
end

# Throws everything away. It counts what it got, as a capture that was turned away on the way here takes next to
# no time.
class Nowhere < Sentry::Transport
  class << self
    attr_accessor :events, :length # of the last one's text
  end
  self.events = 0

  def send_event(event)
    Nowhere.events += 1
    event
  end
end

# The same, after it became text.
class Bytes < Sentry::Transport
  def send_data(text, _options = {})
    Nowhere.events += 1
    Nowhere.length = text.bytesize
  end
end

def start(dsn: "http://public@127.0.0.1:9/1", transport: nil, threads: nil, breadcrumbs: 100)
  Sentry.init do |config|
    config.dsn = dsn
    config.release = "shop@4.2.1"
    config.environment = "production"
    config.server_name = "web-3"
    config.max_breadcrumbs = breadcrumbs
    config.logger = Logger.new(nil)
    config.background_worker_threads = threads if threads
    config.transport.transport_class = transport if transport
  end
end

# The library has no setting for the length of its queue.
def lengthen_queue(length, threads)
  executor = Concurrent::ThreadPoolExecutor.new(
    min_threads: 0, max_threads: threads, max_queue: length, fallback_policy: :discard
  )
  Sentry.background_worker.instance_variable_set(:@executor, executor)
  Sentry.background_worker.instance_variable_set(:@shutdown_callback, proc do
    executor.shutdown
    executor.wait_for_termination(Sentry.background_worker.shutdown_timeout)
  end)
end

def breadcrumb(number)
  path = format("/api/v2/orders/%<number>05d", number: number % 100_000)
  Sentry::Breadcrumb.new(
    message: "GET #{path} returned 200 after some milliseconds", category: "http.client", level: "info",
    data: { url: "https://orders.example.com#{path}", status_code: 200 }
  )
end

def fill(scope, tags: 10, breadcrumbs: 100, full: true)
  tags.times { |number| scope.set_tags("tag.#{number}" => "value-#{number}") }
  breadcrumbs.times { |number| scope.add_breadcrumb(breadcrumb(number)) }
  return scope unless full

  5.times do |number|
    scope.set_tags("global.#{number}" => "value-#{number}", "isolation.#{number}" => "value-#{number}")
    scope.set_extras("extra.#{number}" => "some text of a moderate length")
  end
  scope.set_user(id: "1042", username: "ada", email: "ada@example.com", segment: "beta")
  %w[order cart shipment].each do |name|
    scope.set_context(name, { id: "A-1042", items: 7, total: 129.5, currency: "EUR", express: true })
  end
  scope
end
