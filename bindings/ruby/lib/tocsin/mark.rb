# frozen_string_literal: true

module Tocsin
  # What is remembered on an exception itself: the scope that it first passed through, for handlers
  # that run where that scope is gone, and who has captured it already. A frozen one can hold neither;
  # that it was captured is noted beside it.
  # @api private
  module Mark
    SCOPE = :@__tocsin_scope
    CAPTURED = :@__tocsin_captured
    @frozen = ObjectSpace::WeakMap.new

    module_function

    def scope(exception, scope)
      return if exception.frozen? || exception.instance_variable_defined?(SCOPE)

      exception.instance_variable_set(SCOPE, scope)
    end

    def scope_of(exception)
      exception.instance_variable_get(SCOPE)
    end

    def captured(exception, client)
      return unless exception.is_a?(Exception)
      return @frozen[exception] = client if exception.frozen?

      exception.instance_variable_set(CAPTURED, client)
    end

    def captured?(exception, client)
      exception.instance_variable_get(CAPTURED).equal?(client) || @frozen[exception].equal?(client)
    end
  end
end
