"""What the way to disk and back costs: system calls, which do not depend on the machine's mood, and
times."""
import json
import pathlib
import shutil
import tempfile

import sinks
from progress import rounds
from results import COUNT

CAPTURES, SYNCED, BACK = 300, 30, 15


def run(program, what, count, folder, before=()):
    return json.loads(sinks.run([*before, program, what, str(count), folder]))


def calls_between_marks(trace):
    """System calls of the first thread between its last two calls of getppid."""
    lines = pathlib.Path(trace).read_text(encoding="utf-8").splitlines()
    own = [line.split(None, 1)[1] for line in lines if line.split()[0] == lines[0].split()[0]]
    marks = [number for number, line in enumerate(own) if line.startswith("getppid")]
    return marks[-1] - marks[-2] - 1


def calls_of(program, what, count, folder):
    trace = f"{folder}/trace"
    run(program, what, count, folder, before=("strace", "-f", "-o", trace))
    return calls_between_marks(trace) / count


def counts(build, results):
    """System calls of a durable capture and of the one who takes it back, if there is strace."""
    if not shutil.which("strace"):
        results.about["uncounted"] = {"spool in: calls": "strace is not there"}
        return
    program = str(build / "ffi-tests/bench/bench_spool")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        results.add("gate/spool in: calls", calls_of(program, "in", BACK, folder), "calls", COUNT)
        results.add("spool/out_calls", calls_of(program, "out", BACK, folder), "calls", COUNT)


def times(build, results, passes, say):
    say("to disk and back")
    program = str(build / "ffi-tests/bench/bench_spool")
    found = {}
    for _ in rounds("spool", passes):
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            bare = run(program, "files", CAPTURES, folder)
            full = run(program, "in", CAPTURES, folder)
            back = run(program, "out", BACK, folder)
            synced = run(program, "sync", SYNCED, folder)
        for name, value, unit in (
                ("bare_us", bare["median_us"], "us"), ("in_us", full["median_us"], "us"),
                ("in_p99_us", full["p99_us"], "us"), ("synced_us", synced["median_us"], "us"),
                ("out_cpu_us", back["cpu_us"], "us"),
                ("in_beside_bare", full["median_us"] / bare["median_us"], "x")):
            found.setdefault((name, unit), []).append(value)
    for (name, unit), values in found.items():
        results.add(f"spool/{name}", values, unit)
