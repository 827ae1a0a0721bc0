"""The tables about how a burst goes over the wire, and about the start of a program."""
import startup
import targets
import wire
from whole import BURST

from .table import Table, duration, number


def milliseconds(told, field):
    return duration(told[field] * 1e6) if field in told else "-"


def start(results):
    rows = []
    for name in ("tocsin", *targets.PEERS):
        told = results.under(f"start/{name}/")
        if "whole" in told:
            times = "1" if name == "tocsin" else f"{told['times']:.2f}" if "times" in told else "-"
            rows.append([name, *(milliseconds(told, step) for step in startup.STEPS), milliseconds(told, "whole"), times,
                         milliseconds(told, "cpu"), f"{told['kb'] / 1024:.1f} MiB", number(told.get("instructions"))])
    return Table("startup", "Until the first message is captured, beyond a process that does nothing",
                 ["", "loading", "opening", "first capture", "whole process", "beside tocsin's", "processor", "memory",
                  "instructions"], rows)


def compression(results):
    rows = []
    for name in wire.COMPRESSIONS:
        told = results.under(f"compression/{name}/")
        if told:
            rows.append([name, number(told["received"]), f"{told['seconds']:.2f} s", number(told["rate"]),
                         duration(told["cpu_us"] * 1e3), number(told["wire_bytes"])])
    return Table("compression", f"A burst of {BURST:,} events by how bodies are compressed; the server answers at once",
                 ["", "received", "until flushed", "a second", "processor for an event", "bytes an event on the wire"], rows)


def tls(results):
    prefix, rows = "tls/", []
    names = dict.fromkeys(name.rpartition("/")[0] for name in results.under(prefix))
    order = {name: place for place, name in enumerate(wire.contestants())}
    for name in sorted(names & order.keys(), key=order.get):
        told = results.under(f"{prefix}{name}/")
        rows.append([name, number(told["received"]), f"{told['seconds']:.2f} s", number(told["rate"]),
                     duration(told["cpu_us"] * 1e3), number(told["connections"])])
    return Table("tls", f"A burst of {BURST:,} events through nginx, over TLS; the server answers after 20 ms",
                 ["", "received", "until flushed", "a second", "processor for an event", "connections"], rows)
