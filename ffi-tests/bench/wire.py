"""What a burst costs by how it goes over the wire: compressed by what, and over which version of HTTP."""
import json
import pathlib

import front
import sinks
from progress import rounds
from whole import BURST, ours

COMPRESSIONS = ("gzip", "zstd", "none")
CONNECTIONS, ALONE = (8, 32, 64), 32
STREAMS = (8, 32, 64, 100)
SLOW = "20ms"


def note(found, key, said, received):
    """What one burst says, into `found`; what was lost on the way is part of it."""
    for field, value, unit in (
            ("received", received["events"], "events"), ("seconds", said["seconds"], "s"),
            ("rate", received["events"] / said["seconds"], "events/s"),
            ("cpu_us", said["cpu_s"] / BURST * 1e6, "us"), ("wire_bytes", received["bytes"] / received["requests"], "bytes"),
            ("connections", said.get("connections", received["connections"]), "connections")):
        found.setdefault((f"{key}/{field}", unit), []).append(value)


def keep(found, results):
    for (key, unit), values in found.items():
        results.add(key, values, unit)


def compression(build, results, passes, say):
    """2,000 of W to a server that takes all of them."""
    found = {}
    for number in rounds("compression", passes):
        say(f"pass {number + 1} of {passes}: bursts by compression")
        for name in COMPRESSIONS:
            said, received = sinks.report_to(build, "instant", *ours(build, BURST, json.dumps({"compression": name})))
            note(found, f"compression/{name}", said, received)
    keep(found, results)


def alone(build, ca_file, in_flight, how):
    """The command for libcurl alone; URL is filled in."""
    return [str(build / "ffi-tests/bench/bench_streams"), "URL", ca_file, str(BURST), str(in_flight), how]


def contestants(build=pathlib.Path(), ca_file=""):
    """{name: (version of HTTP that the server speaks, command)}, in the order of the table."""
    found = {}
    for version in front.VERSIONS:
        for count in CONNECTIONS:
            options = json.dumps({"max_connections": count, "ca_certs": ca_file})
            found[f"tocsin, {version}, {count} connections"] = version, ours(build, BURST, options)[0]
    for version, how in (("HTTP/1.1", "http1.1"), ("HTTP/2", "http2")):
        found[f"libcurl, {version}, {ALONE} connections"] = version, alone(build, ca_file, ALONE, how)
    for count in STREAMS:
        found[f"libcurl, HTTP/2, {count} streams"] = "HTTP/2", alone(build, ca_file, count, "streams")
    return found


def burst_through(build, name):
    """(what the program says, what the sink received) of one contestant, with an nginx of its own."""
    with front.front(build, SLOW) as (dsns, ca_file, account):
        version, command = contestants(build, ca_file)[name]
        dsn = dsns[version]
        url = dsn.replace("public@", "").removesuffix("/1") + "/api/1/envelope/"
        said = json.loads(sinks.run([{"DSN": dsn, "URL": url}.get(word, word) for word in command]))
        return said, account()


def tls(build, results, passes, say):
    """2,000 of W through nginx, over TLS, to a server that answers after 20 ms."""
    found = {}
    for number in rounds("tls", passes):
        say(f"pass {number + 1} of {passes}: bursts over TLS through nginx")
        for name in contestants():
            told = sinks.attempt(results, f"tls/{name}", lambda one=name: burst_through(build, one))
            if told is not None:
                note(found, f"tls/{name}", *told)
    keep(found, results)
