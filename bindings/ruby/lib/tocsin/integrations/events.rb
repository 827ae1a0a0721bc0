# frozen_string_literal: true

module Tocsin
  module Integrations
    # An exception that was sent is not sent again; Client::Capture asks.
    class Dedupe < Integration; end

    # The loaded gems in each event; Client writes them.
    class Modules < Integration; end

    add "dedupe", Dedupe
    add "modules", Modules
  end
end
