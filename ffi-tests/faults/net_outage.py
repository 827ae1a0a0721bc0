"""NET-10, NET-11: outages, with and without a spool on disk."""
import ctypes
import fcntl
import os
import socket
import struct
import time

from badd import Badd, good, refusing
from cases import IS_NIGHTLY, Clock, case, own_clock
from kit import Skip, free_port, scratch_folder
from program import OK, expect, program, settle, wait_for

OUTAGE_S = 600
GAP_MS = 100
STORED = 1000
ROUNDS, TURN = (15, 100) if IS_NIGHTLY else (12, 8)  # events while it is there, and while it is not
CLONE_NEWNET, SIOCSIFFLAGS, IFF_UP = 0x40000000, 0x8914, 1


@case("NET-10 a server that is ended and started again all the time loses nothing")
def restarts():
    with Badd() as server, program(server.port) as made:
        for _ in range(ROUNDS):
            for is_up in True, False:
                for _ in range(TURN):
                    made.capture()
                    time.sleep(0.02)  # the pace of the events, nothing is waited for
                (server.down if is_up else server.up)()
        expect(made.flush(60000), OK, "flush")
        settle(made, server)
        expect(server.ids(200), made.ids, "ids")


def outlive(made, clock, port):
    """Ten minutes without a server, an event a second; then all arrive within a minute."""
    for _ in range(OUTAGE_S // 10):
        made.capture(10)
        clock.shift(10000)
        made.poke()
    account = made.account()
    expect(account["captured"], OUTAGE_S, "captured")
    expect(account["discarded"], {}, "discarded")
    with Badd(port=port) as server:
        clock.shift(60000)
        made.poke()
        wait_for(lambda: server.requests, "the first request")
        yield
        wait_for(lambda: made.account()["delivered"] == OUTAGE_S, "all of them")
        expect(server.ids(200), made.ids, "ids")


@case("NET-10 after ten minutes without a server all is delivered within a minute", environment=own_clock)
def ten_minutes():
    port = free_port()
    with program(port) as made:
        for _ in outlive(made, Clock(), port):
            pass


def own_network():
    """For this thread and those that it starts: a network with nothing in it but itself."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise Skip(f"no network of its own: {os.strerror(ctypes.get_errno())}")


def set_link(is_up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP if is_up else 0))


def pass_time(made, clock, seconds):
    """At night it passes."""
    if IS_NIGHTLY:
        time.sleep(seconds)
    else:
        clock.shift(1000 * seconds)
        made.poke()


@case("NET-10 a link that is down for ten minutes loses nothing, and within a minute of its return all is delivered",
      environment=own_clock)
def link_down():
    own_network()
    set_link(True)
    clock = Clock()
    with Badd() as server, program(server.port, transfer_timeout=5000) as made:
        made.capture()
        expect(made.flush(), OK, "flush")
        set_link(False)
        made.capture()
        wait_for(lambda: "transport.no_answer" in "".join(made.said()), "the first notice")
        for _ in range(OUTAGE_S // 10):
            made.capture(10)
            pass_time(made, clock, 10)
        expect(made.account()["discarded"], {}, "discarded")
        set_link(True)
        if not IS_NIGHTLY:
            pass_time(made, clock, 60)
        made.await_(60, delivered=OUTAGE_S + 2)
        expect(server.ids(200), made.ids, "ids")
        again = sum(len(one.ids) for one in server.requests) - len(made.ids)
        assert again <= 1, again  # the system goes on with what was said when the link went


def drain(made, clock, server, count):
    """From the spool, until so many events were sent in all."""
    def arrived():
        clock.shift(GAP_MS)
        made.poke()
        return sum(bool(one.ids) for one in list(server.requests)) >= count
    deadline = time.monotonic() + 200
    while not arrived():
        assert time.monotonic() < deadline, f"{len(server.ids(200))} of {count} in vain"


@case("NET-10 with a spool, ten minutes without a server lose nothing either", environment=own_clock)
def ten_minutes_spooled():
    port, clock = free_port(), Clock()
    with scratch_folder() as folder, program(port, cache_dir=str(folder / "spool")) as made, \
            Badd(port=free_port()) as _:
        for _ in range(OUTAGE_S // 10):
            made.capture(10)
            clock.shift(10000)
            made.poke()
        expect(made.account()["discarded"], {}, "discarded")
        with Badd(port=port) as server:
            clock.shift(60000)
            made.poke()
            drain(made, clock, server, OUTAGE_S)
            made.await_(delivered=OUTAGE_S, spooled=0, queued=0)
            settle(made, server)


@case("NET-10 NET-11 a spool of 1,000 waits while the server limits, then drains a tenth of a second apart",
      environment=own_clock)
def limited_spool():
    port, clock = free_port(), Clock()
    with scratch_folder() as folder:
        spool = {"cache_dir": str(folder / "spool")}
        with program(port, durability="spool", **spool) as before:
            before.capture(STORED)
            before.close(0)
            before.await_(spooled=STORED, queued=0, in_flight=0)
        with Badd(refusing(429, "Retry-After: 60"), then=good, port=port) as server:
            clock.freeze()
            with program(port, **spool) as made:
                clock.shift(GAP_MS)
                made.poke()
                wait_for(lambda: server.requests, "the first")
                made.await_(refused429=1, in_flight=0)  # from here on the limit holds
                for _ in range(59):
                    clock.shift(1000)
                    made.poke()
                expect(len(server.requests), 1, "requests within the limit")
                server.plan[0] = good
                server.down()
                server.up()
                one_at_a_time(made, clock, server)
                drain(made, clock, server, STORED)
                expect(server.ids(200) | server.ids(429), before.ids, "ids")
                expect(len(server.ids(429)), 1, "refused")


def one_at_a_time(made, clock, server):
    """While the clock stands, so does the spool."""
    clock.shift(2000)
    for arrived in range(2, 12):
        made.poke()
        wait_for(lambda: len(server.requests) >= arrived, f"request {arrived}")
        made.await_(in_flight=0)
        clock.shift(GAP_MS - 1)
        made.poke()
        expect(len(server.requests), arrived, "requests before the gap is over")
        clock.shift(1)
