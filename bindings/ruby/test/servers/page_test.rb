# frozen_string_literal: true

# The files that docs/ruby.md shows: its blocks of "rb", each of which begins with its name.
class PageTest < ServersTest
  NEEDS = { gems: %w[puma sinatra railties actionpack sidekiq] }.freeze
  FILES = File.read(File.join(TOP, "docs/ruby.md"), encoding: "UTF-8").scan(/^```rb\n(# (\S+)\n.*?)^```$/m)
              .to_h { |text, name| [name, text] }

  def setup
    super
    @folder = Dir.mktmpdir
    FILES.each { |name, text| File.write(File.join(@folder, name), text) }
  end

  def teardown
    super
    FileUtils.remove_entry(@folder) if @folder
  end

  def file(name)
    File.join(@folder, name)
  end

  def test_sinatra_in_puma
    _, port = puma(file("config.ru"), "-C", file("puma.rb"))
    get(port, "/carts/5")
    event, = events(1)
    assert_equal ["GET /carts/:id", "no cart 5", "127.0.0.1"],
                 [event["transaction"], value_of(event), event.dig("user", "ip_address")]
  end

  def test_rails
    words = 'Rails.application.initialize!; puts Rails.application.middleware.first.inspect, Tocsin.initialized?'
    program = ruby("-r", file("application.rb"), "-e", words, RAILS_ENV: "production", SECRET_KEY_BASE: "x" * 40)
    assert ended(program).success?, output_of(program)
    assert_equal %w[Tocsin::Rails::CaptureExceptions true], output_of(program).split("\n").last(2)
  end

  def test_sidekiq
    program = ruby("-r", file("jobs.rb"), "-e", "puts Tocsin.initialized?")
    assert ended(program).success?, output_of(program)
    assert_equal "true\n", output_of(program)
  end
end
