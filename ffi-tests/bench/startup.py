"""What a program waits for at its start: loading, opening a client, the first capture; in turns with the
other libraries."""
import resource
import time

import callgrind
import micro
import sinks
from progress import rounds
from results import COUNT

STEPS = ("load", "open", "capture")


def contestants(build, players):
    """{name: ([command of a start], [command of a process that does nothing], environment)}."""
    program = str(build / "ffi-tests/bench/bench_start")
    found = {"tocsin": ([program, str(build / "libtocsin.so")], [program, "nothing"], {})}
    for name, (command, environment) in players.items():
        found[name] = [*command, "start"], [*command, "nothing"], environment
    return found


def processor_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(command, environment):
    """What a process prints, with "whole" and "cpu", milliseconds of all of it as seen from outside."""
    began, used = time.monotonic(), processor_s()
    said = micro.pairs(sinks.run(command, environment))
    return {**said, "whole": (time.monotonic() - began) * 1e3, "cpu": (processor_s() - used) * 1e3}


def beyond(command, nothing, environment):
    """A start less what a process of that language costs anyway."""
    full, empty = watch(command, environment), watch(nothing, environment)
    return {**full, **{field: max(0.0, full[field] - empty[field]) for field in ("whole", "cpu", "kb")}}


def instructions(build):
    """Of all three steps, on the calling thread, the dynamic linker's among them."""
    program, library = contestants(build, {})["tocsin"][0]
    return callgrind.collected([program, library])


def measure(build, players, results, passes, say):
    results.add("start/tocsin/instructions", instructions(build), "instructions", COUNT)
    found, units = {}, {"kb": "KiB"}
    for number in rounds("startup", passes):
        say(f"pass {number + 1} of {passes}: starting")
        for name, commands in contestants(build, players).items():
            told = sinks.attempt(results, f"start/{name}", lambda one=commands: beyond(*one))
            for field, value in (told or {}).items():
                found.setdefault((name, field), []).append(value)
    for (name, field), values in found.items():
        results.add(f"start/{name}/{field}", values, units.get(field, "ms"))
    compare(found, results)


def compare(found, results):
    """How often tocsin's start goes into each other's, pass by pass."""
    mine = found.get(("tocsin", "whole"), [])
    for (name, field), values in found.items():
        if field == "whole" and name != "tocsin" and len(values) == len(mine):
            results.add(f"start/{name}/times", [one / own for one, own in zip(values, mine) if own > 0], "x tocsin")
