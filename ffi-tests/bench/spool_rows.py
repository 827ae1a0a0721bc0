"""What the way to disk and back costs: system calls, which do not depend on the machine's mood, and
times, on which nothing depends."""
import json
import pathlib
import shutil
import subprocess
import tempfile

CAPTURES, SYNCED, BACK = 300, 30, 15
CALLS_IN = 12  # create, write, close, rename; and the signals of a write held back and let go


def run(program, what, count, folder, before=()):
    done = subprocess.run([*before, program, what, str(count), folder], capture_output=True, text=True, timeout=90)
    if done.returncode != 0:
        raise RuntimeError(f"{program} {what}: code {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def calls_between_marks(trace):
    """System calls of the first thread between its last two calls of getppid."""
    lines = pathlib.Path(trace).read_text().splitlines()
    own = [line.split(None, 1)[1] for line in lines if line.split()[0] == lines[0].split()[0]]
    marks = [number for number, line in enumerate(own) if line.startswith("getppid")]
    return marks[-1] - marks[-2] - 1


def calls_of(program, what, count, folder):
    """For each, or None: there is no strace."""
    if not shutil.which("strace"):
        return None
    trace = f"{folder}/trace"
    run(program, what, count, folder, before=("strace", "-f", "-o", trace))
    return calls_between_marks(trace) / count


def measure(row, program):
    """The rows, made by `row(what, value, unit, limit)`."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        calls_in = calls_of(program, "in", BACK, folder)
        calls_out = calls_of(program, "out", BACK, folder)
        bare = run(program, "files", CAPTURES, folder)
        full = run(program, "in", CAPTURES, folder)
        back = run(program, "out", BACK, folder)
        synced = run(program, "sync", SYNCED, folder)
    rows = [
        row("bare create, write, rename of 15 KiB, median", bare["median_us"], "us"),
        row("spool in: durable capture of W, median", full["median_us"], "us"),
        row("... beside the bare one", full["median_us"] / bare["median_us"], "x"),
        row("... 99th percentile", full["p99_us"], "us"),
        row("... synced, median", synced["median_us"], "us"),
        row("... synced, the longest", synced["max_us"], "us"),
        row("spool out: processor for each", back["cpu_us"], "us"),
    ]
    if calls_in is not None:
        rows += [row("spool in: system calls of a capture", calls_in, "calls", CALLS_IN),
                 row("spool out: system calls of the taker", calls_out, "calls")]
    return rows
