# frozen_string_literal: true

require "json"

module Tocsin
  # Values on their way into the core: texts, tags, levels and JSON. Whatever a program hands over
  # becomes something that can be sent; a value that cannot be written must not cost the event.
  # @api private
  module Text
    LEVELS = %w[trace debug info warning error fatal].each_with_index.to_h { |name, i| [name, i + 1] }
                                                      .merge("warn" => 4).freeze
    NO_LEVEL = 99 # out of the core's range, which is for the core to say
    DEPTH = 32

    module_function

    # Text of a key or name; nil stays nil.
    def of(value)
      value.nil? || value.is_a?(String) ? value : value.to_s
    end

    def tag?(value)
      case value
      when nil, String, Symbol, Numeric, true, false then true
      else false
      end
    end

    # Numbers, booleans and symbols are tags too; nil takes the tag away.
    def tag(value)
      tag?(value) ? of(value) : raise(Error, Core::E_TYPE)
    end

    # What no tag can be goes along as it is, for the core to refuse it and store the others.
    def tags(tags)
      tags.is_a?(Hash) ? tags.transform_values { |value| tag?(value) ? of(value) : value } : tags
    end

    def level(name)
      name.nil? ? Core::LEVEL_UNSET : LEVELS.fetch(name.to_s, NO_LEVEL)
    end

    def json(value)
      JSON.generate(value)
    rescue StandardError, SystemStackError
      JSON.generate(plain(value, 0))
    end

    # The value in types that JSON has. Slower, and only for what JSON.generate would not take.
    def plain(value, depth)
      return "..." if depth > DEPTH

      case value
      when Hash then value.to_h { |key, item| [scrub(key.to_s), plain(item, depth + 1)] }
      when Array then value.map { |item| plain(item, depth + 1) }
      when nil, true, false, Integer then value
      when Float then value.finite? ? value : value.to_s
      else scrub(value.to_s)
      end
    rescue StandardError
      "(unreadable #{value.class})"
    end

    def scrub(text)
      return text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace) unless utf8?(text)

      text.dup.force_encoding(Encoding::UTF_8).scrub
    end

    def utf8?(text)
      [Encoding::UTF_8, Encoding::BINARY, Encoding::US_ASCII].include?(text.encoding)
    end
  end
end
