# frozen_string_literal: true

# A Sinatra program as people write them: it answers its errors itself.
require "tocsin/rack"
require_relative "sinatra_shop"

Tocsin.init do |config|
  config.send_default_pii = ENV["PII"] == "1"
  config.project_root = __dir__
end

use Tocsin::Rack::CaptureExceptions, trusted_proxies: ["127.0.0.0/8"]
run Shop
