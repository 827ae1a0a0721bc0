# frozen_string_literal: true

module Tocsin
  # What the core refused, with its number. Tocsin.init and the making of scopes raise it; captures and
  # setters never do: they tell Configuration#on_error.
  class Error < StandardError
    # @return [Integer] one of the statuses below 0, such as -1 for a stale handle
    attr_reader :code

    def initialize(code, detail = nil)
      @code = code
      super(detail || Core.status_text(code))
    end
  end
end
