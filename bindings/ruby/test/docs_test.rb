# frozen_string_literal: true

# The examples of docs/ruby.md run, and say what the page says.
class DocsTest < TocsinTest
  PAGE = File.join(TOP, "docs/ruby.md")
  BLOCKS = File.read(PAGE, encoding: "UTF-8").scan(/^```ruby\n(.*?)^```$/m).flatten

  BLOCKS.each_with_index do |text, index|
    define_method("test_example_#{index + 1}_runs") do
      _, output, status = program(text)
      assert status.success?, output
    end
  end

  def test_what_the_examples_send
    first, = program(BLOCKS[0].sub("config.release", 'config.transport = "stdout"; config.release'))
    assert_equal(%w[error warning], first.map { |event| event["level"] })
    assert_equal "12", first[0]["tags"]["batch_size"]
    assert_equal({ "request" => "1" }, program(BLOCKS[1])[0].fetch(0)["tags"])
    assert_equal [["database"], "shop"], program(BLOCKS[2])[0].fetch(0).values_at("fingerprint", "logger")
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
