# frozen_string_literal: true

module Tocsin
  class Scope
    # The same scope with less that can be done to it, for plugins: docs/plugin-hosts.md.
    module Restriction
      # By the names that `restrict` takes.
      RIGHTS = {
        read: Core::RIGHT_READ, write: Core::RIGHT_WRITE, user: Core::RIGHT_USER,
        capture: Core::RIGHT_CAPTURE, fork: Core::RIGHT_FORK, merge: Core::RIGHT_MERGE,
        close: Core::RIGHT_CLOSE, client: Core::RIGHT_CLIENT, isolation: Core::RIGHT_ISOLATION
      }.freeze

      # What goes beyond is refused with E_DENIED. Forks can do no more, and share the quota. Without :close the
      # handle stays open until it is revoked.
      # @param rights [Array<Symbol>] of RIGHTS
      # @param quota [Hash] any of events, breadcrumbs, bytes, handles, window_ms
      # @return [Scope]
      # @raise [Error] a limit that the core refuses
      # @raise [KeyError] no such right
      def restrict(*rights, **quota)
        sum = rights.flatten.uniq.sum { |name| RIGHTS.fetch(name.to_sym) }
        number = Core.scope_restrict(handle, sum, quota.empty? ? nil : Text.json(quota))
        inner = tier == :current ? isolation_scope : nil
        Scope.new(client, number, tier, isolation: inner, processors: processors,
                                        closed_here: rights.flatten.include?(:close))
      end

      # Takes back what `restrict` gave, with all that was made of it.
      # @param restricted [Scope]
      # @return [Boolean]
      def revoke(restricted)
        try { Core.scope_revoke(handle, restricted.handle) }
      end
    end
  end
end
