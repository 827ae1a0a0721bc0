# frozen_string_literal: true

module Tocsin
  # Captures from the current scope, and data for the isolation scope. All of them are Scope's, which
  # says what they take.
  module Capturing
    # @return [EventId, nil]
    # @see Scope#capture_message
    def capture_message(message = nil, **given, &change)
      reading.capture_message(message, **given, &change)
    end

    # @param exception [Exception, String, Hash, nil] without one, the exception being handled
    # @return [EventId, nil]
    # @see Scope#capture_exception
    def capture_exception(exception = nil, **given, &change)
      exception ||= $! unless given.key?(:type)
      scope_for(exception).capture_exception(exception, **given, &change)
    end

    # @return [EventId, nil]
    # @see Scope#capture_event
    def capture_event(event = nil, **given, &change)
      reading.capture_event(event, **given, &change)
    end

    # Reports what the block raises, and raises it.
    # @return the block's value
    def with_exception_captured(**given)
      yield
    rescue StandardError => e
      capture_exception(e, **given)
      raise
    end

    # @return [String, nil] the id of what was captured last in this request or job
    def last_event_id
      reading.isolation_scope.last_event_id
    end

    # @!method set_tag(key, value)
    #   @see Scope#set_tag
    # @!method set_tags(tags)
    #   @see Scope#set_tags
    # @!method remove_tag(key)
    #   @see Scope#remove_tag
    # @!method set_user(user)
    #   @see Scope#set_user
    # @!method set_extra(key, value)
    #   @see Scope#set_extra
    # @!method set_extras(extras)
    #   @see Scope#set_extras
    # @!method remove_extra(key)
    #   @see Scope#remove_extra
    # @!method set_context(key, value)
    #   @see Scope#set_context
    # @!method set_contexts(contexts)
    #   @see Scope#set_contexts
    # @!method remove_context(key)
    #   @see Scope#remove_context
    # @!method set_level(level)
    #   @see Scope#set_level
    # @!method set_fingerprint(list)
    #   @see Scope#set_fingerprint
    # @!method add_breadcrumb(crumb = nil, hint: {}, **fields)
    #   @see Scope#add_breadcrumb
    # @!method clear_breadcrumbs
    #   @see Scope#clear_breadcrumbs
    # @!method add_attachment(bytes: nil, filename: nil, path: nil, content_type: nil)
    #   @see Scope#add_attachment
    # @!method add_feature_flag(flag, result)
    #   @see Scope#add_feature_flag
    %i[set_tag set_tags remove_tag set_user set_extra set_extras remove_extra set_context set_contexts
       remove_context set_level set_fingerprint add_breadcrumb clear_breadcrumbs add_attachment
       add_feature_flag].each do |name|
      define_method(name) { |*values, **given| isolation_scope.public_send(name, *values, **given) }
    end

    # Names what is going on, on the current scope.
    # @see Scope#set_transaction_name
    def set_transaction_name(name, source: nil)
      current_scope.set_transaction_name(name, source: source)
    end
  end
end
