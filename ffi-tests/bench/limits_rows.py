"""What the machine allows, in the same run: allocation, copying, compression, files, bare libcurl."""
import json
import tempfile

import sinks
from progress import rounds

BURST = 2000


def bare_loop(build):
    """Seconds of 2,000 compressed requests by libcurl alone."""
    with sinks.sink(build, "instant") as (dsn, _):
        url = f"http://{dsn.split('@')[1].rsplit('/', 1)[0]}/api/1/envelope/"
        return json.loads(sinks.run([str(build / "ffi-tests/bench/bench_bare"), url, str(BURST)]))["seconds"]


def ours(build):
    said, _ = sinks.report_to(build, "instant", [str(build / "ffi-tests/bench/bench_burst"), "DSN", str(BURST), "{}"])
    return said["seconds"]


def overload(build, results, passes, say):
    """How long captures keep their caller when a server takes everything and answers nothing; of all passes
    the longest."""
    say("captures under load")
    found = {}
    for _ in rounds("overload", passes):
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            told = json.loads(sinks.run([str(build / "ffi-tests/bench/bench_overload"), "2", folder]))
        for case, fields in told.items():
            for field, value in fields.items():
                found.setdefault(f"overload/{case}/{field}", []).append(value)
    for key, values in found.items():
        results.add(key, max(values) if key.endswith("/max_us") else values, "us" if key.endswith("_us") else "captures")


def measure(build, results, passes, say):
    """In turns with what is held against it."""
    say("what the machine allows")
    found = {}
    for _ in rounds("limits", passes):
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            for name, value in json.loads(sinks.run([str(build / "ffi-tests/bench/bench_limits"), folder])).items():
                found.setdefault((name, "ns"), []).append(value)
        bare, burst = bare_loop(build), ours(build)
        found.setdefault(("curl_s", "s"), []).append(bare)
        found.setdefault(("burst_beside_curl", "x"), []).append(burst / bare)
    for (name, unit), values in found.items():
        results.add(f"limit/{name}", values, unit)
