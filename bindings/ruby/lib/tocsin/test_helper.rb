# frozen_string_literal: true

require "tocsin"

module Tocsin
  # For a program's own tests: captures go to memory.
  #
  #   include Tocsin::TestHelper
  #   def setup = report_to_memory
  #   def test_it_reports = (work; assert_equal "boom", sent_events.last["exception"]["values"].last["value"])
  module TestHelper
    # What is about the program that runs the tests.
    QUIET = { argv: false, excepthook: false }.freeze

    # Like Tocsin.init, but sends nothing. Forgets what earlier tests set and sent.
    # @return [void]
    def report_to_memory(integrations: {}, **members, &block)
      @tocsin_items = []
      Tocsin.init(transport: "pull", host_contexts: false, shutdown_timeout: 0,
                  integrations: { **QUIET, **integrations }, **members, &block)
    end

    # From now on calls are taken and nothing is captured; what was sent before stays to be seen.
    # @return [void]
    def stop_reporting
      sent_items
      Tocsin.close(0)
    end

    # @return [Array<Hash>] events so far, the oldest first
    def sent_events
      sent_items.select { |header, _| header["type"] == "event" }.map { |_, body| JSON.parse(body) }
    end

    # @return [Hash, nil]
    def last_sent_event
      sent_events.last
    end

    # @return [Array<Hash>] the outermost exception of each event that has one: type, value and more
    def sent_exceptions
      sent_events.map { |event| event.dig("exception", "values", -1) }.compact
    end

    # @return [Array<String>] texts of the messages
    def sent_messages
      sent_events.map { |event| event.dig("logentry", "formatted") }.compact
    end

    # @return [Array(Hash, String)] headers and bodies of all items so far
    def sent_items
      nil while Tocsin.client.active? && Tocsin.client.next_envelope(0) { |bytes| @tocsin_items.concat(items_of(bytes)) && 200 }
      @tocsin_items
    end

    private

    def items_of(bytes)
      _, rest = bytes.split("\n", 2)
      items = []
      until rest.nil? || rest.empty?
        line, rest = rest.split("\n", 2)
        header = JSON.parse(line)
        items << [header, rest.byteslice(0, header["length"])]
        rest = rest.byteslice((header["length"] + 1)..)
      end
      items
    end
  end
end
