"""The parts of a run, in their order. What the gate needs is always measured."""
import json

import gate
import limits_rows
import memory_rows
import micro
import sinks
import spool_rows
import startup
import whole
import wire
from peers import install
from progress import say
from results import Results, machine

NAMES = ("counts", "times", "limits", "peers", "startup", "bursts", "masses", "steady", "compression", "tls", "overload",
         "offers", "queued", "spool", "bindings")
WITH_PEERS = {"peers", "startup", "bursts", "offers", "queued"}


def measure(build, wanted, passes, is_full, keep):
    """`keep(results)` is called after each part: a run that is ended keeps what it has."""
    results = Results(about=machine())
    results.about["passes"] = passes
    say("instructions, for the gate")
    gate.instructions(gate.count(build), results)
    spool_rows.counts(build, results)
    memory_rows.counts(build, results)
    players = {}
    if WITH_PEERS & set(wanted):
        players, absent = install.install(say)
        results.about["peers"] = micro.versions(players)
        results.about["absent"] = absent
    run_parts(build, players, results, wanted, passes, is_full, lambda: keep(results))
    return results


def run_parts(build, players, results, wanted, passes, is_full, keep):
    doing = {
        "counts": lambda: micro.count_sizes(build, results, say),
        "times": lambda: micro.time_threads(build, results, passes, say),
        "limits": lambda: (limits_rows.measure(build, results, passes, say),
                           memory_rows.burst(build, results, passes, say)),
        "peers": lambda: micro.time_peers(build, players, results, passes, say),
        "startup": lambda: startup.measure(build, players, results, passes, say),
        "bursts": lambda: whole.bursts(build, players, results, passes, is_full, say),
        "masses": lambda: whole.masses(build, results, passes, say),
        "steady": lambda: whole.steady(build, results, say),
        "compression": lambda: wire.compression(build, results, passes, say),
        "tls": lambda: wire.tls(build, results, passes, say),
        "overload": lambda: limits_rows.overload(build, results, passes, say),
        "offers": lambda: whole.offers(build, players, results, say),
        "queued": lambda: whole.queued(build, players, results, say),
        "spool": lambda: spool_rows.times(build, results, passes, say),
        "bindings": lambda: bindings(build, results),
    }
    for name in wanted:
        if name in doing:
            sinks.attempt(results, name, doing[name])
            keep()


def bindings(build, results):
    say("calls from each language")
    told = json.loads(sinks.run([str(install.HERE.parent / "bindings/run"), "--build", str(build), "--json"]))
    for player, cases in told["ns"].items():
        for case, value in cases.items():
            results.add(f"binding/{player}/{case}", value, "ns")
    results.about["bindings"] = {name: version for name, version in told["versions"].items() if version}
    results.about.setdefault("absent", {}).update(told["absent"])
