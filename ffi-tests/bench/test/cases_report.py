"""What is shown follows from what was measured."""
import itertools
import pathlib
import re

import progress
import targets
import whole
from report import compare, page, plots, tables
from report.svg import Axis
from report.table import duration, number
from results import COUNT, TIME, Results

ROOT = pathlib.Path(__file__).resolve().parents[3]


def results(**values):
    found = Results()
    for name, (value, kind) in values.items():
        found.add(name, value, "x", kind)
    return found


def test_the_page_and_its_plots_are_what_the_stored_run_makes_of_them(_):
    assert page.differing(ROOT) == []


def test_another_number_in_the_stored_run_changes_the_page(_):
    stored = Results.load(ROOT / page.STORED)
    stored.values["gate/fork"]["value"] *= 3
    path = ROOT / page.PAGE
    assert page.files(stored, ROOT)[path] != path.read_text(encoding="utf-8")


def test_the_page_has_every_table_and_plot(_):
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    assert set(re.findall("<!-- table ([a-z0-9-]+) -->", text)) == {table.name for table in tables.of(Results())}
    assert all(f"performance/{name}" in text for name in plots.PLOTS), "a plot is missing"


def test_counts_are_marked_beyond_five_percent_and_times_beyond_half(_):
    before = results(a=(100, COUNT), b=(100, COUNT), c=(100, TIME), d=(100, TIME))
    now = results(a=(104, COUNT), b=(106, COUNT), c=(140, TIME), d=(40, TIME))
    marks = {name: mark for name, _, _, _, mark in compare.changes(now, before)}
    assert marks == {"a": "", "b": "more", "c": "", "d": "less"}, marks


def verdict_of(found, row):
    """Of the first part of that row."""
    return targets.judge(found)[row - 1][2][0][-1]


def test_a_target_is_reached_missed_or_not_measured(_):
    found = Results()
    found.add("gate/fork", 1.7, "pairs", COUNT)
    assert verdict_of(found, 1) == "reached"
    found.add("gate/fork", 2.6, "pairs", COUNT)
    assert verdict_of(found, 1) == "missed"
    assert verdict_of(Results(), 1) == "not measured"


def test_a_raised_target_is_judged_beside_the_first(_):
    found = Results()
    for measured, wanted in ((4.9, "reached"), (5.1, "reached, not as raised"), (8.1, "missed")):
        found.add("gate/set_tag", measured, "pairs", COUNT)
        assert verdict_of(found, 5) == wanted, (measured, verdict_of(found, 5))


def test_no_target_is_raised_to_less_than_it_was(_):
    for number, _what, parts in targets.ROWS:
        for part, _find, relation, limit, *raised in parts:
            assert not raised or targets.keeps(raised[0], relation, limit) and raised[0] != limit, (number, part)


def test_a_burst_is_compared_with_the_fastest_of_those_that_lost_none(_):
    found = Results()
    found.add("burst/instant/default/tocsin/seconds", 0.1, "s")
    for peer, seconds, received in ((targets.RUST, 0.2, whole.BURST), (targets.GO, 1, whole.BURST),
                                    (targets.NODE, 0.1, whole.BURST - 1), (targets.RUBY, 2, whole.BURST)):
        found.add(f"burst/instant/fair/{peer}/seconds", seconds, "s")
        found.add(f"burst/instant/fair/{peer}/received", received, "events", COUNT)
    found.add("compression/none/seconds", 0.05, "s")
    _, _, (_, *parts) = targets.judge(found)[10]
    assert [round(part[3]) for part in parts] == [10, 2, 4], parts
    assert [part[4] for part in parts] == ["reached", "-", "-"], parts


def test_what_takes_long_plays_fewer_passes(_):
    rules = whole.VERY_SLOW + whole.PATIENCE
    enough = [whole.is_enough(seconds, rules) for seconds in ([40], [20], [20, 20], [5, 5], [5, 5, 5], [1] * 9)]
    assert enough == [True, False, True, False, True, False], enough


def test_passes_end_with_their_time_but_one_is_played(_):
    for a_pass, wanted in ((0, 5), (25, 3), (1000, 1)):
        time = iter(range(0, 100 * (a_pass + 1), a_pass)) if a_pass else itertools.repeat(0)
        assert len(list(progress.rounds("startup", 5, now=lambda clock=time: next(clock)))) == wanted, a_pass
    assert sum(progress.BUDGET_S.values()) < 22 * 60  # what has no passes takes eight minutes


def test_there_are_sixteen_rows(_):
    assert [row[0] for row in targets.ROWS] == list(range(1, 17))


def test_a_result_comes_back_from_its_file(build):
    found = Results(about={"date": "today"})
    found.add("a/b", [3, 1, 2], "ns")
    path = build / "bench-results-test.json"
    found.save(path)
    back = Results.load(path)
    path.unlink()
    assert back.get("a/b") == 2 and back.values["a/b"]["low"] == 1 and back.about == {"date": "today"}


def test_a_part_that_is_run_again_replaces_its_values_and_what_it_failed_at(_):
    before = Results(about={"date": "monday", "peers": {"a": "1"}, "failed": {"tls/x": "no nginx", "spool": "no disk"}})
    before.add("tls/x/rate", 1, "x")
    before.add("ns/fork/W", 70, "ns")
    later = Results(about={"date": "tuesday", "peers": {"a": "2"}, "runtimes": {"go": "1.26"}, "failed": {"tls/y": "lost"}})
    later.add("tls/x/rate", 2, "x")
    both = before.renewed(later, "tls")
    assert both.get("tls/x/rate") == 2 and both.get("ns/fork/W") == 70
    assert both.about == {"date": "monday", "peers": {"a": "1"}, "again": {"tls": "tuesday"}, "runtimes": {"go": "1.26"},
                          "failed": {"spool": "no disk", "tls/y": "lost"}}, both.about


def test_numbers_are_short(_):
    assert [number(1234567), number(12.345), number(0.5), duration(75.4), duration(2.1e6)] == \
        ["1,234,567", "12.3", "0.50", "75.4 ns", "2.10 ms"]


def test_an_axis_places_its_ends(_):
    axis = Axis(10, 1000, 0, 100)
    assert [round(axis.place(value)) for value in (10, 100, 1000)] == [0, 50, 100]
    assert axis.ticks() == [10, 100, 1000]
