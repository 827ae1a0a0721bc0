"""Counts against the figures that are committed with the code."""
import concurrent.futures
import os
import pathlib
import re

import callgrind
from results import COUNT

ALLOWANCE = 1.05
SHORT, LONG = 100, 500
FIGURES = pathlib.Path(__file__).resolve().parent / "figures.txt"
CASES = (
    "malloc", "memcpy", "fork", "fork_empty", "fork_tags", "fork_breadcrumbs", "first_tag",
    "first_tag_of_thousand", "set_tag", "breadcrumb", "capture",
    "capture_with_id", "capture_into_empty", "to_bytes",
)


def count(build):
    """Instructions by case; as many runs at a time as there are processors."""
    program = str(build / "ffi-tests/bench/bench_cost")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(CASES, pool.map(lambda case: callgrind.per_operation(program, case, SHORT, LONG), CASES)))


def instructions(cost, results):
    """The gate's values from instructions by case."""
    pair = cost["malloc"]
    for case in CASES:
        results.add(f"instructions/{case}", cost[case], "instructions", COUNT)
    for name, value, unit in (
            ("fork", cost["fork"] / pair, "pairs"),
            ("fork, 1,000 tags", cost["fork_tags"] / cost["fork_empty"], "x empty"),
            ("fork, 1,000 breadcrumbs", cost["fork_breadcrumbs"] / cost["fork_empty"], "x empty"),
            ("first set_tag after a fork", (cost["first_tag"] - cost["fork"]) / pair, "pairs"),
            ("first set_tag, 1,000 tags", (cost["first_tag_of_thousand"] - cost["fork_tags"]) / pair, "pairs"),
            ("set_tag", cost["set_tag"] / pair, "pairs"),
            ("add_breadcrumb", cost["breadcrumb"] / pair, "pairs"),
            ("capture", cost["capture"] / pair, "pairs"),
            ("capture, nothing queued before", cost["capture_into_empty"] / pair, "pairs"),
            ("capture, with the id", cost["capture_with_id"] / pair, "pairs"),
            ("W to bytes", cost["to_bytes"], "instructions")):
        results.add(f"gate/{name}", value, unit, COUNT)


def read_figures(path=FIGURES):
    """{name: figure}."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    return {name: float(figure) for name, figure, _ in rows}


def judge(results, figures):
    """[(name, measured or None, figure, whether it is kept)]. What should be there and is not is not kept."""
    rows = []
    for name, figure in figures.items():
        if name in results.about.get("uncounted", {}):
            continue
        value = results.get(f"gate/{name}")
        rows.append((name, value, figure, value is not None and value <= figure * ALLOWANCE))
    return rows


def show(rows):
    """Prints the table; how many are kept and how many are not."""
    print(f"{'':34}{'measured':>11}{'figure':>11}")
    for name, value, figure, is_kept in rows:
        shown = "not measured" if value is None else f"{value:,.2f}"
        change = "" if value is None else f"{value / figure - 1:+.1%}"
        print(f"{name:38}{shown:>11}{figure:>11,.2f}  {change:>7}  {'ok' if is_kept else 'ABOVE'}")
    kept = sum(row[3] for row in rows)
    return kept, len(rows) - kept
