# frozen_string_literal: true

module Tocsin
  # What works by itself while it is on. A class stands for one; an object for one in one client.
  class Integration
    # What can be set, with what it is otherwise.
    SETTINGS = {}.freeze

    # @return [Hash{Symbol => Object}] frozen
    attr_reader :settings

    # Puts into Ruby what it needs. Happens for each init, and what it leaves there has to ask whether
    # the client has the integration, since a later init may be without.
    # @return [void]
    def self.patch; end

    # Whether there is something to work on.
    # @return [Boolean]
    def self.available?
      true
    end

    # @param name [String] for messages
    # @param given [Hash, true, nil] settings
    # @raise [Error] one that there is not
    def initialize(name, given)
      given = given.is_a?(Hash) ? given.transform_keys(&:to_sym) : {}
      unknown = given.keys - self.class::SETTINGS.keys
      raise Error.new(Core::E_UNKNOWN, "integrations: #{name} has no #{unknown.first}") unless unknown.empty?

      @settings = self.class::SETTINGS.merge(given).freeze
    end

    # Something to do once for its client.
    # @return [void]
    def start(client); end

    # Whether someone sits at the keyboard and sees errors anyway: irb, pry, a console of Rails.
    # @return [Boolean]
    def self.interactive?
      (defined?(::IRB) && ::IRB.respond_to?(:conf) && !::IRB.conf[:MAIN_CONTEXT].nil?) ||
        (defined?(::Pry) && ::Pry.respond_to?(:initial_session?) && !::Pry.initial_session?) ||
        %w[irb pry].include?(File.basename($PROGRAM_NAME)) || defined?(::Rails::Console) ? true : false
    end
  end

  # All there are, by their names, which are those of other languages too.
  module Integrations
    @known = {}

    class << self
      # @return [Array<String>]
      def names
        @known.keys.sort
      end

      # Makes one known, to clients opened before as well. One without a class only has its name in events.
      # @param name [String]
      # @param type [Class] an Integration
      # @return [void]
      def add(name, type = Class.new(Integration))
        @known[name.to_s] ||= type
        late(name.to_s)
      end

      # @api private
      # @return [Hash{String => Integration}] what is on, sorted by name
      # @raise [Error] a name or setting that there is not
      def of(configuration)
        given = configuration.integrations.transform_keys(&:to_s)
        unknown = given.keys - names
        raise Error.new(Core::E_UNKNOWN, "integrations: there is no #{unknown.first}") unless unknown.empty?

        on = names.select { |name| given.fetch(name, configuration.default_integrations) && @known[name].available? }
        on.to_h { |name| [name, @known[name].new(name, given[name])] }.freeze
      end

      private

      # For a library that was loaded after init.
      def late(name)
        client = Tocsin.client if Tocsin.respond_to?(:client)
        return unless client&.active?

        client.integrate(name)
        client.integration(name)&.class&.patch
      end
    end
  end
end

require "tocsin/integrations/argv"
require "tocsin/integrations/events"
require "tocsin/integrations/ending"
require "tocsin/integrations/logging"
require "tocsin/integrations/rake"
require "tocsin/integrations/stdlib"
require "tocsin/integrations/threading"
