"""The tables of a report, each from results alone; one that has nothing in it is left out."""
import targets
import whole
from micro import SIZED, SIZES

from . import delivery
from .table import Table, duration, number

NAMES = {
    "fork": "fork and close", "first_tag": "fork, first write, close", "set_tag": "set_tag", "breadcrumb": "add_breadcrumb",
    "merge": "merge into a new scope", "capture": "capture, on the caller", "to_bytes": "event to envelope bytes",
    "look_up": "handle look-up", "user": "set_user, JSON", "context": "set_context, JSON",
    "extra": "set_extra, JSON", "tags": "set_tags, JSON of so many",
}
SERVERS = {"instant": "answers at once", "20ms": "answers after 20 ms", "lossy": "forgets every tenth request"}
OPS = (("fork", "fork"), ("first_write", "first_tag"), ("set_tag", "set_tag"), ("breadcrumb", "breadcrumb"),
       ("merge", "merge"), ("capture", "capture"), ("to_bytes", "to_bytes"))


def peers(results):
    return [name for name in targets.PEERS if results.get(f"peer/{name}/ops/fork") is not None]


def sixteen(results):
    rows = []
    for row, what, parts in targets.judge(results):
        for place, (part, target, raised, measured, verdict) in enumerate(parts):
            title = f"{row} {what}: {part}" if place == 0 else f"… {part}"
            rows.append([title, target, raised, targets.plain(measured), verdict])
    return Table("targets", "Sixteen targets", ["", "target", "raised to", "measured", "verdict"], rows)


def sizes(results):
    rows = []
    for name in SIZED:
        cells = [results.get(f"instructions/{name}/{size}") for size in SIZES]
        times = [results.get(f"ns/{name}/{size}") for size in SIZES]
        if any(cell is not None for cell in (*cells, *times)):
            rows.append([NAMES[name], *(number(cell) for cell in cells), *(duration(cell) for cell in times)])
    columns = ["", *(f"{size:,}: instructions" for size in SIZES), *(f"{size:,}: time" for size in SIZES)]
    return Table("sizes", "One operation on a scope of so many tags and breadcrumbs", columns, rows)


def threads(results):
    rows = []
    for name in SIZED:
        own, shared = (results.get(f"two-threads/{name}/W/{how}") for how in ("own", "shared"))
        if own is not None:
            wanted = f"≥ {targets.TWO_THREADS}" if name in targets.CONTENDED else "-"
            rows.append([NAMES[name], duration(results.get(f"ns/{name}/W")), f"{own:.2f}", f"{shared:.2f}", wanted])
    return Table("threads", "Two threads: how much of one thread's rate they have together",
                 ["workload W", "one thread", "a request each", "one scope", "wanted"], rows)


def thread_sizes(results):
    """The same as `threads` at each size, a request each and one scope."""
    rows = []
    for name in SIZED:
        shares = [results.get(f"two-threads/{name}/{size}/{how}") for how in ("own", "shared") for size in SIZES]
        if all(share is not None for share in shares):
            rows.append([NAMES[name], *(f"{share:.2f}" for share in shares)])
    columns = ["", *(f"{size:,} entries, {how}" for how in ("a request each", "one scope") for size in SIZES)]
    return Table("thread-sizes", "Two threads, by the size of the scope", columns, rows)


def operations(results):
    columns = ["workload W", "tocsin", *peers(results)]
    rows = []
    for theirs, ours in OPS:
        mine = results.get(f"ns/{ours}/W")
        times = [results.get(f"peer/{peer}/ops/{theirs}") for peer in peers(results)]
        if mine is not None and any(times):
            rows.append([NAMES[ours], duration(mine), *(duration(one) for one in times)])
    bytes_ = [results.get(f"peer/{peer}/fork-bytes/bytes") for peer in peers(results)]
    if any(bytes_):
        rows.append(["a live fork with a tag changed, bytes", number(targets.most("bytes of a fork with a tag")(results)),
                     *(number(one) for one in bytes_)])
    return Table("operations", "One operation beside other libraries", columns, rows)


def bursts(results):
    for server in whole.SETTINGS:
        for settings in whole.SETTINGS[server]:
            prefix = f"burst/{server}/{settings}/"
            names = list(dict.fromkeys(name.split("/")[0] for name in results.under(prefix)))
            order = sorted(names, key=lambda name: (not name.startswith("tocsin"), name))
            rows = []
            for name in order:
                told = results.under(f"{prefix}{name}/")
                rows.append([name, number(told["sent"]), number(told["received"]),
                             f"{1 - told['received'] / told['sent']:.0%}", f"{told['seconds']:.2f} s",
                             number(told["rate"]), duration(told["median_us"] * 1e3), duration(told["p99_us"] * 1e3),
                             f"{told['rss_kb'] / 1024:.0f} MiB"])
            yield Table(f"burst-{server}-{settings}",
                        f"A burst of {whole.BURST:,} events; the server {SERVERS[server]}; {settings} settings",
                        ["", "captured", "received", "lost", "until flushed", "a second", "capture, median",
                         "99th percentile", "memory at most"], rows)


def masses(results):
    rows = []
    for server in SERVERS:
        for count in (whole.BURST, whole.MOST):
            told = results.under(f"mass/{server}/{count}/")
            if told:
                rows.append([f"{count:,}, the server {SERVERS[server]}", number(told["received"]),
                             number(told["forgotten"]), f"{told['seconds']:.2f} s", number(told["rate"]),
                             f"{told['rss_kb'] / 1024:.0f} MiB"])
    return Table("masses", "Full events from tocsin, all of them to arrive",
                 ["", "received", "forgotten and sent again", "until flushed", "a second", "memory at most"], rows)


def steady(results):
    told = results.under("steady/")
    rows = []
    if told:
        rows = [["captured", f"{number(told['captured'])} in {told['seconds']:.1f} s"],
                ["received", number(told["received"])],
                ["longest capture", duration(told["max_us"] * 1e3)],
                ["processor for an event, all threads", duration(told["cpu_s"] / told["captured"] * 1e9)],
                ["bytes an event on the wire", number(told["wire_bytes"])],
                ["memory at most", f"{told['rss_kb'] / 1024:.0f} MiB"]]
    return Table("steady", f"{whole.STEADY_RATE:,} full events a second, steadily", ["", "tocsin"], rows)


LOADS = {"room": "one thread, room in the queue", "full": "four threads, the queue full all the time",
         "durable": "one thread, into files", "synced": "one thread, into files confirmed by the disk"}


def overload(results):
    rows = []
    for case, title in LOADS.items():
        told = results.under(f"overload/{case}/")
        if told:
            rows.append([title, number(told["captures"]),
                         *(duration(told[f"{field}_us"] * 1e3) for field in ("p50", "p99", "p999", "max"))])
    return Table("overload", "How long a capture keeps its caller; the server takes everything and answers nothing",
                 ["", "captures", "median", "99 %", "99.9 %", "longest"], rows)


def spool(results):
    told = results.under("spool/")
    rows = []
    if "in_us" in told:
        rows = [["create, write, rename of 15 KiB, nothing else", duration(told["bare_us"] * 1e3)],
                ["a durable capture", duration(told["in_us"] * 1e3)],
                ["… 99th percentile", duration(told["in_p99_us"] * 1e3)],
                ["… confirmed by the disk", duration(told["synced_us"] * 1e3)],
                ["taking one back, processor", duration(told["out_cpu_us"] * 1e3)]]
    return Table("spool", "To disk and back", ["", "median"], rows)


LIMITS = (("malloc_ns", "malloc(64) and free"), ("atomic_ns", "atomic increment and decrement"),
          ("mutex_ns", "mutex, nobody else at it"), ("memcpy_ns", "memcpy of W as bytes"),
          ("pieces_ns", "the same in 108 pieces"), ("gzip_ns", "gzip 1 of W"), ("write_ns", "15 KiB appended to a file"),
          ("file_ns", "15 KiB in a file of its own: create, write, rename"))


def limits(results):
    rows = [[title, duration(results.get(f"limit/{name}"))] for name, title in LIMITS if results.get(f"limit/{name}")]
    if results.get("limit/curl_s"):
        rows.append([f"{whole.BURST:,} compressed requests by libcurl alone, one by one",
                     duration(results.get("limit/curl_s") * 1e9)])
    return Table("limits", "What the machine allows", ["", "time"], rows)


CALLS = (("boundary", "a call that does nothing"), ("core_look_up", "handle look-up, bare ABI"),
         ("core_set_tag", "set_tag, bare ABI"), ("core_set_context", "set_context, bare ABI"),
         ("core_fork", "fork and close, bare ABI"), ("core_merge", "merge, bare ABI"), ("core_capture", "capture, bare ABI"),
         ("set_tag", "set_tag"), ("set_tags", "set_tags, three"), ("set_user", "set_user"), ("set_context", "set_context"),
         ("add_breadcrumb", "add_breadcrumb"), ("fork", "fork"), ("first_write", "fork and first write"),
         ("with_scope", "with_scope"), ("merge", "merge"), ("capture", "capture"), ("to_bytes", "capture, take, bytes"))


def bindings(results):
    players = [name for name in ("C", "Go", "Lua 5.4", "LuaJIT", "Ruby", "sentry-go", "sentry-ruby")
               if results.under(f"binding/{name}/")]
    rows = []
    for case, title in CALLS:
        times = [results.get(f"binding/{name}/{case}") for name in players]
        if players and times[0] is None:
            times[0] = results.get(f"binding/C/core_{case}")  # in C there is no other interface
        if any(times):
            rows.append([title, *(duration(one) for one in times)])
    return Table("bindings", "One call from each language", ["", *players], rows)


def of(results):
    """All tables, the empty ones too."""
    return [sixteen(results), sizes(results), threads(results), thread_sizes(results), operations(results), limits(results),
            delivery.start(results), *bursts(results), masses(results), steady(results), delivery.compression(results),
            delivery.tls(results), overload(results), spool(results), bindings(results)]


def everything(results):
    return {table.name: table for table in of(results) if table.rows}


def show(results):
    for name, value in results.about.items():
        if value and name != "failed":
            print(f"{name:10} {value}")
    for table in everything(results).values():
        print()
        print(table.text())
    for name, why in results.about.get("failed", {}).items():
        print(f"failed: {name}: {why}")
