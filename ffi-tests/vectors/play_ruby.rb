# frozen_string_literal: true

# Plays vectors through the public interface of the Ruby binding: one JSON object a line on standard
# input, one a line on standard output. README.md says what they hold.
# usage: ruby play_ruby.rb BUILD

build = ARGV.fetch(0)
$LOAD_PATH.unshift(File.join(__dir__, "../../bindings/ruby/lib"), File.join(build, "bindings/ruby"))
require "tocsin"

# Callbacks that are lists of actions. Each answers the subject, or nil to drop it.
class Actions
  def initialize(calls, list)
    @calls = calls
    @list = list
  end

  def call(subject, _hint)
    @list.each do |action|
      name, argument = action.first
      return nil if send(name, subject, argument) == :drop
    end
    subject
  end

  private

  def trace(_, label)
    @calls << label
  end

  def drop(_, wanted)
    :drop if wanted
  end

  def fail(_, wanted)
    raise "the vector wants this to fail" if wanted
  end

  %w[level transaction fingerprint message].each do |name|
    define_method("set_#{name}") { |subject, value| subject[name] = value }
  end

  { "set_tag" => "tags", "set_extra" => "extra", "set_data" => "data" }.each do |name, member|
    define_method(name) { |subject, pair| (subject[member] ||= {})[pair[0]] = pair[1] }
  end

  def remove_tag(event, key)
    event["tags"]&.delete(key)
  end

  def drop_if_tag(event, pair)
    :drop if event.dig("tags", pair[0]) == pair[1]
  end

  def drop_if_category(crumb, category)
    :drop if crumb["category"] == category
  end
end

# One vector from its fresh client to its result.
class Player
  HOOKS = %w[before_send before_breadcrumb].freeze

  def initialize(vector)
    @result = { statuses: [], captures: [], stats: [], reads: [], calls: [], envelopes: [] }
    @client = Tocsin::Client.new(configuration(vector.fetch("options", {})))
    iso = @client.new_isolation_scope
    @scopes = { "global" => @client.global_scope, "iso" => iso, "cur" => iso.new_current }
    @ops = vector["ops"]
  end

  def play
    @ops.each { |op| @result[:statuses] << status_of(op) }
    take_envelopes
    @client.flush(0)
    take_envelopes
    @client.close(0)
    @result
  end

  private

  def configuration(options)
    plain = options.reject { |name, _| HOOKS.include?(name) }
    made = Tocsin::Configuration.new.update(transport: "pull", host_contexts: false, platform: "native",
                                            describe_runtime: false, default_integrations: false, **plain.transform_keys(&:to_sym))
    made.on_error = ->(error) { @error = error.code if error.is_a?(Tocsin::Error) }
    HOOKS.each { |name| made.public_send("#{name}=", hook(options[name])) if options[name] }
    made
  end

  def hook(actions)
    Actions.new(@result[:calls], actions)
  end

  # Setters tell on_error what the core said; all other outcomes count as none.
  def status_of(op)
    @error = 0
    send("op_#{op['op']}", op)
    @error
  rescue Tocsin::Error => e
    e.code
  end

  def take_envelopes
    nil while @client.next_envelope(0) { |bytes| answered(bytes) }
  end

  def answered(bytes)
    @result[:envelopes] << bytes.unpack1("H*")
    200
  end

  def on(op)
    @scopes.fetch(op["scope"])
  end

  def keep(op, scope)
    @scopes[op["as"]] = scope if op["as"]
    @scopes[op["isolation_as"]] = scope.isolation_scope if op["isolation_as"]
  end

  def op_fork(op) = keep(op, @scopes.fetch(op["from"]).fork)
  def op_fork_isolation(op) = keep(op, @scopes.fetch(op["from"]).fork_isolation)
  def op_new_current(op) = keep(op, @scopes.fetch(op["isolation"]).new_current)
  def op_new_isolation(op) = keep(op, @client.new_isolation_scope)
  def op_new_scope(op) = keep(op, @client.new_scope)

  # Ruby makes tags of numbers and booleans, which the vectors do not speak of.
  def op_set_tag(op)
    on(op).set_tag(op["key"], op["value"]) if op["value"].nil? || op["value"].is_a?(String)
  end

  # A list, which is no tag in Ruby either, stands in for a number or boolean.
  def op_set_tags(op)
    tags = op["tags"]
    tags = tags.transform_values { |one| one.nil? || one.is_a?(String) ? one : [one] } if tags.is_a?(Hash)
    on(op).set_tags(tags)
  end

  def op_remove_tag(op) = on(op).remove_tag(op["key"])
  def op_set_user(op) = on(op).set_user(op["user"])
  def op_set_request(op) = on(op).set_request(op["request"])
  def op_set_origin(op) = on(op).set_origin(op["origin"])
  def op_set_extra(op) = on(op).set_extra(op["key"], op["value"])
  def op_remove_extra(op) = on(op).remove_extra(op["key"])
  def op_set_context(op) = on(op).set_context(op["key"], op["value"])
  def op_remove_context(op) = on(op).remove_context(op["key"])
  def op_set_level(op) = on(op).set_level(op["level"])
  def op_set_fingerprint(op) = on(op).set_fingerprint(op["fingerprint"])
  def op_set_transaction(op) = on(op).set_transaction_name(op["name"], source: op["source"])
  def op_set_flag(op) = on(op).add_feature_flag(op["flag"], op["result"])
  def op_add_breadcrumb(op) = on(op).add_breadcrumb(op["crumb"])
  def op_clear_breadcrumbs(op) = on(op).clear_breadcrumbs
  def op_add_attachment(op) = on(op).add_attachment(bytes: op["data"], filename: op["filename"])
  def op_add_event_processor(op) = on(op).add_event_processor(&hook(op["do"]).method(:call))
  def op_add_error_processor(op) = on(op).add_error_processor(op["type"], &hook(op["do"]).method(:call))
  def op_new_trace(op) = on(op).new_trace
  def op_continue_trace(op) = on(op).continue_trace(op["headers"])
  def op_merge(op) = @scopes.fetch(op["into"]).merge(@scopes.fetch(op["from"]))
  def op_clear(op) = on(op).clear
  def op_update(op) = on(op).update(op["fields"])

  def op_capture_message(op)
    note(on(op).capture_message(op["message"], level: op["level"], **beside(op)))
  end

  def op_capture_event(op)
    note(on(op).capture_event(op["event"], **beside(op)))
  end

  def op_capture_exception(op)
    note(on(op).capture_exception(op.slice("type", "value"), **beside(op)))
  end

  def op_get_last_event_id(op)
    @result[:reads] << on(op).last_event_id
  end

  # Inline fields, or an overlay.
  def beside(op)
    return op["with"].transform_keys(&:to_sym) if op["with"]

    op["overlay"] ? { overlay: @scopes.fetch(op["overlay"]) } : {}
  end

  def note(id)
    @result[:captures] << id
    @result[:stats] << @client.stats
  end
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(Player.new(JSON.parse(line)).play) }
