"""OVL-7: what clients report about their losses."""
import itertools

from badd import Badd, good
from cases import Clock, case, own_clock
from program import OK, expect, program, wait_for

REPORT_MAX = 4096


def limiting(seconds):
    def behave(wire):
        wire.answer(wire.request(), 200, [f"X-Sentry-Rate-Limits: {seconds}:error:key"])
        good(wire)
    return behave


def reports_at(server):
    return sum(bool(one.reports) for one in list(server.requests))


@case("OVL-7 losses are reported once a minute, however many there are, or along with an event", environment=own_clock)
def once_a_minute():
    clock = Clock()
    clock.freeze()
    with Badd(then=limiting(150)) as server, program(server.port) as made:
        made.capture()
        made.await_(delivered=1)
        for minute in 1, 2:
            made.capture(500)
            clock.shift(59000)
            made.capture(500)
            expect(reports_at(server), minute - 1, "reports within the minute")
            clock.shift(1000)
            wait_for(lambda: reports_at(server) == minute, f"report {minute}")
            made.await_(in_flight=0)
        made.capture(10)
        clock.shift(31000)
        made.capture()
        wait_for(lambda: len(server.requests) == 4, "the event after the limit")
        made.await_(delivered=2, ratelimit_backoff=2010)
        expect(bool(server.requests[-1].reports), True, "a report along with the event")
        expect(server.reported(), {("ratelimit_backoff", "error"): 2010}, "reported")
        for request in server.requests:
            for item, payload in request.items:
                assert item["type"] != "client_report" or len(payload) <= REPORT_MAX, len(payload)


@case("OVL-7 whatever the server answers, reports add up to the losses, to the last one")
def sums():
    statuses = itertools.cycle((200, 503, 429, 200, 400, 502, 200))

    def behave(wire):
        while True:
            wire.answer(wire.request(), next(statuses))
    with Badd(then=behave) as server, program(server.port, max_connections=1) as made:
        for _ in range(40):
            made.capture(2)
            made.flush()
            if made.account()["refused429"]:
                break  # a minute without events begins
        made.capture(25)
        for _ in range(10):
            made.flush()
        account = made.account()
        reported = {}
        for request in server.requests:
            for report in request.reports if request.status in (200, 429) else ():
                for entry in report["discarded_events"]:
                    expect(entry["category"], "error", "category")
                    reported[entry["reason"]] = reported.get(entry["reason"], 0) + entry["quantity"]
        assert {"send_error", "ratelimit_backoff"} <= account["discarded"].keys(), account
        expect(reported, account["discarded"], "reported")


@case("OVL-7 nothing is reported where nothing was lost, or reports are not wanted")
def nothing():
    with Badd() as server, Badd(then=limiting(60)) as other, program(server.port) as lucky, \
            program(other.port, send_client_reports=False) as silent:
        for made in lucky, silent:
            made.capture()
            made.await_(delivered=1)
            made.capture(20)
            expect(made.flush(), OK, "flush")
            expect(made.close(60000)[0], OK, "close")
        expect(reports_at(server) + reports_at(other), 0, "reports")
        expect(silent.lost("ratelimit_backoff"), 20, "counted all the same")
