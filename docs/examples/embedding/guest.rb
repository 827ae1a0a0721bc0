# frozen_string_literal: true

# Runs inside a C program, which gives the number of a scope.
require "tocsin"

puts "  Ruby   has instance #{Tocsin::Core.instance_id} of libtocsin, and scope #{SCOPE}"
Tocsin.with_handle(SCOPE) do
  Tocsin.set_tag("drink", "tea")
  Integer("two spoons")
rescue ArgumentError => e
  Tocsin.capture_exception(e)
end
