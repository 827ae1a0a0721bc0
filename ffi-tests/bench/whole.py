"""From captures to what a server received, by its own account of event ids: bursts, streams, losses."""
import json

import sinks
from progress import rounds
from results import COUNT

BURST = 2000
FAIR_QUEUE, FAIR_CONNECTIONS = 4000, 8
SLOW_BURST = 60  # where one connection makes 50 requests a second
PATIENCE = ((15, 2), (4, 3))  # what takes so many seconds for a burst plays so many passes at most
VERY_SLOW = ((30, 1),)
SETTINGS = {"instant": ("default", "fair"), "20ms": ("default", "fair"), "lossy": ("fair",)}
STEADY_RATE, STEADY_S = 5000, 60
MOST = 50000
RATES = {"instant": (300, 1000, 3000, 10000), "20ms": (30, 100, 300, 1000, 3000)}
OFFER_S = 1
QUEUED = (10, 1000, 2000, 5000)
ONE_AT_A_TIME = ("sentry-python", "sentry-go", "sentry-rust")
OURS = {
    "default": {"tocsin": "{}"},
    "fair": {
        "tocsin": f'{{"queue_max_items":{FAIR_QUEUE}}}',
        "tocsin, 1 connection": f'{{"queue_max_items":{FAIR_QUEUE},"max_connections":1}}',
        "tocsin, 32 connections": f'{{"queue_max_items":{FAIR_QUEUE},"max_connections":32}}',
    },
}


def ours(build, count, options):
    return [str(build / "ffi-tests/bench/bench_burst"), "DSN", str(count), options], {}


def theirs(player, count, settings, connections=FAIR_CONNECTIONS):
    queue, connections = (FAIR_QUEUE, connections) if settings == "fair" else (0, 0)
    command, environment = player
    return [*command, "burst", "DSN", str(count), str(queue), str(connections)], environment


def is_slow(server, settings, name):
    """Whether a burst of full size would take most of a minute."""
    return server == "20ms" and settings == "fair" and (name in ONE_AT_A_TIME or name.endswith(", 1 connection"))


def contestants(build, players, server, settings, is_full):
    """{name: (how many events, command, environment)}."""
    def size(name):
        return SLOW_BURST if is_slow(server, settings, name) and not is_full else BURST
    mine = {name: (size(name), *ours(build, size(name), options)) for name, options in OURS[settings].items()}
    others = {name: (size(name), *theirs(player, size(name), settings)) for name, player in players.items()}
    if settings == "fair" and server == "20ms" and "sentry-ruby" in players:
        name = "sentry-ruby, 1 connection"
        others[name] = (size(name), *theirs(players["sentry-ruby"], size(name), settings, 1))
    return {**mine, **others}


def bursts(build, players, results, passes, is_full, say):
    found = {}
    for number in rounds("bursts", passes):
        for server in SETTINGS:
            for settings in SETTINGS[server]:
                say(f"pass {number + 1} of {passes}: bursts, server {server}, settings {settings}")
                for name, (count, *command) in contestants(build, players, server, settings, is_full).items():
                    rules = VERY_SLOW if name.startswith("tocsin") else VERY_SLOW + PATIENCE
                    if is_enough(found.get((f"burst/{server}/{settings}/{name}/seconds", "s"), []), rules):
                        continue
                    key = f"burst/{server}/{settings}/{name}"
                    told = sinks.attempt(results, key, lambda one=command: sinks.report_to(build, server, *one))
                    if told is None:
                        continue
                    said, received = told
                    for field, value, unit in burst_fields(count, said, received):
                        found.setdefault((f"{key}/{field}", unit), []).append(value)
    for (key, unit), values in found.items():
        results.add(key, values, unit, COUNT if key.endswith("/sent") else "time")


def is_enough(seconds, rules):
    """Whether it took so long that the passes there are have to do."""
    return any(len(seconds) >= passes and min(seconds) > limit for limit, passes in rules)


def burst_fields(count, said, received):
    yield "sent", count, "events"
    yield "received", received["events"], "events"
    yield "seconds", said["seconds"], "s"
    yield "rate", received["events"] / said["seconds"], "events/s"
    yield "median_us", said["median_us"], "us"
    yield "p99_us", said["p99_us"], "us"
    yield "rss_kb", said["rss_kb"], "KiB"
    yield "connections", received["connections"], "connections"
    if "open_ms" in said:
        yield "open_ms", said["open_ms"], "ms"
    if "flushed" in said and said["flushed"] is not None:
        yield "flush_true", int(bool(said["flushed"])), "of 1"
    if "stats" in said:
        books = said["stats"]["categories"]["error"]
        yield "counted_lost", sum(books["discarded"].values()), "events"


def masses(build, results, passes, say):
    """2,000 and 50,000 full events to each server; all that is captured has to arrive."""
    found = {}
    room = {"queue_max_items": 100000, "queue_max_bytes": 2 ** 31}
    for number in rounds("masses", passes):
        for server, options in (("instant", {}), ("20ms", {"max_connections": 64}), ("lossy", {})):
            for count in (BURST, MOST):
                key = f"mass/{server}/{count}"
                if is_enough(found.get((f"{key}/seconds", "s"), []), PATIENCE):
                    continue
                say(f"pass {number + 1} of {passes}: {count:,} events, server {server}")
                said, received = sinks.report_to(build, server, *ours(build, count, json.dumps({**room, **options})))
                for field, value, unit in burst_fields(count, said, received):
                    found.setdefault((f"{key}/{field}", unit), []).append(value)
                found.setdefault((f"{key}/forgotten", "requests"), []).append(received["lost"])
    for (key, unit), values in found.items():
        results.add(key, values, unit)


def steady(build, results, say):
    say(f"steady {STEADY_RATE:,} a second for {STEADY_S} s")
    program = str(build / "ffi-tests/bench/bench_offer")
    said, received = sinks.report_to(build, "instant", [program, "DSN", str(STEADY_RATE), str(STEADY_S), "{}"])
    for field, value, unit in (
            ("captured", said["captured"], "events"), ("received", received["events"], "events"),
            ("seconds", said["seconds"], "s"), ("max_us", said["max_us"], "us"), ("cpu_s", said["cpu_s"], "s"),
            ("rss_kb", said["rss_kb"], "KiB"), ("wire_bytes", received["bytes"] / received["events"], "bytes")):
        results.add(f"steady/{field}", value, unit)


def pace(said, received):
    """Events a second, over the time in which they were offered or came, whichever was longer."""
    return received["events"] / max(said["seconds"], received["seconds"])


def queued(build, players, results, say):
    """Memory while a server takes requests and answers none; long queues everywhere."""
    room = json.dumps({"queue_max_items": 100000, "queue_max_bytes": 2 ** 31})
    for count in QUEUED:
        say(f"{count:,} events queued")
        runs = {"tocsin": ours(build, count, room)}
        for name, (command, environment) in players.items():
            runs[name] = [*command, "burst", "DSN", str(count), "20000", "1"], environment
        for name, (command, environment) in runs.items():
            patience = {**environment, "BENCH_FLUSH_S": "0"}
            key = f"queued/{name}/{count}/rss_kb"
            told = sinks.attempt(results, key, lambda one=(command, patience): sinks.report_to(build, "silent", *one))
            if told is not None:
                results.add(key, told[0]["rss_kb"], "KiB")


def offers(build, players, results, say):
    """Delivered against offered load, default settings."""
    program = str(build / "ffi-tests/bench/bench_offer")
    mine = {"tocsin": "{}", "tocsin, 32 connections": '{"max_connections":32}'}
    for server in RATES:
        for rate in RATES[server]:
            say(f"{rate:,} events offered a second, server {server}")
            runs = {name: ([program, "DSN", str(rate), str(OFFER_S), options], {}) for name, options in mine.items()}
            for name, (command, environment) in players.items():
                runs[name] = ([*command, "offer", "DSN", str(rate), str(OFFER_S), "0", "0"], environment)
            for name, command in runs.items():
                key = f"offer/{server}/{name}/{rate}"
                told = sinks.attempt(results, key, lambda one=command: sinks.report_to(build, server, *one))
                if told is None:
                    continue
                said, received = told
                results.add(f"{key}/rate", pace(said, received), "events/s")
                results.add(f"{key}/captured", said["captured"], "events")
                results.add(f"{key}/received", received["events"], "events")
                results.add(f"{key}/wanted", rate * OFFER_S, "events", COUNT)
