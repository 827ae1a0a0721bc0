# frozen_string_literal: true

module Tocsin
  # What a client is opened with. Beside the members listed here it has one for each option of the
  # core (docs/options.md): times in milliseconds, sizes in bytes, lists as arrays. What is left nil
  # comes from the environment, then from the core's defaults.
  #
  #   Tocsin.init do |config|
  #     config.dsn = "https://KEY@HOST/PROJECT"
  #     config.before_send = ->(event, hint) { event unless event["message"] == "health" }
  #   end
  class Configuration
    CORE_OPTIONS = %i[
      dsn transport spotlight http_proxy https_proxy ca_certs cert_file key_file
      release environment dist server_name org_id sdk_name platform host_contexts
      sample_rate ignore_errors hook_timeout
      trace_propagation_targets propagate_traceparent strict_trace_continuation
      max_breadcrumbs max_value_length max_attachment_size max_request_body_size
      send_default_pii scrub_denylist include_local_variables
      attach_stacktrace max_stack_frames context_lines in_app_include in_app_exclude
      queue_max_items queue_max_bytes max_connections compression keep_alive
      cache_dir cache_max_items cache_max_size cache_max_age durability retry_5xx
      connect_timeout transfer_timeout shutdown_timeout flush_at_exit send_client_reports debug
    ].freeze
    attr_accessor(*CORE_OPTIONS)

    # @return [Proc, nil] (event, hint) -> event or nil to drop it; last of all, once an event
    attr_accessor :before_send
    # @return [Proc, nil] (crumb, hint) -> crumb or nil to drop it
    attr_accessor :before_breadcrumb
    # @return [Proc, nil] (event, hint) -> share to keep, 0.0 to 1.0, in place of sample_rate
    attr_accessor :error_sampler
    # @return [Array<Proc>] (event, hint) -> event or nil; after the scopes' processors
    attr_accessor :event_processors
    # @return [Array<Class, String>] exceptions to leave out, with all that inherit from them
    attr_accessor :excluded_exceptions
    # @return [Proc, nil] (error) -> anything; is told of errors in tocsin, in hooks, and of what the
    #   core refused. Without it they go to standard error if debug is on.
    attr_accessor :on_error
    # @return [String] the folder whose files are the program's own code
    attr_accessor :project_root
    # @return [Boolean] what works by itself is on (true); see Integrations
    attr_accessor :default_integrations
    # @return [Hash] integrations by name: false turns one off, true on, a Hash has its settings; the
    #   rest stays as default_integrations says
    attr_accessor :integrations
    # @return [Boolean] put Ruby's name and version into every event (true)
    attr_accessor :describe_runtime
    # @return [Symbol, nil] where scopes are kept, :fiber_storage or :fiber_local; nil: the best there is
    attr_accessor :scope_store
    # @return [Boolean] new threads and fibers start with a fork of their maker's scope (false)
    attr_accessor :propagate_scope

    def initialize
      @sdk_name = "tocsin.ruby"
      @platform = "ruby"
      @event_processors = []
      @excluded_exceptions = []
      @project_root = Dir.pwd
      @default_integrations = @describe_runtime = true
      @integrations = {}
      @propagate_scope = false
    end

    # Sets several members; an unknown one raises NoMethodError.
    # @param members [Hash]
    # @return [Configuration] itself
    def update(members)
      members.each { |name, value| public_send("#{name}=", value) }
      self
    end

    # @return [String] no member, as some are secret, and a name that is no member ends in an error with this
    def inspect
      "#<#{self.class}>"
    end

    # The members that the core knows, without those that were left nil.
    # @return [Hash]
    def core_options
      CORE_OPTIONS.to_h { |name| [name, public_send(name)] }.compact
    end

    # Whether a hook stands in the way of each event.
    # @return [Boolean]
    def event_hooks?
      !(before_send.nil? && error_sampler.nil? && event_processors.empty?)
    end
  end
end
