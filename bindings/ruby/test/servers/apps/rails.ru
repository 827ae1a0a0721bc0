# frozen_string_literal: true

# A Rails program in one file.
require "action_controller/railtie"
require "tocsin/rails"

Tocsin.init do |config|
  config.send_default_pii = true
  config.project_root = __dir__
end

# A shop.
class Shop < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.hosts.clear
  config.secret_key_base = "x" * 40
  config.logger = Logger.new($stderr)
  config.consider_all_requests_local = ENV["DEVELOPER"] == "1"
  config.tocsin.trusted_proxies = ["127.0.0.1"]
end

# Its only controller.
class CartsController < ActionController::Base
  def show
    Tocsin.set_user(id: 7)
    Tocsin.capture_message("shown") if params[:say]
    raise KeyError, "cart #{params[:id]}"
  end

  def handled
    Rails.error.handle(severity: :warning, context: { step: 2 }) { raise IOError, "handled" }
    head :ok
  end

  def missing
    raise ActionController::RoutingError, "nothing here"
  end
end

Shop.initialize!
Shop.routes.draw do
  get "/carts/missing" => "carts#missing"
  get "/carts/handled" => "carts#handled"
  match "/carts/:id" => "carts#show", via: %i[get post]
end
run Shop
