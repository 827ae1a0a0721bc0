"""What tocsin is to reach, sixteen rows; measured and verdict come from results, never from here.

A row is a number, what it is about, and its parts; a part says what is wanted, how it is found in
results, and the limit: "<=" or ">=" and a number; where that is met with ease, a second number, to which
the target was raised and which is then judged too. A part without a limit is told, not judged. Where
something was not measured in a run, the verdict says so."""
from whole import BURST

PYTHON, GO, NODE, RUBY, RUST = "sentry-python", "sentry-go", "sentry-node", "sentry-ruby", "sentry-rust"
PEERS = (PYTHON, GO, NODE, RUBY, RUST)
DELAY_S = 0.02
TWO_THREADS, CONTENDED = 1.6, ("fork", "capture")  # of one thread's rate, on one scope
SIZES = (10, 100, 1000)


def quotient(above, below):
    return None if above is None or not below else above / below


def gate(name):
    return lambda results: results.get(f"gate/{name}")


def most(name):
    """The largest of the three sizes."""
    def find(results):
        found = [results.get(f"gate/{name}, {size:,}") for size in SIZES]
        return None if None in found else max(found)
    return find


def value(name):
    return lambda results: results.get(name)


def faster(ours, theirs, *peers):
    """How often our time goes into that of the fastest of those peers."""
    def find(results):
        times = [results.get(f"peer/{peer}/ops/{theirs}") for peer in peers]
        return None if None in times else quotient(min(times), results.get(ours))
    return find


def flatness(name):
    """The largest of the three sizes' instructions beside the smallest's."""
    def find(results):
        counts = [results.get(f"instructions/{name}/{size}") for size in SIZES]
        return None if None in counts else max(counts) / min(counts)
    return find


def fork_time(size):
    return lambda results: results.ratio(f"ns/fork/{size}", "ns/fork/10")


def burst(server, settings, player, field):
    return value(f"burst/{server}/{settings}/{player}/{field}")


def beside_those_that_deliver(*peers):
    """How often our burst goes into the fastest one's of those that lost nothing."""
    def find(results):
        times = [results.get(f"burst/instant/{settings}/{peer}/seconds") for settings in ("default", "fair")
                 for peer in peers if results.get(f"burst/instant/{settings}/{peer}/received") == BURST]
        return quotient(min(times), results.get("burst/instant/default/tocsin/seconds")) if times else None
    return find


def beside_uncompressed(peer):
    """How often our burst without compression goes into its own with a queue that is long enough."""
    return lambda results: quotient(results.get(f"burst/instant/fair/{peer}/seconds"),
                                    results.get("compression/none/seconds"))


def of_the_limit(settings, player, connections):
    """Delivered beside what so many connections can carry."""
    return lambda results: quotient(results.get(f"burst/20ms/{settings}/{player}/rate"), connections / DELAY_S)


def rate_beside(*peers):
    def find(results):
        rates = [results.get(f"burst/20ms/fair/{peer}/rate") for peer in peers]
        if None in rates:
            return None
        return quotient(results.get("burst/20ms/fair/tocsin, 32 connections/rate"), max(rates))
    return find


def lost(server):
    def find(results):
        received = results.get(f"burst/{server}/default/tocsin/received")
        return None if received is None else BURST - received
    return find


BARE = {"core_set_tag": ("boundary_set_tag", 1), "core_fork": ("boundary", 2),
        "core_capture": ("boundary_capture", 1), "core_set_context": ("boundary_set_tag", 1)}  # the same crossing alone, and how many there are


def dearest_call(results):
    """The binding whose call is furthest above crossing and C together."""
    found = []
    for player in ("Go", "Lua 5.4", "LuaJIT", "Ruby"):
        for case, (bare, crossings) in BARE.items():
            whole, c = results.get(f"binding/{player}/{case}"), results.get(f"binding/C/{case}")
            if c is None and found:
                continue  # a run from before there was this case
            boundary = results.get(f"binding/{player}/{bare}") or results.get(f"binding/{player}/boundary")
            if None in (whole, c, boundary):
                return None
            found.append(whole / (c + crossings * boundary))
    return max(found)


def beside_yyjson(results):
    return quotient(results.get("gate/W to bytes"), YYJSON_WRITE)


def queued_bytes(count):
    """Memory that so many waiting events cost."""
    def find(results):
        many, few = (results.get(f"queued/tocsin/{number}/rss_kb") for number in (count, 10))
        return None if many is None or few is None else (many - few) * 1024
    return find


def queued_beside_native(results):
    return quotient(queued_bytes(5000)(results), NATIVE["queued_rss_mb"] * 1e6)


# Quoted, not measured in the run: neither is in a registry. yyjson 0.12 writing W from its own tree, and
# sentry-native 0.16.3, on the same kind of machine.
YYJSON_WRITE = 129900
NATIVE = {"fork_ns": 8100, "capture_us": 88, "seconds": 0.357, "queued_rss_mb": 158}


def beside_native(ours, scale, name):
    return lambda results: quotient(NATIVE[name] * scale, results.get(ours))


ROWS = (
    (1, "fork and free of W", [("malloc pairs", gate("fork"), "<=", 2.5, 1.75)]),
    (2, "fork, however large the scope", [
        ("1,000 entries beside 10, time", fork_time(1000), "<=", 1.2),
        ("1,000 tags beside none, instructions", gate("fork, 1,000 tags"), "<=", 1.2, 1.05)]),
    (3, "fork beside a peer's clone", [
        ("faster than Node and Python", faster("ns/fork/W", "fork", NODE, PYTHON), ">=", 20, 30),
        ("than sentry-go", faster("ns/fork/W", "fork", GO), ">=", 40, 45),
        ("than sentry-ruby", faster("ns/fork/W", "fork", RUBY), ">=", 500, 1000),
        ("than sentry for Rust, which shares too", faster("ns/fork/W", "fork", RUST), ">=", None),
        ("with a first write, than Rust", faster("ns/first_tag/W", "first_write", RUST), ">=", None)]),
    (4, "first write after a fork", [
        ("malloc pairs", gate("first set_tag after a fork"), "<=", 12),
        ("1,000 tags, malloc pairs", gate("first set_tag, 1,000 tags"), "<=", 12)]),
    (5, "set_tag and add_breadcrumb", [
        ("set_tag, malloc pairs", gate("set_tag"), "<=", 8, 5),
        ("add_breadcrumb, malloc pairs", gate("add_breadcrumb"), "<=", 9),
        ("set_tag, 1,000 entries beside 10", flatness("set_tag"), "<=", 1.2, 1.05),
        ("add_breadcrumb, the same", flatness("breadcrumb"), "<=", 1.2, 1.05)]),
    (6, "capture on the caller", [
        ("malloc pairs", gate("capture"), "<=", 5),
        ("burst, median, µs", burst("instant", "default", "tocsin", "median_us"), "<=", 1, 0.5),
        ("burst, 99th percentile, µs", burst("instant", "default", "tocsin", "p99_us"), "<=", 5, 4)]),
    (7, "capture beside peers', inert transport", [
        ("faster than sentry-go", faster("ns/capture/W", "capture", GO), ">=", 30),
        ("than Node", faster("ns/capture/W", "capture", NODE), ">=", 500),
        ("than Ruby", faster("ns/capture/W", "capture", RUBY), ">=", 500),
        ("than Python", faster("ns/capture/W", "capture", PYTHON), ">=", 10000),
        ("than Rust", faster("ns/capture/W", "capture", RUST), ">=", None)]),
    (8, "W to envelope bytes", [
        ("beside yyjson_mut_write, instructions (quoted)", beside_yyjson, "<=", 0.1, 0.085),
        ("beside memcpy of 108 pieces, time", lambda results: results.ratio("ns/to_bytes/W", "limit/pieces_ns"), "<=", 2),
        ("faster than sentry-go's", faster("ns/to_bytes/W", "to_bytes", GO), ">=", 200)]),
    (9, "memory of a fork with one changed tag", [
        ("bytes", most("bytes of a fork with a tag"), "<=", 512, 400),
        ("its first breadcrumb, bytes", most("bytes of its first breadcrumb"), "<=", 1024),
        ("of the leanest peer's", lambda results: leanest(results), "<=", 1 / 3, 0.2)]),
    (10, "memory of what waits", [
        ("bytes an event", gate("bytes of a waiting event"), "<=", 1024, 300),
        ("with a breadcrumb of its own, bytes", gate("bytes of one with a breadcrumb"), "<=", 1024),
        ("peak of the burst beside queued bytes", value("bytes/burst_beside_text"), "<=", 1 / 3)]),
    (11, "2,000 events, instant server", [
        ("beside a bare curl and gzip loop", value("limit/burst_beside_curl"), "<=", 1.5, 0.75),
        ("faster than those of Python, Go, Ruby, Node that lost none", beside_those_that_deliver(PYTHON, GO, RUBY, NODE),
         ">=", 3),
        ("than Rust, which does not compress", beside_those_that_deliver(RUST), ">=", None),
        ("the same, neither does", beside_uncompressed(RUST), ">=", None)]),
    (12, "the same, 20 ms server", [
        ("of what 8 connections carry", of_the_limit("default", "tocsin", 8), ">=", 0.8, 0.9),
        ("of what 32 connections carry", of_the_limit("fair", "tocsin, 32 connections", 32), ">=", 0.8, 0.9),
        ("at 32, faster than Python, Go, Ruby", rate_beside(PYTHON, GO, f"{RUBY}, 1 connection"), ">=", 20, 28),
        ("than Node with its 30", rate_beside(NODE), ">=", None)]),
    (13, "no loss by default, burst of 2,000", [
        ("lost, instant server", lost("instant"), "<=", 0),
        ("lost, 20 ms server", lost("20ms"), "<=", 0),
        ("lost, lossy server", lambda results: mass_lost(results), "<=", 0)]),
    (14, "a call from a language", [("the dearest beside crossing and C", dearest_call, "<=", 1.3)]),
    (15, "spooling an event", [("beside create, write, rename", value("spool/in_beside_bare"), "<=", 3, 1.5)]),
    (16, "beside sentry-native, by quoted figures", [
        ("fork, faster", beside_native("ns/fork/W", 1, "fork_ns"), ">=", 100, 200),
        ("capture, faster", beside_native("burst/instant/default/tocsin/median_us", 1, "capture_us"), ">=", 150, 250),
        ("memory of 5,000 queued, of theirs", queued_beside_native, "<=", 0.2, 0.05),
        ("2,000 delivered, of their time", lambda results: quotient(
            results.get("burst/instant/default/tocsin/seconds"), NATIVE["seconds"]), "<=", 0.5)]),
)


def leanest(results):
    bytes_ = [results.get(f"peer/{peer}/fork-bytes/bytes") for peer in PEERS]
    return None if None in bytes_ else quotient(most("bytes of a fork with a tag")(results), min(bytes_))


def mass_lost(results):
    received = results.get(f"mass/lossy/{BURST}/received")
    return None if received is None else BURST - received


def keeps(measured, relation, limit):
    return measured <= limit if relation == "<=" else measured >= limit


def verdict(measured, relation, limit, raised=None):
    if limit is None:
        return "-"
    if measured is None:
        return "not measured"
    if not keeps(measured, relation, limit):
        return "missed"
    return "reached" if raised is None or keeps(measured, relation, raised) else "reached, not as raised"


def wish(relation, limit):
    return "-" if limit is None else f"{'≤' if relation == '<=' else '≥'} {plain(limit)}"


def judge(results):
    """[(number, what, [(part, target, what it was raised to, measured or None, verdict)])]."""
    found = []
    for number, what, wanted in ROWS:
        parts = []
        for part, find, relation, limit, *raised in wanted:
            measured, raised = find(results), raised[0] if raised else None
            parts.append((part, wish(relation, limit), wish(relation, raised), measured,
                          verdict(measured, relation, limit, raised)))
        found.append((number, what, parts))
    return found


def plain(number):
    """A number as a person would write it."""
    if number is None:
        return "-"
    if number == int(number) or abs(number) >= 1000:
        return f"{number:,.0f}"
    if abs(number) < 1:
        return f"{number:.3g}"
    return f"{number:.2f}" if abs(number) < 100 else f"{number:,.0f}"
