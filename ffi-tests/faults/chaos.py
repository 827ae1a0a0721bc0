"""NET-4, NET-5, NET-10: everything at once, by chance; the seed is printed. What must hold holds all the same."""
import contextlib
import os
import random
import time

from badd import Badd, Gone, deaf, good, resetting, saying
from cases import Clock, case, own_clock
from kit import scratch_folder
from nginx import certificates, nginx
from program import OK, dsn, expect, program, settle, wait_for

EVENTS, FAULTS = 300, 120
CUT_MS = 2000  # a late answer would have two ends: the server's, and that of the next try
SEED = int(os.environ.get("TSN_SEED") or time.time())
ROUNDS = 10 if "FAULTS_NIGHTLY" in os.environ else 1


def after(count, behaviour):
    """As good as any for so many requests."""
    def behave(wire):
        for _ in range(count):
            wire.answer(wire.request())
        behaviour(wire)
    return behave


def take_and_reset(wire):
    wire.request()
    wire.reset()


def cut_body(wire):
    wire.request().status = 200
    wire.say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")


def refusing_once(status, *headers):
    def behave(wire):
        wire.answer(wire.request(), status, headers)
    return behave


def none_at_all(_):
    raise Gone


FAULTY = (resetting, take_and_reset, cut_body, none_at_all, saying(b"HTTP/1.1 200 OK\r\nX-Cut: "),
          saying(b"HTTP/1.1 999 What\r\n\r\n"), saying(b"\0\0\0"), refusing_once(500), refusing_once(403),
          refusing_once(429, "Retry-After: 0"), refusing_once(302, "Location: http://127.0.0.1:1/"))


def faults(chance, count, good_ones):
    """Behaviours, most of which begin with some good requests. Few are deaf, for each costs `CUT_MS`."""
    return [after(chance.randrange(good_ones), deaf if chance.random() < 0.02 else chance.choice(FAULTY)) for _ in range(count)]


def wreck(seed, **options):
    """A server whose first connections each have a fault."""
    plan = faults(random.Random(seed), FAULTS, 4)
    with Badd(*plan, then=good) as server, program(server.port, transfer_timeout=CUT_MS, **options) as made:
        clock = Clock()
        made.capture(EVENTS)

        def is_over():
            clock.shift(60000)
            made.poke()
            account = made.account()
            return account["queued"] + account["in_flight"] + account["spooled"] == 0
        wait_for(is_over, f"the end (TSN_SEED={seed})", 200)
        account = settle(made, server)
        expect(account["captured"], EVENTS, "captured")
        assert account["discarded"].keys() <= {"send_error", "network_error", "ratelimit_backoff"}, account
        print(f"   TSN_SEED={seed} {'with a spool' if options else ''}: {account['delivered']} delivered, {account['refused429']} limited, "
              f"{account['discarded']}, {len(server.accepted)} connections")


@case(f"NET-4 NET-5 NET-10 {EVENTS} events through {FAULTS} connections with faults: one fate each, in both books",
      environment=own_clock)
def by_chance():
    for number in range(ROUNDS):
        wreck(SEED + number)
        with scratch_folder() as folder:
            wreck(SEED + number, cache_dir=str(folder / "spool"))


@contextlib.contextmanager
def impatient(name):
    """nginx that ends each connection after three requests."""
    folder = certificates.folder()
    with Badd() as server:
        lines = certificates.nginx_lines(folder, "good") + "keepalive_requests 3;" \
            "location / { proxy_pass http://127.0.0.1:%d; }" % server.port
        with nginx(**{name: lines}) as front:
            yield front[name], server, str(folder / "ours/ca.pem")


@case("NET-5 nginx: connections that end after three requests cost and double nothing, HTTP/1.1 and HTTP/2 alike")
def short_lived():
    for name in "h1", "h2":
        with impatient(name) as (port, server, trusted), \
                program(dsn(port, scheme="https"), ca_certs=trusted) as made:
            made.capture(100)
            expect(made.flush(30000), OK, "flush")
            settle(made, server)
            expect(server.ids(200), made.ids, "ids")
