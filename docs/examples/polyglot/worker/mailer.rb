# frozen_string_literal: true

# Sends mails. A job is a line of JSON; it belongs to the trace of the request that made it.
require "json"
require "tocsin"

def deliver(order)
  raise IOError, "no mail server answers for order #{order}"
end

Tocsin.init(release: "mailer@0.9.2", environment: "demo")
Tocsin.global_scope.set_tag("worker", "mailer")

$stdin.each_line do |line|
  job = JSON.parse(line)
  Tocsin.with_isolation_scope do
    Tocsin.continue_trace(job["trace"])
    Tocsin.set_tag("queue", "mails")
    deliver(job["order"])
  rescue IOError => e
    Tocsin.capture_exception(e)
  end
end
