"""The gate, through the program itself: measured values are read from a file and the figures changed."""
import pathlib
import subprocess
import tempfile

import gate
import night
from results import COUNT, TIME, Results

RUN = pathlib.Path(__file__).resolve().parents[1] / "run"


def judged(measured, figures, about=None, times=None):
    """Exit code and output of a run that finds `measured` where `figures` are committed; by night if it finds `times`."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        results = Results(about=about or {})
        for name, value in measured.items():
            results.add(f"gate/{name}", value, "pairs", COUNT)
        for name, passes in (times or {}).items():
            results.add(f"overload/{name}_us", passes, "us", TIME)
        results.save(f"{folder}/results.json")
        lines = [f"{name}    {figure}  pairs" for name, figure in figures.items()]
        pathlib.Path(f"{folder}/figures.txt").write_text("\n".join(lines), encoding="utf-8")
        done = subprocess.run([str(RUN), "--gate", "--read", f"{folder}/results.json", "--figures",
                               f"{folder}/figures.txt", *(["--night"] if times else [])], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


def test_a_figure_that_is_exceeded_by_more_than_five_percent_fails(_):
    code, said = judged({"fork": 106, "set_tag": 100}, {"fork": 100, "set_tag": 100})
    assert code == 1 and said.endswith("1 passed, 1 failed\n"), said
    assert "ABOVE" in said, said


def test_a_figure_that_is_nearly_kept_or_bettered_passes(_):
    code, said = judged({"fork": 104.9, "set_tag": 50}, {"fork": 100, "set_tag": 100})
    assert code == 0 and said.endswith("2 passed, 0 failed\n"), said


def test_what_was_not_measured_fails(_):
    code, said = judged({"fork": 100}, {"fork": 100, "set_tag": 100})
    assert code == 1 and "not measured" in said, said


def test_what_this_machine_cannot_count_is_said_and_skipped(_):
    code, said = judged({"fork": 100}, {"fork": 100, "calls": 10}, {"uncounted": {"calls": "no strace"}})
    assert code == 0 and said.endswith("1 passed, 0 failed, 1 skipped\n"), said


def times_but(**others):
    return {**{name: [figure * 5, figure] for name, figure in night.FIGURES_US.items()}, **others}


def test_at_night_the_best_of_the_times_is_judged(_):
    code, said = judged({"fork": 100}, {"fork": 100}, times=times_but())
    assert code == 0 and said.endswith(f"{len(night.FIGURES_US) + 1} passed, 0 failed\n"), said


def test_a_time_beyond_its_allowance_or_not_measured_fails_at_night(_):
    code, said = judged({"fork": 100}, {"fork": 100}, times=times_but(**{"full/p99": [61, 62]}))
    assert code == 1 and said.endswith(" 1 failed\n"), said
    code, said = judged({"fork": 100}, {"fork": 100}, times={"full/p99": [20]})
    assert code == 1 and said.endswith(f" {len(night.FIGURES_US) - 1} failed\n"), said


def test_the_committed_figures_can_be_read(_):
    figures = gate.read_figures()
    assert len(figures) >= 12 and all(figure > 0 for figure in figures.values()), figures
