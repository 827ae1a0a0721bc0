# frozen_string_literal: true

require "rake"
require "tocsin"

Tocsin::Integrations.add("rake", Tocsin::Integrations::Rake)
