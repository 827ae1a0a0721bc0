# frozen_string_literal: true

# Reports one error, with frames of the program's own and one of the language's, and prints the event's id.
require "tocsin"
require "set"

class CardRefused < StandardError; end

def charge(amount)
  limit = 100
  raise CardRefused, "limit is #{limit}" if amount > limit # raised here
end

def serve(order)
  order.to_set.each { |amount| charge(amount) }
end

Tocsin.init
Tocsin.with_isolation_scope do
  Tocsin.set_tag("language", "ruby")
  Tocsin.set_user(id: "7")
  Tocsin.add_breadcrumb(category: "cart", message: "checked out")
  begin
    serve([20, 200])
  rescue CardRefused
    Tocsin.capture_exception
  end
  puts Tocsin.last_event_id
end
abort "not delivered" unless Tocsin.flush(60)
