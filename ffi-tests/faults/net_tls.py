"""NET-2, SEC-1: whom a client trusts."""
import os

import certificates
from badd import Badd
from cases import Clock, case, own_clock
from nginx import fronts
from program import OK, dsn, expect, program, wait_for
from proxy import join

BAD = "expired", "premature", "other_host", "self_signed", "unknown"
HOUR_MS = 3600 * 1000
WORDS = "words that no certificate may cost us"


class Tap(Badd):
    """Hands everything on and keeps what the client said."""

    def __init__(self, port):
        super().__init__(then=lambda wire: join(wire, ("127.0.0.1", port), b""))
        self.said = []

    def _serve(self, sock, number, behave):
        super()._serve(Ear(sock, self.said), number, behave)


class Ear:
    def __init__(self, sock, said):
        self.sock, self.said = sock, said

    def recv(self, size):
        data = self.sock.recv(size)
        self.said.append(data)
        return data

    def __getattr__(self, name):
        return getattr(self.sock, name)


@case("NET-2 SEC-1 expired, premature, of another host, self-signed, of an unknown authority: kept, not a byte sent")
def bad_certificates():
    with fronts(*BAD) as (front, server, trusted):
        for name in BAD:
            with Tap(front[name]) as tap, \
                    program(dsn(tap.port, scheme="https"), ca_certs=trusted) as made:
                made.capture(words=WORDS)
                wait_for(lambda: "error transport.certificate" in "".join(made.said()), "the notice")
                made.await_(queued=1, in_flight=0)
                said = b"".join(tap.said)
                assert said.startswith(b"\x16\x03") and len(said) < 4 * 700, (name, len(said))  # hellos, alerts
                assert WORDS.encode() not in said
        expect(front["log"].read_text().count("envelope"), 0, "requests in nginx's log")
        expect(len(server.accepted), 0, "connections to what is behind")


@case("NET-2 a client without ca_certs does not trust a private authority")
def not_trusted():
    with fronts("good") as (front, server, _), program(dsn(front["good"], scheme="https")) as made:
        made.capture()
        wait_for(lambda: "error transport.certificate" in "".join(made.said()), "the notice")
        expect(len(server.accepted), 0, "connections to what is behind")


@case("SEC-1 a server with nothing newer than TLS 1.1 gets nothing, even if the machine's OpenSSL would speak to it",
      environment=certificates.lenient)
def old_protocol():
    with fronts("old") as (front, server, trusted), \
            program(dsn(front["old"], scheme="https"), ca_certs=trusted) as made:
        made.capture()
        wait_for(lambda: "transport." in "".join(made.said()), "the notice")
        made.await_(queued=1, in_flight=0)
        expect(len(server.accepted), 0, "connections to what is behind")


@case("SEC-1 with its authority in ca_certs a server is trusted, by address and by name")
def good():
    with fronts("good") as (front, server, trusted):
        ids = set()
        for host in "127.0.0.1", "localhost":
            with program(dsn(front["good"], scheme="https", host=host), ca_certs=trusted) as made:
                ids |= made.capture(3)
                expect(made.flush(), OK, "flush")
                made.await_(delivered=3)
        expect(server.ids(200), ids, "ids")


@case("NET-2 a bad certificate is told once an hour, and the event outlives it", environment=own_clock)
def once_an_hour():
    clock = Clock()
    with fronts("expired") as (front, _, trusted), \
            program(dsn(front["expired"], scheme="https"), ca_certs=trusted) as made:
        made.capture()
        for hours in range(1, 4):
            wait_for(lambda: told(made) == hours, f"notice {hours}")
            for _ in range(3):
                again(made, clock, 60000)
            expect(told(made), hours, "notices within the hour")
            clock.shift(HOUR_MS)
            made.poke()
        made.await_(queued=1, in_flight=0, network_error=0)


def told(made):
    return sum("transport.certificate" in one for one in made.said())


def again(made, clock, ms):
    """One more try, seen by its line of the debug log."""
    tried = len(made.said())
    clock.shift(ms)
    made.poke()
    wait_for(lambda: len(made.said()) > tried, "another try")


@case("SEC-1 no environment variable turns verification off", environment=lambda: {
    "SSL_NO_VERIFY": "1", "CURL_SSL_BACKEND": "", "SSL_VERIFY": "0", "CURLOPT_SSL_VERIFYPEER": "0"})
def environment():
    assert os.environ["SSL_NO_VERIFY"] == "1"
    not_trusted()
