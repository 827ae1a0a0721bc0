"""NET-1: nobody is there, or nobody who answers."""
import contextlib
import socket

from badd import Badd, hanging, resetting
from cases import Clock, all_of, case, own_clock
from kit import free_port
from program import OK, dsn, expect, program, settle, wait_for

SHORT = {"connect_timeout": 300, "transfer_timeout": 300}
TRIES = 10
FIRST_MS, LONGEST_MS = 1000, 60000


def keeps(where, **options):
    """An event for it stays, whole, and at the end it is counted."""
    with program(where, **{**SHORT, **options}) as made:
        made.capture(3)
        wait_for(lambda: "transport.no_answer" in "".join(made.said()), "the first notice")
        made.await_(queued=3, in_flight=0)
        _, seconds = made.close(0)
        assert seconds < 10, seconds
        made.await_(network_error=3, queued=0, in_flight=0)


@case("NET-1 a port where nobody listens keeps events")
def refused():
    keeps(free_port())


@case("NET-1 a name that nobody knows keeps events")
def unknown_name():
    keeps(dsn(80, host="nobody.invalid"))


@case("NET-1 a network without a way to it keeps events")
def unreachable():
    keeps(dsn(80, host="[2001:db8::1]"))


@contextlib.contextmanager
def full_backlog():
    """A port whose queue of connections is full: what comes on top gets no reply at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@case("NET-1 a connection that is not completed ends at the connect timeout and keeps events")
def connect_timeout():
    with full_backlog() as port:
        keeps(port, transfer_timeout=60000)


@case("NET-1 a server that resets each connection keeps events")
def reset():
    with Badd(then=resetting) as server:
        keeps(server.port)


@case("NET-1 a server that takes connections and hangs up keeps events")
def hang_up():
    with Badd(then=lambda wire: None) as server:
        keeps(server.port)


@case("NET-1 a failed TLS handshake keeps events, and none of their bytes go out")
def handshake():
    def babble(wire):
        wire.say(b"SSH-2.0-nothing of the kind\r\n" * 10)
        wire.hang()
    with Badd(then=babble) as server, Badd(then=hanging) as silent:
        keeps(dsn(server.port, scheme="https"))
        keeps(dsn(silent.port, scheme="https"))
        assert b"envelope" not in server.all_bytes() + silent.all_bytes()


@case("NET-1 events kept meanwhile are delivered once each when the server comes")
def comes_later():
    port = free_port()
    with program(port) as made:
        made.capture(20)
        wait_for(lambda: made.said(), "the first notice")
        with Badd(port=port) as server:
            expect(made.flush(20000), OK, "flush")
            settle(made, server)
            expect(server.ids(200), made.ids, "ids")
            assert "info transport.back: the server answers again" in made.said(), made.said()


@case("NET-1 the pause grows from one second to a minute and no further", environment=own_clock)
def backoff():
    clock = Clock()
    with Badd(then=resetting) as server, program(dsn(server.port, scheme="https")) as made:
        made.capture()  # whose request never goes out, for TLS comes first
        pause_ms = FIRST_MS
        for tries in range(1, TRIES + 1):
            wait_for(lambda: len(server.accepted) >= tries, f"try {tries}")
            made.await_(queued=1, in_flight=0)
            clock.shift(pause_ms)
            made.poke()
            pause_ms = min(2 * pause_ms, LONGEST_MS)
        wait_for(lambda: len(server.accepted) > TRIES, "the last try")
        made.await_(captured=1, network_error=0)


@case("NET-1 clients that lost one server do not come back together")
def jitter():
    with Badd(then=resetting) as server, all_of(*(program(server.port) for _ in range(12))) as all_made:
        for made in all_made:
            made.capture()
        wait_for(lambda: len(server.accepted) >= 24, "two tries of each")
        second = sorted(server.accepted[12:24])
        assert second[-1] - second[0] > 0.1, second
