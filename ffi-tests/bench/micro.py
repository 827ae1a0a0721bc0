"""What one operation costs: instructions by callgrind, times alone and from two threads, and the same
operations of other libraries."""
import concurrent.futures
import os

import callgrind
import sinks
from progress import rounds
from results import COUNT

SIZES = (10, 100, 1000)
SIZED = ("fork", "first_tag", "set_tag", "breadcrumb", "merge", "capture", "to_bytes", "look_up", "user", "context",
         "extra", "tags")
SHORT, LONG = 20, 60
FORKS = 10000


def count_sizes(build, results, say):
    """Instructions of each operation at each size; a run at a time for each processor."""
    say("instructions of each operation at 10, 100 and 1,000 entries")
    program = str(build / "ffi-tests/bench/bench_cost")
    cases = [(name, size) for name in SIZED for size in SIZES]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        costs = pool.map(lambda case: callgrind.per_operation(program, case[0], SHORT, LONG, str(case[1])), cases)
        for (name, size), cost in zip(cases, costs):
            results.add(f"instructions/{name}/{size}", cost, "instructions", COUNT)


def read_times(text):
    """{operation: [alone, two threads with a request each, two on one scope]}."""
    return {line.split()[0]: [float(word) for word in line.split()[1:]] for line in text.splitlines()}


def time_threads(build, results, passes, say):
    say(f"times of each operation from one thread and two, {passes} passes")
    program = str(build / "ffi-tests/bench/bench_times")
    found = {}
    for _ in rounds("times", passes):
        for size in (0, *SIZES):
            for name, times in read_times(sinks.run([program, str(size)])).items():
                found.setdefault((name, size), []).append(times)
    for (name, size), times in found.items():
        alone, each, shared = (list(column) for column in zip(*times))
        key = f"{name}/{size or 'W'}"
        results.add(f"ns/{key}", alone, "ns")
        # two threads do twice the work in the time
        results.add(f"two-threads/{key}/own", [2 * one / two for one, two in zip(alone, each)], "x one thread")
        results.add(f"two-threads/{key}/shared", [2 * one / two for one, two in zip(alone, shared)], "x one thread")


def pairs(text):
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines()}


def time_peers(build, players, results, passes, say):
    """`players`: {name: (command, environment)}. They take turns, tocsin among them."""
    found, mine = {}, {}
    for number in rounds("peers", passes):
        for name, times in read_times(sinks.run([str(build / "ffi-tests/bench/bench_times"), "0"])).items():
            mine.setdefault(name, []).append(times[0])
        for name, (command, environment) in players.items():
            say(f"pass {number + 1} of {passes}: operations of {name}")
            for what, words in (("ops", ["ops"]), ("fork", ["sizes"]), ("fork-bytes", ["memory", str(FORKS)])):
                said = sinks.attempt(results, f"peer/{name}/{what}",
                                     lambda one=(*command, *words), env=environment: sinks.run(list(one), env))
                for case, value in pairs(said or "").items():
                    key = f"peer/{name}/{what}/{case.replace(' ', 'x')}"
                    found.setdefault(key, []).append(value)
    for name, values in mine.items():
        results.add(f"ns/{name}/W", values, "ns")
    units = {"ops": "ns", "fork": "ns", "fork-bytes": "bytes"}
    for key, values in found.items():
        results.add(key, values, units[key.split("/")[2]])


def versions(players):
    return {name: sinks.run([*command, "version"], environment).strip()
            for name, (command, environment) in players.items()}
