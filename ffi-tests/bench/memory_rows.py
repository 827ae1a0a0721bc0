"""What is held in memory, in bytes that malloc gave out: the same on every run, so each has its limit.
Limits of those: what was measured last and 5 %, or the target where that is close."""
import json
import subprocess

FORK, BREADCRUMB = 403, 974      # targets: 512, 1,024
QUEUED, QUEUED_CHANGED = 269, 994  # target: 1,024


def run(program, what):
    done = subprocess.run([program, what], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{program} {what}: code {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def measure(row, program):
    """The rows, made by `row(what, value, unit, limit)`."""
    scopes, queue = run(program, "scopes"), run(program, "queue")
    rows = []
    for tags in (10, 100, 1000):
        one = scopes[f"tags_{tags}"]
        rows += [row(f"a fork with one changed tag of {tags:,}", one["fork"], "bytes", FORK),
                 row("... its first breadcrumb of its own", one["breadcrumb"], "bytes", BREADCRUMB)]
    return rows + [
        row("an event that waits, its scope alive", queue["event"], "bytes", QUEUED),
        row("... one breadcrumb added before each", queue["event_and_breadcrumb"], "bytes", QUEUED_CHANGED),
    ]
