# frozen_string_literal: true

# The gem, built from the tree and installed where nothing else is, on a libtocsin that was installed
# to an unusual place.
class GemTest < ServersTest
  NEEDS = { programs: %w[swig cc make pkg-config cmake] }.freeze
  SCRIPT = <<~RUBY
    require "tocsin"
    Tocsin.init(transport: "stdout", host_contexts: false)
    Tocsin.capture_message("from the gem", tags: { place: $LOADED_FEATURES.grep(/tocsin_core/).first })
  RUBY

  def setup
    super
    @folder = Dir.mktmpdir
    %w[out gems empty].each { |name| Dir.mkdir(File.join(@folder, name)) }
  end

  def teardown
    super
    FileUtils.remove_entry(@folder) if @folder
  end

  def place(name)
    File.join(@folder, name)
  end

  def settled(*command, **environment)
    program = start(*command, **environment, RUBYLIB: nil, GEM_HOME: place("gems"), GEM_PATH: place("gems"))
    [ended(program).success?, output_of(program)]
  end

  def build
    ok, said = settled(File.join(TOP, "bindings/ruby/gem"), place("out"))
    assert ok, said
    gem = Dir[place("out/tocsin-*.gem")].fetch(0)
    assert_equal gem, place("out/tocsin-#{Tocsin::VERSION}.gem")
    gem
  end

  def install(gem, *options, **environment)
    settled("gem", "install", "--local", "--no-document", gem, *options, **environment)
  end

  # The folder with the library and its description for pkg-config.
  def library
    ok, said = settled("cmake", "--install", BUILD, "--prefix", place("prefix"))
    assert ok, said
    File.dirname(Dir[place("prefix/lib/**/libtocsin.so")].fetch(0))
  end

  def assert_works
    ok, said = settled(RbConfig.ruby, "-e", SCRIPT)
    assert ok, said
    event = said.lines.map { |line| JSON.parse(line) }.find { |one| one.key?("logentry") }
    assert_operator event["tags"]["place"], :start_with?, File.realpath(place("gems"))
    assert_equal Tocsin::VERSION, event["modules"]["tocsin"]
  end

  def test_the_gem_installs_and_works_with_nothing_else_around
    ok, said = install(build, PKG_CONFIG_PATH: File.join(library, "pkgconfig"))
    assert ok, said
    assert_works
  end

  def test_the_library_can_be_named
    options = ["--", "--with-tocsin-include=#{place('prefix/include')}", "--with-tocsin-lib=#{library}"]
    ok, said = install(build, *options, PKG_CONFIG_LIBDIR: place("empty"))
    assert ok, said
    assert_works
  end

  def test_no_gem_is_built_without_the_extensions_source
    ok, said = settled("gem", "build", "-C", File.join(TOP, "bindings/ruby"), "-o", place("out/a.gem"), "tocsin.gemspec")
    refute ok
    assert_includes said, "bindings/ruby/gem"
    refute_path_exists place("out/a.gem")
  end

  def test_without_the_library_it_says_what_to_do
    leave_out("libtocsin is installed on this machine") if system("ldconfig -p | grep -q libtocsin")
    ok, said = install(build, PKG_CONFIG_LIBDIR: place("empty"), PKG_CONFIG_PATH: nil)
    refute ok
    assert_match(/libtocsin was not found.*--with-tocsin-dir/m, said)
  end
end
