"""NET-3, NET-4, NET-5: connections that end, or do not end, where they should not."""
import time

from badd import Badd, deaf, good, saying
from cases import IS_NIGHTLY, case, is_sanitized, is_slow
from kit import scratch_folder
from program import OK, expect, program, settle, wait_for
from stored import stored

CUT_MS = 3000 if is_slow() else 2000  # an answer comes within it, on a machine that is busy, too
PATIENCE_S = 1.5 if IS_NIGHTLY else 30  # until the worker has seen it
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"
GROWTH_KIB = 1024
DEFAULT_S, LATEST_S = 30, 31 if IS_NIGHTLY else 60  # by day others want the processors too


def memory_kib(pid, what):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what))


def is_all_read(sock):
    """Whether the other end, on this machine, has read all that was said."""
    wanted = f":{sock.getpeername()[1]:04X}"
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file]
    return all(row[4].endswith(":00000000") for row in rows if row[1].endswith(wanted))


def dripping(data, gap=0.1):
    def behave(wire):
        wire.request()
        wire.drip(data, gap)
        wire.hang()
    return behave


def flooding(start, again):
    """Says the same without end."""
    def behave(wire):
        wire.request()
        wire.say(start)
        while True:
            wire.say(again)
    return behave


def is_cut(behaviour):
    """The transfer ends in time without an answer, and the event goes out again, to a good server."""
    with Badd(behaviour) as server, program(server.port, transfer_timeout=CUT_MS) as made:
        begun = time.monotonic()
        made.capture()
        wait_for(lambda: made.said(), "the end of the transfer")
        assert time.monotonic() - begun < CUT_MS / 1000 + PATIENCE_S, time.monotonic() - begun
        expect(made.flush(), OK, "flush")
        settle(made, server)
        expect(server.ids(200), made.ids, "ids")
        expect(server.ids(None), made.ids, "ids without an answer")


@case("NET-3 a server that takes the request and hangs is cut at the transfer timeout")
def accept_and_hang():
    is_cut(deaf)


@case("NET-3 a reply of one byte at a time is cut at the transfer timeout")
def slow_status():
    is_cut(dripping(b"HTTP/1.1 200 OK with a reason of many words\r\n"))


@case("NET-3 headers of one byte at a time are cut at the transfer timeout")
def slow_headers():
    is_cut(dripping(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 100, 0.02))


MORE_HEADERS = flooding(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n")
LONGER_HEADER = flooding(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 1000)
MORE_CONTINUES = flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
MORE_BODY = flooding(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b"x" * 1000)
CHUNKS = flooding(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n")


@case("NET-3 endless headers are cut")
def endless_headers():
    is_cut(MORE_HEADERS)
    is_cut(LONGER_HEADER)


@case("NET-3 no endless answer makes a program grow by a MiB")
def no_growth():
    for behaviour in MORE_HEADERS, LONGER_HEADER, MORE_CONTINUES, MORE_BODY, CHUNKS:
        with scratch_folder() as folder, Badd(saying(WHOLE + b'{"id":"a"}', whole=200), behaviour, then=good) as server, \
                stored(server.port, folder, cache_dir=None, transfer_timeout=CUT_MS) as made:
            for answered in 1, 2, 3:  # one before it, and one after it
                if answered == 2:
                    before = memory_kib(made.process.pid, "VmRSS")
                made.capture(1)
                wait_for(lambda: made.account()["delivered"] == answered or len(server.accepted) > 2, "the end of it")
            growth = memory_kib(made.process.pid, "VmHWM") - before
            print(f"   {growth} KiB more")
            assert is_sanitized() or growth <= GROWTH_KIB, growth


@case("NET-3 a client that sets no timeout is free again half a minute later")
def default_timeout():
    with Badd(deaf) as server, program(server.port, connect_timeout=None, transfer_timeout=None) as made:
        begun = time.monotonic()
        made.capture()
        wait_for(lambda: made.said(), "the end of the transfer", 2 * LATEST_S)
        seconds = time.monotonic() - begun
        assert DEFAULT_S - 1 <= seconds <= LATEST_S, seconds
        expect(made.flush(), OK, "flush")
        settle(made, server)


@case("NET-3 a status line without an end is cut")
def endless_status():
    is_cut(flooding(b"HTTP/1.1 200 ", b"O" * 1000))


@case("NET-3 100 Continue without end is cut")
def endless_continue():
    is_cut(MORE_CONTINUES)
    is_cut(dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 10, 0.01))


def delivers(behaviour, seconds=PATIENCE_S):
    """What is answered so counts as delivered and is not sent again."""
    with Badd(behaviour, then=good) as server, program(server.port, transfer_timeout=CUT_MS) as made:
        first = made.capture().pop()
        made.await_(seconds + CUT_MS / 1000, delivered=1)
        made.capture()
        expect(made.flush(), OK, "flush")
        settle(made, server)
        expect(server.copies(first), 1, "copies")


@case("NET-3 a hundred times 100 Continue before the answer does no harm")
def many_continues():
    delivers(saying(b"HTTP/1.1 100 Continue\r\n\r\n" * 100 + WHOLE + b'{"id":"ab"}', whole=200))


@case("NET-3 NET-4 an endless body after 200 is cut at 64 KiB, and delivered")
def endless_body():
    said = []

    def behave(wire):
        wire.request().status = 200
        wire.say(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
        while True:
            wire.say(b"x" * 1000)
            said.append(1000)
    delivers(behave)
    assert sum(said) < 16 << 20, sum(said)  # what fits into the buffers of two sockets


@case("NET-4 a body of one byte at a time after 200 is cut at the transfer timeout, and delivered")
def slow_body():
    def behave(wire):
        wire.request().status = 200
        wire.say(WHOLE)
        wire.drip(b'{"id":"abcdefabcdef"}', 0.2)
    delivers(behave)


@case("NET-4 200 and a body that is cut, invalid or absent is delivered and not sent again")
def odd_bodies():
    for said in (WHOLE + b'{"id"', WHOLE, WHOLE + b"not json at", b"HTTP/1.1 200 OK\r\n\r\n",
                 b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n{",
                 b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"i",
                 b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
        delivers(saying(said, whole=200))


@case("NET-4 200 and a reset in the body is delivered and not sent again")
def reset_in_body():
    def behave(wire):
        wire.request().status = 200
        wire.say(WHOLE + b"{")
        wait_for(lambda: is_all_read(wire.sock), "the other side to read")  # a reset throws away the rest
        wire.reset()
    delivers(behave)


def is_retried(behaviour, warm=False):
    """Sent again, with its id; nothing doubled but what lost its answer."""
    def warmed(wire):
        if warm:
            wire.answer(wire.request())
        behaviour(wire)
    with Badd(warmed, then=good) as server, program(server.port, transfer_timeout=CUT_MS) as made:
        for _ in range(3):
            made.capture()
            expect(made.flush(), OK, "flush")
        settle(made, server)
        expect(server.ids(200), made.ids, "ids")
        expect(made.account()["delivered"], 3, "delivered")


def take_and_leave(wire):
    wire.request()


def take_and_reset(wire):
    wire.request()
    wire.reset()


def reset_within(wire):
    """A reset when the head of the request is there."""
    wire.more()
    wire.reset()


@case("NET-5 a connection that ends after the request is taken up again, each event at most twice")
def ends_after_request():
    for behaviour in take_and_leave, take_and_reset, reset_within:
        is_retried(behaviour)


@case("NET-5 a kept connection that ends after the request is taken up again")
def kept_connection_ends():
    for behaviour in take_and_leave, take_and_reset, reset_within:
        is_retried(behaviour, warm=True)


@case("NET-5 a connection that ends in the status line or in the headers is no answer")
def ends_in_head():
    for said in (b"H", b"HTTP/1.1 2", b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Le",
                 b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"):
        is_retried(saying(said))


@case("NET-5 a server that closes its side and still reads is no answer")
def half_close():
    def behave(wire):
        wire.request()
        wire.sock.shutdown(1)
        wire.hang()
    is_retried(behave)


@case("NET-5 a connection that ends at its second request is replaced at once, twenty times over")
def ended_again_and_again():
    def behave(wire):
        wire.answer(wire.request())
        take_and_reset(wire)
    with Badd(then=behave) as server, program(server.port, max_connections=1) as made:
        for _ in range(20):
            made.capture()
            expect(made.flush(), OK, "flush")
        expect([line for line in made.said() if "no_answer" in line], [], "notices of lost connections")
        settle(made, server)
        expect(server.ids(200), made.ids, "ids")
