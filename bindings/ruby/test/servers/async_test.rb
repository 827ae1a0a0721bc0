# frozen_string_literal: true

# Tasks of Async, which are fibers.
class AsyncTest < ServersTest
  NEEDS = { gems: %w[async] }.freeze

  def test_a_hundred_tasks_with_three_children_each_keep_their_tags
    program = ruby("tasks.rb")
    assert ended(program).success?, output_of(program)
    foreign = events(400).reject do |event|
      task, child = event["logentry"]["formatted"].split("/")
      event["tags"] == { "task" => task, "child" => child }.compact
    end
    assert_empty foreign.first(3), "#{foreign.size} events"
  end

  def test_other_tasks_have_their_turn_during_a_flush
    slow_down(1000)
    program = ruby("flush_task.rb")
    assert ended(program).success?, output_of(program)
    assert_operator output_of(program)[/\Atrue after (\d+) turns/, 1].to_i, :>, 10, output_of(program)
  end
end
