# frozen_string_literal: true

module Tocsin
  VERSION = "1.0.0"
end
