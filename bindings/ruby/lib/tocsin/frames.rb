# frozen_string_literal: true

require "rbconfig"

module Tocsin
  # Backtraces as the protocol's frames, with the source around each line.
  # @api private
  class Frames
    LINE = /\A(.+?):(\d+)(?::in [`'](.*)')?\z/.freeze
    FILES_MAX = 64
    BYTES_MAX = 4 << 20
    OWN = ["#{__dir__}/", "#{__dir__}.rb"].freeze
    GEM_PLACES = (Gem.path + [RbConfig::CONFIG["rubylibdir"], RbConfig::CONFIG["vendordir"],
                              RbConfig::CONFIG["sitedir"], "/usr/share/rubygems-integration"])
                 .compact.map { |path| "#{path}/" }.freeze

    # @param options [Hash] the client's, as the core reports them
    def initialize(project_root, options)
      @root = File.join(File.expand_path(project_root), "")
      @context = options["context_lines"]
      @include = options["in_app_include"]
      @exclude = options["in_app_exclude"]
      @files = {}
    end

    # The outermost call first. An exception that was never raised gets its capturer's frames.
    def of(exception)
      frames_of(exception.backtrace_locations || exception.backtrace || callers)
    end

    # Of whoever called tocsin.
    def here
      frames_of(callers)
    end

    private

    def frames_of(lines)
      lines.reverse.map { |line| line.is_a?(String) ? parsed(line) : located(line) }
    end

    def callers
      caller_locations(2).drop_while { |line| line.absolute_path.to_s.start_with?(*OWN) }
    end

    def located(line)
      frame(line.absolute_path || file(line.path), line.path, line.lineno, line.label)
    end

    # What was read and evaluated, as config.ru is, has only a name.
    def file(path)
      path = File.expand_path(path)
      path if File.file?(path)
    end

    def parsed(line)
      match = LINE.match(line)
      return { function: line } if match.nil?

      frame(file(match[1]), match[1], match[2].to_i, match[3])
    end

    def frame(absolute, path, number, function)
      {
        filename: short(absolute || path),
        abs_path: absolute,
        lineno: (number if number.to_i.positive?),
        function: function,
        in_app: in_app?(absolute || path),
        **source(absolute, number)
      }.compact
    end

    def short(path)
      return path.delete_prefix(@root) if path.start_with?(@root)

      place = $LOAD_PATH.map(&:to_s).select { |one| path.start_with?("#{one}/") }.max_by(&:length)
      place.nil? ? path : path.delete_prefix("#{place}/")
    end

    # The program's own: below its folder, in no gem and not in Ruby's library.
    def in_app?(path)
      return true if starts?(path, @include)
      return false if starts?(path, @exclude)

      path.start_with?(@root) && !path.start_with?(*OWN) && !starts?(path, GEM_PLACES) &&
        !path.include?("/vendor/bundle/")
    end

    def starts?(path, places)
      places.any? { |place| path.start_with?(place) || short(path).start_with?(place) }
    end

    def source(path, number)
      lines = path && number && @context.to_i.positive? ? lines_of(path) : nil
      line = lines && number.positive? ? lines[number - 1] : nil
      return {} if line.nil?

      first = [number - 1 - @context, 0].max
      { pre_context: lines[first...(number - 1)], context_line: line,
        post_context: lines[number, @context] || [] }
    end

    # nil for what is too large, not UTF-8 or not there. The last few files are remembered.
    def lines_of(path)
      return @files[path] if @files.key?(path)

      @files.shift if @files.size >= FILES_MAX
      @files[path] = read(path)
    end

    def read(path)
      return nil if File.size(path) > BYTES_MAX

      text = File.read(path, encoding: Encoding::UTF_8)
      text.valid_encoding? ? text.lines(chomp: true) : nil
    rescue SystemCallError, IOError
      nil
    end
  end
end
