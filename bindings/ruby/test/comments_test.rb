# frozen_string_literal: true

begin
  require "yard"
rescue LoadError
  warn "skipped: whether every public method has a comment: no yard"
end

# Every public class, module and method says what it is for.
class CommentsTest < TocsinTest
  LIB = File.join(TOP, "bindings/ruby/lib")

  def private?(object)
    object.tags(:api).any? { |tag| tag.text == "private" } || object.visibility != :public
  end

  def bare?(object)
    !(object.type == :method && object.is_alias?) && object.docstring.blank?(false)
  end

  def test_every_public_method_has_a_comment
    skip "no yard" unless defined?(YARD)
    YARD::Logger.instance.level = YARD::Logger::ERROR
    YARD::Registry.clear
    YARD.parse(File.join(LIB, "**/*.rb"))
    objects = YARD::Registry.all(:method, :class, :module).reject { |object| private?(object) }
    assert_operator objects.size, :>, 120
    assert_empty objects.select { |object| bare?(object) }.map(&:path)
  end
end
