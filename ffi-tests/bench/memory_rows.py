"""What is held in memory, in bytes that malloc gave out: the same on every run."""
import json

import sinks
from results import COUNT

SIZES = (10, 100, 1000)


def counts(build, results):
    """Bytes of forks and of waiting events, for the gate."""
    program = str(build / "ffi-tests/bench/bench_memory")
    scopes, queue = (json.loads(sinks.run([program, what])) for what in ("scopes", "queue"))
    for tags in SIZES:
        one = scopes[f"tags_{tags}"]
        results.add(f"gate/bytes of a fork with a tag, {tags:,}", one["fork"], "bytes", COUNT)
        results.add(f"gate/bytes of its first breadcrumb, {tags:,}", one["breadcrumb"], "bytes", COUNT)
    results.add("gate/bytes of a waiting event", queue["event"], "bytes", COUNT)
    results.add("gate/bytes of one with a breadcrumb", queue["event_and_breadcrumb"], "bytes", COUNT)


def burst(build, results, passes, say):
    """Memory at the peak of a burst, beside its events as text."""
    say("memory of a burst")
    program = str(build / "ffi-tests/bench/bench_memory")
    told = [sinks.report_to(build, "instant", [program, "burst", "DSN"])[0] for _ in range(passes)]
    results.add("bytes/burst_beside_text", [one["peak"] / one["as_text"] for one in told], "x")
