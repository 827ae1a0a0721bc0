# frozen_string_literal: true

# A classic Sinatra program: its server only starts in a block of at_exit.
require "sinatra"
require "tocsin/rack"

Tocsin.init { |config| config.project_root = __dir__ }
use Tocsin::Rack::CaptureExceptions
set :server, "puma"
set :bind, "127.0.0.1"
set :port, 0

get("/carts/:id") { raise KeyError, "cart #{params[:id]}" }
