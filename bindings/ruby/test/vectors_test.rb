# frozen_string_literal: true

# The cases that all languages answer alike.
class VectorsTest < TocsinTest
  def test_all_vectors_are_met
    files = %w[scope own].map { |name| File.join(TOP, "ffi-tests/vectors/#{name}-vectors.json") }
    out, = Open3.capture2e(File.join(TOP, "ffi-tests/vectors/run"), "--via", "ruby", "--build", BUILD, *files)
    assert_match(/^[1-9]\d* passed, 0 failed\Z/, out)
  end
end
