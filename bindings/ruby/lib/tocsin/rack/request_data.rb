# frozen_string_literal: true

require "tocsin/scrub"
require "tocsin/rack/body"

module Tocsin
  module Rack
    # A Rack environment as the protocol's `request`. The core leaves out what is personal unless
    # send_default_pii is on; what has a secret's name is filtered here.
    class RequestData
      # The core knows the usual headers that carry an address; these are rarer.
      ADDRESSES = %w[Forwarded Client-Ip True-Client-Ip Cf-Connecting-Ip Fastly-Client-Ip X-Client-Ip
                     X-Cluster-Client-Ip].freeze

      HEADERS_MAX = 200

      # @param options [Hash] the client's
      def initialize(options)
        @headers = {}
        @personal = options["send_default_pii"]
        @scrub = Scrub.new(options["scrub_denylist"])
        @body = Body.new(options["max_request_body_size"], @scrub)
      end

      # @param scheme [String] http or https
      # @return [Hash]
      def of(env, scheme)
        query = env["QUERY_STRING"].to_s
        {
          method: env["REQUEST_METHOD"],
          url: "#{scheme}://#{env['HTTP_HOST'] || env['SERVER_NAME']}#{path(env)}",
          query_string: (@scrub.query(query) unless query.empty?),
          headers: headers(env),
          env: env.slice("SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR"),
          data: @body.of(env)
        }.compact
      end

      # @param request [Hash] what `of` answered when the request began
      # @return [Hash, nil] the same with its body, if that can be had only now
      def late(request, env)
        body = @body.late(env)
        request.merge(data: body) unless body.nil?
      end

      # @return [String] as the client asked for it, without the query
      def path(env)
        "#{env['SCRIPT_NAME']}#{env['PATH_INFO']}"
      end

      private

      def headers(env)
        found = { "Content-Type" => env["CONTENT_TYPE"], "Content-Length" => env["CONTENT_LENGTH"] }
        env.each do |key, value|
          next unless key.is_a?(String) && key.start_with?("HTTP_") && value.is_a?(String)
          next if key == "HTTP_VERSION" && value.start_with?("HTTP/") # a server's own word, no header

          name, treatment = header(key)
          found[name] = treatment.nil? ? value : send(treatment, value)
        end
        found.compact
      end

      # A client can invent as many names as it likes; the usual ones are thought about once.
      # @return [Array(String, Symbol)] the name, and what is to be done to its value, nil: nothing
      def header(key)
        @headers[key] || begin
          name = key.delete_prefix("HTTP_").split("_").map(&:capitalize).join("-")
          known = [name, @personal ? nil : treatment(name)].freeze
          @headers.size < HEADERS_MAX ? @headers[key.dup.freeze] = known : known
        end
      end

      # Cookies and credentials are the core's to leave out.
      def treatment(name)
        return :leave_out if ADDRESSES.include?(name)
        return :hide if @scrub.hides?(name)

        :without_query if name == "Referer"
      end

      def leave_out(_value); end

      def hide(_value)
        Scrub::FILTERED
      end

      def without_query(value)
        value.sub(/\?(.*)/m) { "?#{@scrub.query(Regexp.last_match(1))}" }
      end
    end
  end
end
