# frozen_string_literal: true

require "time"

module Tocsin
  # What is true of the surroundings in which something happens: tags, user, breadcrumbs and more.
  # The collector closes the handle. Setters say whether the core took the value, and raise nothing.
  class Scope
    # @return [Integer] the handle, which another language may use while this object lives
    attr_reader :handle
    # @return [Client]
    attr_reader :client
    # @return [Symbol] :global, :isolation, :current or :detached
    attr_reader :tier
    # @return [Array<Hooks::Processor>] frozen
    attr_reader :processors

    # @api private
    def initialize(client, handle, tier, isolation: nil, processors: [].freeze)
      @client = client
      @handle = handle
      @guard = Core::Guard.new(handle)
      @tier = tier
      @isolation = isolation
      @processors = processors
    end

    # @!group Making scopes; these raise Tocsin::Error

    # A copy of the same tier; of a current scope, in the same isolation scope.
    def fork
      Scope.new(client, Core.scope_fork(handle), tier, isolation: @isolation, processors: processors)
    end

    # A copy of a current scope in a copy of its isolation scope: for a request or a job.
    def fork_isolation
      made = Core.scope_fork_isolation(handle)
      inner = Scope.new(client, Core.scope_isolation(made), :isolation,
                        processors: isolation_scope.processors)
      Scope.new(client, made, :current, isolation: inner, processors: processors)
    end

    # An empty current scope in this isolation scope.
    def new_current
      Scope.new(client, Core.scope_new_current(handle), :current, isolation: self)
    end

    # The isolation scope of a current scope, and itself of any other.
    def isolation_scope
      tier == :current ? (@isolation ||= found_isolation) : self
    end

    # @!endgroup

    # @!group Data

    def set_tag(key, value)
      try { Core.scope_set_tag(handle, Text.of(key), Text.tag(value)) }
    end

    def set_tags(tags)
      try { Core.scope_set_tags(handle, Text.json(Text.tags(tags))) }
    end

    def remove_tag(key)
      try { Core.scope_remove_tag(handle, Text.of(key)) }
    end

    # @param user [Hash, nil] id, email, username, ip_address and whatever else
    def set_user(user)
      try { Core.scope_set_user(handle, Text.json(user)) }
    end

    def set_extra(key, value)
      try { Core.scope_set_extra(handle, Text.of(key), Text.json(value)) }
    end

    def set_extras(extras)
      extras.map { |key, value| set_extra(key, value) }.all?
    end

    def remove_extra(key)
      try { Core.scope_remove_extra(handle, Text.of(key)) }
    end

    # @param value [Hash, nil] nil removes it
    def set_context(key, value)
      try { Core.scope_set_context(handle, Text.of(key), Text.json(value)) }
    end

    def set_contexts(contexts)
      contexts.map { |key, value| set_context(key, value) }.all?
    end

    def remove_context(key)
      try { Core.scope_remove_context(handle, Text.of(key)) }
    end

    # @param level [Symbol, String, nil] debug, info, warning, error or fatal
    def set_level(level)
      try { Core.scope_set_level(handle, Text.level(level)) }
    end

    def set_fingerprint(list)
      try { Core.scope_set_fingerprint(handle, Text.json(list)) }
    end

    def set_transaction_name(name, source: nil)
      try { Core.scope_set_transaction(handle, Text.of(name), Text.of(source)) }
    end

    def set_request(request)
      try { Core.scope_set_request(handle, Text.json(request)) }
    end

    def set_origin(origin)
      try { Core.scope_set_origin(handle, Text.json(origin)) }
    end

    def add_feature_flag(flag, result)
      try { Core.scope_set_flag(handle, Text.of(flag), Text.json(result)) }
    end

    # Several fields at once, all or none: tags, extra, contexts, flags, user, request, origin, level,
    # fingerprint, transaction.
    def update(fields)
      try { Core.scope_update(handle, Text.json(fields)) }
    end

    # @return [Boolean] false also if before_breadcrumb dropped it or the client is not active
    def add_breadcrumb(crumb = nil, hint: {}, **fields)
      crumb = fields if crumb.nil?
      try { keep_breadcrumb(crumb, hint) }
    end

    def clear_breadcrumbs
      try { Core.scope_clear_breadcrumbs(handle) }
    end

    # Bytes with a filename, or a path to a file that each capture reads.
    def add_attachment(bytes: nil, filename: nil, path: nil, content_type: nil)
      about = { filename: filename, path: path, content_type: content_type }.compact
      try { Core.scope_add_attachment(handle, bytes&.b, Text.json(about)) }
    end

    # @yield [event, hint] each event captured on this scope or on forks made later; answers it or nil
    def add_event_processor(&function)
      @processors = [*processors, Hooks::Processor.new(function, :event)].freeze
    end

    # @param type [Class, String, nil] only exceptions of that type
    # @yield [event, hint] as above, for events that come from exceptions
    def add_error_processor(type = nil, &function)
      @processors = [*processors, Hooks::Processor.new(function, :error, type)].freeze
    end

    # Takes over what another scope holds; entries of that one win.
    def merge(other)
      try { Core.scope_merge(handle, other.handle) }
    end
    alias update_from_scope merge

    def clear
      try { Core.scope_clear(handle) }
    end

    # Starts a new trace on an isolation or global scope.
    def new_trace
      try { Core.scope_new_trace(handle) }
    end

    alias user= set_user
    alias level= set_level
    alias transaction_name= set_transaction_name

    def user
      to_h["user"]
    end

    def level
      to_h["level"]
    end

    def transaction_name
      to_h["transaction"]
    end

    # What the scope itself holds; with merged, what an event would get from all its layers.
    def to_h(merged: false)
      JSON.parse(merged ? Core.scope_merged_json(handle) : Core.scope_json(handle))
    end

    # @return [String, nil]
    def last_event_id
      id = nil
      try { id = Core.scope_last_event_id(handle) }
      id.nil? || id.empty? ? nil : id
    end

    # @!endgroup

    # @!group Captures; all answer the event id, or nil if nothing was queued
    #
    # Beside its own arguments each takes `hint:`, a Hash for the hooks, `overlay:`, a scope that wins
    # over all others for this event, and the fields of such a scope: tags, extra, contexts, user,
    # fingerprint.

    def capture_message(message, level: nil, **given)
      client.capture(self, Core::CAPTURE_MESSAGE, given) { Subject.message(message, level) }
    end

    # @param exception [Exception, Hash] a Hash has `type` and `value`
    def capture_exception(exception = $!, mechanism: Subject::HANDLED, **given)
      return nil if exception.nil?

      client.capture_exception(self, exception, mechanism, given)
    end

    # @param event [Hash] as the protocol has it
    def capture_event(event, **given)
      client.capture(self, Core::CAPTURE_EVENT, given) { Subject.event(event) }
    end

    # @!endgroup

    # @api private
    # Takes over all of another client's scope of the same tier.
    def adopt(other)
      merge(other)
      @processors = [*processors, *other.processors].freeze
    end

    # @api private
    def layers(overlay)
      middle = %i[current isolation].include?(tier) ? [isolation_scope] : []
      [client.global_scope, *middle, self, overlay].compact.uniq
    end

    private

    # A handle that came as a number may be of any tier.
    def found_isolation
      Scope.new(client, Core.scope_isolation(handle), :isolation)
    rescue Error => e
      raise unless e.code == Core::E_ARG

      self
    end

    def try
      yield == Core::OK
    rescue StandardError => e
      client.trouble(e)
      false
    end

    def keep_breadcrumb(crumb, hint)
      function = client.configuration.before_breadcrumb
      return Core.scope_add_breadcrumb(handle, Text.json(crumb)) if function.nil? || !client.active?
      return Core::DROPPED if Hooks.running? == :breadcrumb

      shown = { "type" => "default", "timestamp" => Time.now.utc.iso8601(6) }
              .merge(JSON.parse(Text.json(crumb)))
      shown = Hooks.breadcrumb(function, shown, hint) { |error| client.trouble(error) }
      shown.nil? ? Core::DROPPED : Core.scope_add_breadcrumb(handle, Text.json(shown))
    end
  end
end
