# frozen_string_literal: true

require "ipaddr"

module Tocsin
  module Rack
    # Where a request came from and by which scheme. What is forwarded can be anybody's invention, so it
    # counts as far as proxies that the program trusts have written it.
    class Origin
      PORT = /\A(?:\[(.+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)\z/.freeze

      # @param trusted [Array<String, IPAddr>] addresses and networks, such as "10.0.0.0/8"
      # @raise [IPAddr::Error] one that is none
      def initialize(trusted)
        @trusted = Array(trusted).map { |one| one.is_a?(IPAddr) ? one : IPAddr.new(one) }
      end

      # The last address before those of trusted proxies.
      # @return [String, nil]
      def address(env)
        address = parsed(env["REMOTE_ADDR"])
        forwarded = env["HTTP_X_FORWARDED_FOR"].to_s.split(",").map(&:strip)
        while address && trusted?(address) && (before = parsed(forwarded.pop))
          address = before
        end
        address&.to_s
      end

      # @return [String]
      def scheme(env)
        forwarded = env["HTTP_X_FORWARDED_PROTO"].to_s[/[^,\s]+\z/].to_s.downcase
        return env["rack.url_scheme"] unless %w[http https].include?(forwarded)

        peer = parsed(env["REMOTE_ADDR"])
        peer && trusted?(peer) ? forwarded : env["rack.url_scheme"]
      end

      private

      def trusted?(address)
        @trusted.any? { |one| one.family == address.family && one.include?(address) }
      end

      def parsed(text)
        match = PORT.match(text.to_s)
        IPAddr.new(match ? match[1] || match[2] : text.to_s).native
      rescue IPAddr::Error
        nil
      end
    end
  end
end
