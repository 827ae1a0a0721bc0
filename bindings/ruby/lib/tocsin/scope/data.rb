# frozen_string_literal: true

require "time"

module Tocsin
  class Scope
    # Setters, which answer whether the core took the value, and what there is to read.
    module Data
      # @param key [#to_s] of at most 200 characters
      # @param value [String, Symbol, Numeric, Boolean, nil] nil takes the tag away
      # @return [Boolean]
      def set_tag(key, value)
        try { Core.scope_set_tag(handle, Text.of(key), Text.tag(value)) }
      end

      # @param tags [Hash]
      # @return [Boolean]
      def set_tags(tags)
        try { Core.scope_set_tags(handle, Text.json(Text.tags(tags))) }
      end

      # @return [Boolean]
      def remove_tag(key)
        try { Core.scope_remove_tag(handle, Text.of(key)) }
      end

      # @param user [Hash, nil] id, email, username, ip_address and whatever else
      # @return [Boolean]
      def set_user(user)
        try { Core.scope_set_user(handle, Text.json(user)) }
      end

      # @param value [Object] anything that JSON can hold, more or less
      # @return [Boolean]
      def set_extra(key, value)
        try { Core.scope_set_extra(handle, Text.of(key), Text.json(value)) }
      end

      # @param extras [Hash]
      # @return [Boolean] whether all were taken
      def set_extras(extras)
        extras.map { |key, value| set_extra(key, value) }.all?
      end

      # @return [Boolean]
      def remove_extra(key)
        try { Core.scope_remove_extra(handle, Text.of(key)) }
      end

      # @param value [Hash, nil] nil removes it
      # @return [Boolean]
      def set_context(key, value)
        try { Core.scope_set_context(handle, Text.of(key), Text.json(value)) }
      end

      # @param contexts [Hash{Object => Hash}]
      # @return [Boolean] whether all were taken
      def set_contexts(contexts)
        contexts.map { |key, value| set_context(key, value) }.all?
      end

      # @return [Boolean]
      def remove_context(key)
        try { Core.scope_remove_context(handle, Text.of(key)) }
      end

      # @param level [Symbol, String, nil] debug, info, warning, error or fatal
      # @return [Boolean]
      def set_level(level)
        try { Core.scope_set_level(handle, Text.level(level)) }
      end

      # @param list [Array<String>, nil] what events are grouped by
      # @return [Boolean]
      def set_fingerprint(list)
        try { Core.scope_set_fingerprint(handle, Text.json(list)) }
      end

      # @param source [Symbol, String, nil] where the name is from, such as route, url or task
      # @return [Boolean]
      def set_transaction_name(name, source: nil)
        try { Core.scope_set_transaction(handle, Text.of(name), Text.of(source)) }
      end

      # @param request [Hash, nil] method, url, headers and the rest of the protocol's request
      # @return [Boolean]
      def set_request(request)
        try { Core.scope_set_request(handle, Text.json(request)) }
      end

      # @param origin [Hash, nil] which language captures come from; for bindings
      # @return [Boolean]
      def set_origin(origin)
        try { Core.scope_set_origin(handle, Text.json(origin)) }
      end

      # @param result [Object] what the flag was found to be
      # @return [Boolean]
      def add_feature_flag(flag, result)
        try { Core.scope_set_flag(handle, Text.of(flag), Text.json(result)) }
      end

      # Several fields at once, all or none: tags, extra, contexts, flags, user, request, origin, level,
      # fingerprint, transaction.
      # @param fields [Hash]
      # @return [Boolean]
      def update(fields)
        try { Core.scope_update(handle, Text.json(fields)) }
      end

      # @param crumb [Hash, nil] or its members as keywords: message, category, type, level, data
      # @param hint [Hash] for before_breadcrumb
      # @return [Boolean] false also if before_breadcrumb dropped it or the client is not active
      def add_breadcrumb(crumb = nil, hint: {}, **fields)
        crumb = fields if crumb.nil?
        try { keep_breadcrumb(crumb, hint) }
      end

      # @return [Boolean]
      def clear_breadcrumbs
        try { Core.scope_clear_breadcrumbs(handle) }
      end

      # Bytes with a filename, or a path to a file that each capture reads.
      # @return [Boolean]
      def add_attachment(bytes: nil, filename: nil, path: nil, content_type: nil)
        about = { filename: filename, path: path, content_type: content_type }.compact
        try { Core.scope_add_attachment(handle, bytes&.b, Text.json(about)) }
      end

      # Takes over what another scope holds; entries of that one win.
      # @param other [Scope]
      # @return [Boolean]
      def merge(other)
        try { Core.scope_merge(handle, other.handle) }
      end
      alias update_from_scope merge

      # Empties it.
      # @return [Boolean]
      def clear
        try { Core.scope_clear(handle) }
      end

      # @!method user=(user)
      #   @see #set_user
      alias user= set_user
      # @!method level=(level)
      #   @see #set_level
      alias level= set_level
      # @!method fingerprint=(list)
      #   @see #set_fingerprint
      alias fingerprint= set_fingerprint
      # @!method transaction_name=(name)
      #   @see #set_transaction_name
      alias transaction_name= set_transaction_name

      # @return [Hash, nil]
      def user
        to_h["user"]
      end

      # @return [String, nil]
      def level
        to_h["level"]
      end

      # @return [Array<String>, nil]
      def fingerprint
        to_h["fingerprint"]
      end

      # @return [String, nil]
      def transaction_name
        to_h["transaction"]
      end

      # @param merged [Boolean] what an event would get from all layers, instead of what the scope itself holds
      # @return [Hash]
      def to_h(merged: false)
        JSON.parse(merged ? Core.scope_merged_json(handle) : Core.scope_json(handle))
      end

      # @return [EventId, nil] of what was captured last here
      def last_event_id
        id = nil
        try { id = Core.scope_last_event_id(handle) }
        id.nil? || id.empty? ? nil : EventId.new(id)
      end

      private

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
end
