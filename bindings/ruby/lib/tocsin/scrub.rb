# frozen_string_literal: true

module Tocsin
  # Keeps secrets out of what is gathered without being asked for. What hides a value is the name that it goes
  # by: one that has a part from the option scrub_denylist.
  # @api private
  class Scrub
    FILTERED = "[Filtered]"
    ASSIGNMENT = /\A(-{0,2}[\w.-]+)=(.+)\z/m.freeze
    OPTION = /\A-{1,2}[a-zA-Z][\w.-]*\z/.freeze
    LOGIN = %r{(\w://)[^/?#@\s]*@}.freeze
    MEMBER = /([^?&;=#]+)=([^&;#]*)/.freeze

    # @param denylist [Array<String>] parts of names
    def initialize(denylist)
      @secret = Regexp.union(denylist.reject(&:empty?).map { |part| /#{Regexp.escape(part)}/i })
    end

    # @return [Boolean] whether what goes by that name must not be shown
    def hides?(name)
      @secret.match?(name.to_s)
    end

    # @param text [String] "a=1&token=x"
    # @return [String] with the values that are secret replaced
    def query(text)
      text.gsub(MEMBER) do |member|
        name = Regexp.last_match(1)
        hides?(name) ? "#{name}=#{FILTERED}" : member
      end
    end

    # @param words [Array<String>] a program's arguments
    # @return [Array<String>] without the values of `--password=x`, `--password x`, `PASSWORD=x`, and without users
    #   and secrets in addresses
    def words(words)
      expected = false
      words.map do |word|
        is_value = expected && !word.start_with?("-")
        expected = OPTION.match?(word) && hides?(word)
        is_value ? FILTERED : word(word)
      end
    end

    private

    def word(word)
      name = ASSIGNMENT.match(word)&.[](1)
      return "#{name}=#{FILTERED}" if name && hides?(name)

      query(word.gsub(LOGIN) { Regexp.last_match(1) })
    end
  end
end
