# frozen_string_literal: true

module Tocsin
  module Integrations
    # The program's name and arguments, as they are at init, in `extra`. What looks like a secret is left out:
    # the value of `--password=...`, of `--password ...`, and of `PASSWORD=...`, the user part of a URL.
    class Argv < Integration
      KEY = "sys.argv"
      FILTERED = "[Filtered]"
      MAX = 100
      ASSIGNMENT = /\A(-{0,2}[\w.-]+)=(.*)\z/m.freeze
      OPTION = /\A-{1,2}[a-zA-Z][\w.-]*\z/.freeze
      LOGIN = %r{(\w://)[^/@\s]+@}.freeze

      def start(client)
        words = [$PROGRAM_NAME, *ARGV].first(MAX).map { |word| Text.scrub(word) }
        client.global_scope.set_extra(KEY, scrub(words, client.options["scrub_denylist"]))
      end

      # @param parts [Array<String>] of names whose values are secret
      # @return [Array<String>] the words without secrets
      def scrub(words, parts)
        secret = Regexp.union(parts.map { |part| /#{Regexp.escape(part)}/i })
        expected = false
        words.map do |word|
          is_value = expected && !OPTION.match?(word)
          expected = OPTION.match?(word) && secret.match?(word)
          is_value ? FILTERED : scrub_word(word, secret)
        end
      end

      private

      def scrub_word(word, secret)
        name, = ASSIGNMENT.match(word)&.captures
        return "#{name}=#{FILTERED}" if name && secret.match?(name)

        word.gsub(LOGIN) { "#{Regexp.last_match(1)}#{FILTERED}@" }
      end
    end

    add "argv", Argv
  end
end
