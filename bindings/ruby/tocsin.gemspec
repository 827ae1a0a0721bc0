# frozen_string_literal: true

require_relative "lib/tocsin/version"

unless File.exist?(File.join(__dir__, "ext/tocsin/tocsin_core.c"))
  raise "the extension's C is not there, which swig makes: bindings/ruby/gem has it made, and builds the gem"
end

Gem::Specification.new do |spec|
  spec.name = "tocsin"
  spec.version = Tocsin::VERSION
  spec.summary = "Error reporting with a scope for each thread and fiber, shared with other languages in a process"
  spec.description = "Reports errors to servers that speak the Sentry envelope protocol, by way of libtocsin, which " \
                     "has to be installed. Rack, Rails, Sidekiq, Logger and Net::HTTP are looked after."
  spec.authors = ["The tocsin authors"]
  spec.license = "MIT"
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir["lib/**/*.rb", "ext/**/*.{rb,c}", "LICENSE", base: __dir__].sort
  spec.extensions = ["ext/tocsin/extconf.rb"]
  spec.requirements = ["libtocsin 1.0 or later"]
  spec.metadata = { "rubygems_mfa_required" => "true" }
end
