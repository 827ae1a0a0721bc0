# frozen_string_literal: true

module Tocsin
  # What a capture answers: the event's id, a text of 32 digits.
  class EventId < String
    # For programs that were written for a library that answers the event.
    # @return [String]
    def event_id
      to_s
    end
  end
end
