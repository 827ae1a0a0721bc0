"""The player of sentry-sdk; ../README.md says what it prints."""
import json
import os
import re
import resource
import sys
import time


def peak():
    with open("/proc/self/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])


if sys.argv[1:] == ["nothing"]:
    print("kb", peak())
    sys.exit()

started = time.perf_counter()
import sentry_sdk  # noqa: E402
from sentry_sdk.scope import Scope  # noqa: E402

import work  # noqa: E402

ROUNDS = 5
FLUSH_S = float(os.environ.get("BENCH_FLUSH_S", "90"))


def least(rounds, run):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for number in range(rounds):
            run(number)
        times.append((time.perf_counter() - start) / rounds * 1e9)
    return min(times)


def first_write(scope):
    fork = scope.fork()
    fork.set_tag("tag.5", "another")


def least_capture(rounds, scope):
    """Ends the program unless every capture was with the transport when it returned."""
    before = work.Nowhere.events
    least_ns = least(rounds, lambda number: scope.capture_message(work.message(number)))
    if (arrived := work.Nowhere.events - before) != ROUNDS * rounds:
        sys.exit(f"{ROUNDS * rounds} captures, of which {arrived} reached the transport")
    return least_ns


def ops():
    work.init(transport=work.Nowhere)
    scope = work.filled()
    print("fork", least(5000, lambda number: scope.fork()))
    print("first_write", least(5000, lambda number: first_write(scope)))
    print("set_tag", least(20000, lambda number: scope.set_tag("tag.5", "value-a" if number % 2 else "value-b")))
    print("breadcrumb", least(2000, lambda number: scope.add_breadcrumb(work.breadcrumb(number))))
    client = sentry_sdk.get_client()
    print("merge", least(5000, lambda number: Scope(client=client).update_from_scope(scope)))
    scope = work.filled()
    print("capture", least_capture(60, scope))
    work.init(transport=work.Bytes)
    print("to_bytes", least_capture(60, work.filled()))
    if not 15000 < work.Nowhere.length < 35000:
        sys.exit(f"an event of {work.Nowhere.length} bytes is not workload W")


def sizes():
    work.init(transport=work.Nowhere, max_breadcrumbs=1000)
    for tags, breadcrumbs in ((0, 0), (10, 10), (100, 100), (1000, 1000), (1000, 0), (0, 1000)):
        scope = work.filled(tags=tags, breadcrumbs=breadcrumbs, surroundings=False)
        print(tags, breadcrumbs, least(1000, lambda number, scope=scope: scope.fork()))


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def memory(count):
    work.init(transport=work.Nowhere)
    scope = work.filled()
    before, forks = resident(), []
    for _ in range(count):
        forks.append(scope.fork())
        forks[-1].set_tag("tag.5", "another")
    print("bytes", (resident() - before) / count)


def start():
    loaded = time.perf_counter()
    work.init()
    opened = time.perf_counter()
    sentry_sdk.capture_message("started")
    print("load", (loaded - started) * 1e3)
    print("open", (opened - loaded) * 1e3)
    print("capture", (time.perf_counter() - opened) * 1e3)
    print("kb", peak(), flush=True)
    os._exit(0)


def capture(scope, number):
    scope.add_breadcrumb(work.breadcrumb(number))
    start = time.perf_counter()
    scope.capture_message(work.message(number))
    return time.perf_counter() - start


def burst(dsn, count, queue):
    work.init(dsn, queue=queue)
    scope = work.filled()
    start = time.perf_counter()
    took = sorted(capture(scope, number) for number in range(count))
    sentry_sdk.flush(FLUSH_S)
    print(json.dumps({"seconds": time.perf_counter() - start, "median_us": took[count // 2] * 1e6,
                      "p99_us": took[count * 99 // 100] * 1e6, "flushed": None,
                      "rss_kb": peak()}), flush=True)
    os._exit(0)


def offer(dsn, rate, seconds, queue):
    work.init(dsn, queue=queue)
    scope = work.filled()
    start, captured = time.perf_counter(), 0
    while (now := time.perf_counter() - start) < seconds and captured < rate * seconds:
        if captured > now * rate:
            time.sleep(captured / rate - now)
        capture(scope, captured)
        captured += 1
    spent = time.perf_counter() - start
    sentry_sdk.flush(2)
    print(json.dumps({"captured": captured, "seconds": spent}))


def main(command, *words):
    if command == "version":
        print(sentry_sdk.VERSION)
    elif command == "burst":
        burst(words[0], int(words[1]), int(words[2]))
    elif command == "offer":
        offer(words[0], float(words[1]), float(words[2]), int(words[3]))
    elif command == "memory":
        memory(int(words[0]))
    else:
        {"ops": ops, "sizes": sizes, "start": start}[command]()


if __name__ == "__main__":
    main(*sys.argv[1:])
