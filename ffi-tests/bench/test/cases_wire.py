"""Bursts by the way they take, and starts: what is measured is what happens."""
import contextlib
import json
import shutil

import front
import sinks
import startup
import whole
import wire
from report import delivery, tables
from results import COUNT, Results
from skip import Skip

FEW = 40


@contextlib.contextmanager
def nginx(build):
    """As `front.front`, where the machine has what that needs."""
    try:
        front.program()
    except RuntimeError as why:
        raise Skip(str(why)) from why
    if not shutil.which("openssl"):
        raise Skip("there is no openssl")
    with front.front(build, "instant") as made:
        yield made


def test_events_arrive_through_nginx_by_both_versions_of_http(build):
    with nginx(build) as (dsns, ca_file, account):
        for dsn in dsns.values():
            command, _ = whole.ours(build, FEW, json.dumps({"ca_certs": ca_file}))
            sinks.run([dsn if word == "DSN" else word for word in command])
        assert account()["events"] == len(dsns) * FEW and len(dsns) == 2


def test_streams_share_a_connection_and_other_transfers_have_one_each(build):
    with nginx(build) as (dsns, ca_file, account):
        opened = {}
        for version, how in (("HTTP/1.1", "http1.1"), ("HTTP/2", "http2"), ("HTTP/2", "streams")):
            url = dsns[version].replace("public@", "").removesuffix("/1") + "/api/1/envelope/"
            program = str(build / "ffi-tests/bench/bench_streams")
            opened[how] = json.loads(sinks.run([program, url, ca_file, str(FEW), "8", how]))["connections"]
        assert opened["streams"] == 1 and opened["http1.1"] > 1 and opened["http2"] > 1, opened
        assert account()["requests"] == 3 * FEW


def test_every_event_arrives_however_it_is_packed_and_takes_fewer_bytes(build):
    size = {}
    for name in wire.COMPRESSIONS:
        said, received = sinks.report_to(build, "instant", *whole.ours(build, FEW, json.dumps({"compression": name})))
        assert received["events"] == FEW and said["cpu_s"] > 0, (name, said, received)
        size[name] = received["bytes"]
    assert size["zstd"] < size["gzip"] < size["none"], size


def test_a_start_is_told_in_steps_and_a_process_that_does_nothing_in_none(build):
    full, nothing, _ = startup.contestants(build, {})["tocsin"]
    told, empty = startup.watch(full, None), startup.watch(nothing, None)
    assert set(told) == {*startup.STEPS, "kb", "whole", "cpu"} and set(empty) == {"kb", "whole", "cpu"}, (told, empty)
    assert told["kb"] > empty["kb"] > 0 and told["whole"] >= sum(told[step] for step in startup.STEPS), (told, empty)


def test_a_start_is_held_against_ours_pass_by_pass(_):
    found = Results()
    startup.compare({("tocsin", "whole"): [10, 20, 30], ("sentry-go", "whole"): [20, 20, 120]}, found)
    assert found.get("start/sentry-go/times") == 2 and found.get("start/tocsin/times") is None


def test_the_table_of_starts_has_a_row_for_each_that_started(_):
    found = Results()
    for name in ("tocsin", "sentry-go"):
        for field, value in (("open", 0.5), ("whole", 4.0), ("cpu", 3.0), ("kb", 2048), ("times", 0.25)):
            found.add(f"start/{name}/{field}", value, "ms")
    found.add("start/tocsin/instructions", 19e6, "instructions", COUNT)
    rows = {row[0]: row[1:] for row in delivery.start(found).rows}
    assert rows["tocsin"] == ["-", "500 µs", "-", "4 ms", "1", "3 ms", "2.0 MiB", "19,000,000"], rows
    assert rows["sentry-go"][4] == "0.25" and rows["sentry-go"][-1] == "-", rows


def test_bursts_over_tls_are_listed_in_their_order_and_those_that_failed_left_out(_):
    found, names = Results(), list(wire.contestants())
    for name in (names[3], names[0]):
        for field in ("received", "seconds", "rate", "cpu_us", "connections"):
            found.add(f"tls/{name}/{field}", 1, "x")
    assert [row[0] for row in delivery.tls(found).rows] == [names[0], names[3]]


def test_two_threads_are_shown_at_each_size(_):
    found = Results()
    for size in (10, 100, 1000):
        for how in ("own", "shared"):
            found.add(f"two-threads/fork/{size}/{how}", size / 100, "x one thread")
    assert tables.thread_sizes(found).rows == [["fork and close", "0.10", "1.00", "10.00", "0.10", "1.00", "10.00"]]
