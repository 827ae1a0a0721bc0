# frozen_string_literal: true

# The examples of docs/ruby.md run, and say what the page says.
class DocsTest < TocsinTest
  PAGE = File.join(TOP, "docs/ruby.md")

  def self.blocks_of(page)
    File.read(File.join(TOP, page), encoding: "UTF-8").scan(/^```ruby\n(.*?)^```$/m).flatten
  end

  BLOCKS = blocks_of("docs/ruby.md")

  OTHER_PAGES = %w[docs/concurrency.md docs/plugin-hosts.md].freeze

  ["docs/ruby.md", *OTHER_PAGES].each do |page|
    blocks_of(page).each_with_index do |text, index|
      define_method("test_example_#{index + 1}_of_#{page.tr('./', '_')}_runs") do
        _, output, status = program(text)
        assert status.success?, output
      end
    end
  end

  def test_the_copy_for_a_child_of_the_page_about_concurrency
    event = program(self.class.blocks_of("docs/concurrency.md").fetch(0))[0].fetch(0)
    assert_equal({ "step" => "resize" }, event["tags"])
  end

  def sent_by(words, from = nil, to = nil)
    text = BLOCKS.find { |block| block.include?(words) }
    program(from ? text.sub(from, to) : text)[0]
  end

  def test_what_the_examples_send
    first = sent_by("batch_size", "config.release", 'config.transport = "stdout"; config.release')
    assert_equal(%w[error warning], first.map { |event| event["level"] })
    assert_equal "12", first[0]["tags"]["batch_size"]
    assert_equal({ "request" => "1" }, sent_by("from the worker").fetch(0)["tags"])
    assert_equal [["database"], "shop"], sent_by("closed stream").fetch(0).values_at("fingerprint", "logger")
  end

  def test_what_the_examples_of_integrations_and_older_names_send
    older = sent_by("push_scope")
    assert_equal(%w[warning info], older.map { |event| event["level"] })
    assert_equal [{ "page_locale" => "de-at" }], older.map { |event| event["tags"] }.uniq
    logged = sent_by("no shop")
    assert_equal(["no shop"], logged.map { |event| event["logentry"]["formatted"] })
    assert_equal(["no stock"], logged[0]["breadcrumbs"]["values"].map { |crumb| crumb["message"] })
    tea = sent_by("black", /\z/, 'Tocsin.capture_message("x")').fetch(0)
    assert_equal ["black", true], [tea["tags"]["tea"], tea["sdk"]["integrations"].include?("tea")]
  end

  def test_every_integration_is_in_the_table
    Tocsin::Integrations.names.each { |name| assert_match(/^\| .*`#{name}`.* \|$/, File.read(PAGE, encoding: "UTF-8")) }
  end

  def test_every_option_of_the_binding_is_in_the_table
    own = Tocsin::Configuration.public_instance_methods(false).grep(/=\z/).map { |name| name.to_s.chomp("=") } -
          Tocsin::Configuration::CORE_OPTIONS.map(&:to_s)
    own.each { |name| assert_match(/^\| .*`#{name}`/, File.read(PAGE, encoding: "UTF-8"), name) }
  end

  def test_every_option_of_the_core_can_be_set
    known = Tocsin.client.options.keys - %w[hooks]
    assert_equal known.sort, Tocsin::Configuration::CORE_OPTIONS.map(&:to_s).sort
  end
end
