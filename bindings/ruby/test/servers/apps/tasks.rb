# frozen_string_literal: true

# 100 tasks on one thread with three children each; all yield to the others between their steps.
require "async"
require "tocsin"

# Ruby 3.2 and later hand scopes to child fibers by themselves. What is left at the end may take its time.
Tocsin.init(propagate_scope: !Fiber.respond_to?(:[]), shutdown_timeout: 60_000)

Async do |reactor|
  100.times do |number|
    reactor.async do |task|
      Tocsin.with_isolation_scope do
        Tocsin.set_tag("task", number)
        children = Array.new(3) do |child|
          task.async do |inner|
            inner.sleep(0.001 * (number % 7))
            Tocsin.current_scope.set_tag("child", child)
            inner.sleep(0.001 * (number % 5))
            Tocsin.capture_message("#{number}/#{child}")
          end
        end
        task.sleep(0.001)
        children.each(&:wait)
        Tocsin.capture_message(number.to_s)
      end
    end
  end
end
