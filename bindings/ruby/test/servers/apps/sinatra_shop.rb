# frozen_string_literal: true

require "sinatra/base"
require "tocsin"

# A shop.
class Shop < Sinatra::Base
  set :environment, :production
  set :host_authorization, { permitted_hosts: [] }
  error(KeyError) { "sorry" }

  before { Tocsin.set_user(id: params["user"]) if params["user"] }

  get("/fine") { "fine" }
  get("/carts/:id") { {}.fetch(params["id"]) }
  post("/carts/:id") { raise ArgumentError, "no such cart" }
  get("/said") { Tocsin.capture_message("said") }
end
