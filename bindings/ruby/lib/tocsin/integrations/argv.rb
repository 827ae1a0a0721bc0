# frozen_string_literal: true

module Tocsin
  module Integrations
    # The program's name and arguments, as they are at init and without secrets, in `extra`.
    class Argv < Integration
      KEY = "sys.argv"
      MAX = 100

      # (see Integration#start)
      def start(client)
        words = ARGV.first(MAX).map { |word| Text.scrub(word) }
        client.global_scope.set_extra(KEY, [$PROGRAM_NAME, *client.scrub.words(words)])
      end
    end

    add "argv", Argv
  end
end
