# frozen_string_literal: true

require "json"
require "stringio"
require "uri"

module Tocsin
  module Rack
    # A request's body as data: JSON and forms, no files, up to max_request_body_size. The program must
    # not notice: nothing is read that is not in memory already, unless the program has done with it.
    class Body
      LIMITS = { "none" => 0, "small" => 1000, "medium" => 10_000, "always" => 1 << 20 }.freeze
      FORM = "application/x-www-form-urlencoded"
      JSON_TYPE = %r{\Aapplication/(?:[\w.+-]+\+)?json\z}.freeze

      # @param size [String] the option max_request_body_size
      # @param scrub [Scrub]
      def initialize(size, scrub)
        @limit = LIMITS.fetch(size, 0)
        @scrub = scrub
      end

      # @return [Hash, Array, nil]
      def of(env)
        input = env["rack.input"]
        parsed(env, input.string.byteslice(0, @limit)) if input.is_a?(StringIO) && wanted?(env)
      end

      # For the end of a request: also what has to be read again.
      def late(env)
        input = env["rack.input"]
        parsed(env, again(input)) if !input.is_a?(StringIO) && input.respond_to?(:rewind) && wanted?(env)
      end

      private

      def type(env)
        env["CONTENT_TYPE"].to_s[/\A[^;\s]+/].to_s.downcase
      end

      # A length that was not told may be any.
      def wanted?(env)
        length = env["CONTENT_LENGTH"].to_s
        return false unless length.match?(/\A\d+\z/) && length.to_i.between?(1, @limit)

        type(env) == FORM || JSON_TYPE.match?(type(env))
      end

      def again(input)
        input.rewind
        input.read(@limit)
      ensure
        input.rewind
      end

      def parsed(env, text)
        text = text.to_s.dup.force_encoding(Encoding::UTF_8)
        return nil unless text.valid_encoding?

        without_secrets(type(env) == FORM ? form(text) : document(text))
      rescue ArgumentError
        nil
      end

      def form(text)
        URI.decode_www_form(text).group_by(&:first).transform_values do |pairs|
          pairs.size == 1 ? pairs[0][1] : pairs.map(&:last)
        end
      end

      def without_secrets(value)
        case value
        when Hash then value.to_h { |key, item| [key, @scrub.hides?(key) ? Scrub::FILTERED : without_secrets(item)] }
        when Array then value.map { |item| without_secrets(item) }
        else value
        end
      end

      # What is a bare text or number has no names by which secrets could be told.
      def document(text)
        value = JSON.parse(text)
        value if value.is_a?(Hash) || value.is_a?(Array)
      rescue JSON::ParserError
        nil
      end
    end
  end
end
