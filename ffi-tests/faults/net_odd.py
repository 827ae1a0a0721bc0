"""NET-9: answers that are hardly HTTP."""
from badd import Badd, good, saying
from cases import Clock, all_of, case, own_clock
from program import OK, expect, program, settle, wait_for

OKAY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
TRIES = 6

# What a server says, and what it amounts to: a status, or None for no answer, upon which the event
# goes out again.
REPLIES = (
    (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 600 Beyond\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 599 Last\r\nContent-Length: 0\r\n\r\n", 599),
    (b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 099 Below\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 abc Letters\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 20 Short\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 2000 Long\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1 -200 Negative\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1  200 Two blanks\r\nContent-Length: 0\r\n\r\n", None),
    (b"HTTP/1.1\r\n\r\n", None),
    (b"HTTP/9.9 200 OK\r\n\r\n", None),
    (b"HTTP/0.9 200 OK\r\n\r\n", None),
    (b"http/1.1 200 OK\r\n\r\n", None),
    (b"<html>an answer from before headers were thought of</html>", None),
    (b"\r\n\r\n", None),
    (b"\0" * 100, None),
    (b"\xff\xfe\xfd" * 50, None),
    (b"SSH-2.0-OpenSSH_9\r\n", None),
    (b"220 mail.example ESMTP\r\n", None),
    (b"\x16\x03\x03\x00\x02\x02\x28", None),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", None),
    (b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n", None),
    (OKAY + b" folded onto the line before\r\n\r\n", 200),
    (OKAY + b"X-Empty:\r\n: nameless\r\n\r\n", 200),
    (OKAY + b"no colon at all\r\n\r\n", None),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 200),
    (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", None),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", 200),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, nonsense\r\n\r\n", 200),
    (b"HTTP/1.1 200\r\n\r\n", 200),
    (b"HTTP/1.0 200 OK\n\n", 200),
    (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", None),
    (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OKAY + b"\r\n", 200),
)


def ends_as(reply):
    said, _ = reply
    return Badd(saying(said), then=good)


@case("NET-9 thirty-four odd answers: each event is delivered, refused or sent again, and none is stuck")
def odd_replies():
    with all_of(*map(ends_as, REPLIES)) as servers, \
            all_of(*(program(server.port) for server in servers)) as all_made:
        for made in all_made:
            made.capture()
        wrong = []
        for (said, status), server, made in zip(REPLIES, servers, all_made):
            expect(made.flush(20000), OK, f"flush after {said}")
            answers = ["again" if len(server.requests) > 1 and server.copies(one) > 1 else "final"
                       for one in made.ids]
            want = "again" if status is None else "final"
            account = made.account()
            fate = "send_error" if status and status != 200 else "delivered"
            number = account["delivered"] if fate == "delivered" else account["discarded"].get(fate)
            if answers != [want] or number != 1:
                wrong.append((said[:60], answers, account, made.last_answer()))
        expect(wrong, [], "wrong")


@case("NET-9 a server that never makes sense gets an event six times, and no poison loop", environment=own_clock)
def six_times():
    clock = Clock()
    with Badd(then=saying(b"HTTP/1.1 999 What\r\n\r\n")) as server, program(server.port) as made:
        made.capture(3)

        def is_over():
            clock.shift(60000)
            made.poke()
            return made.account()["queued"] + made.account()["in_flight"] == 0
        wait_for(is_over, "the end of the last try")
        made.await_(network_error=3, queued=0, in_flight=0)
        expect([server.copies(one) for one in sorted(made.ids)], [TRIES] * 3, "copies")


@case("NET-9 two headers with limits count together")
def two_headers():
    def behave(wire):
        wire.answer(wire.request(), 200, ["X-Sentry-Rate-Limits: 60:transaction:key",
                                          "X-Sentry-Rate-Limits: 60:error:key"])
        good(wire)
    with Badd(then=behave) as server, program(server.port) as made:
        made.capture()
        made.await_(delivered=1)
        made.capture()
        made.await_(ratelimit_backoff=1)
        settle(made, server)
