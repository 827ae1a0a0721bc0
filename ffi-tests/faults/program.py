"""A program that reports through libtocsin, and what must be true of its books afterwards."""
import atexit
import contextlib
import ctypes
import json
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from kit import BUILD, expect, wait_for  # noqa: E402
import fates  # noqa: E402
from library import OK, Library, as_json, handle, text  # noqa: E402

# What must show up nowhere but in the header that carries it; secrets.py looks for them.
KEY = "5ecre7c0de5ecre7c0de5ecre7c0de01"
SECRET = "d5n5ecre7d5n5ecre7"
PROXY_PASSWORD = "pr0xypa55w0rd"

FINE = {"host_contexts": False, "connect_timeout": 5000, "transfer_timeout": 60000, "debug": True}  # what is cut off late comes twice
LIBRARY = Library(BUILD / "libtocsin.so")
# Every fate that the library tells of in this process; see fate_log.c.
FATES = tempfile.NamedTemporaryFile(prefix="tocsin-fates-")
atexit.register(FATES.close)
SENT = "delivered", "refused429"
WAITING = "queued", "in_flight", "spooled"


def watch_fates():
    os.environ["TSN_FATES"] = FATES.name
    kept = ctypes.CDLL(str(BUILD / "ffi-tests/faults/libfaults_fates.so"))
    del os.environ["TSN_FATES"]  # other processes have files of their own
    return kept


WATCHING = watch_fates()


def dsn(port, project=1, scheme="http", host="127.0.0.1"):
    return f"{scheme}://{KEY}:{SECRET}@{host}:{port}/{project}"


def note(what, said):
    """Into the log of the suite, which is searched for secrets."""
    print(f"{what}: {said}", file=sys.stderr, flush=True)


class Program:
    def __init__(self, client):
        self.client, self.number = client, client.number
        self.scope, self.ids, self.notices = client.scope(), set(), []

    def capture(self, count=1, words="it went wrong"):
        """So many events; their ids. What was refused is not among them."""
        made = set()
        for _ in range(count):
            status, event_id = self.scope.message(words, "error")
            if status >= 0 and event_id:
                made.add(event_id)
        self.ids |= made
        return made

    def flush(self, timeout_ms=60000):
        return LIBRARY.status("client_flush", handle(self.number), handle(timeout_ms))

    def poke(self):
        """The worker looks at the clock again."""
        LIBRARY.status("client_flush", handle(self.number), handle(0))

    def close(self, timeout_ms=0):
        """(status, seconds)"""
        begun = time.monotonic()
        status = LIBRARY.status("client_close", handle(self.number), handle(timeout_ms))
        return status, time.monotonic() - begun

    def account(self):
        """Of the category of events; it adds up whenever it is looked at."""
        made = self.client.errors()
        total = sum(made[name] for name in (*SENT, *WAITING)) + sum(made["discarded"].values())
        expect(total, made["captured"], f"the sum of {made}")
        return made

    def lost(self, reason):
        return self.account()["discarded"].get(reason, 0)

    def await_(self, seconds=60, **want):
        """An account with these numbers; reasons of losses are numbers of their own."""
        def found():
            made = self.account()
            flat = {**made, **made["discarded"]}
            return made if all(flat.get(name, 0) == number for name, number in want.items()) else None
        try:
            return wait_for(found, f"{want}", seconds)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {self.account()}, {self.said()}") from None

    def said(self):
        """All notices so far, as lines."""
        buffer = ctypes.create_string_buffer(2000)
        while LIBRARY.call("client_next_notice", handle(self.number), buffer, handle(2000)) > 0:
            self.notices.append(buffer.value.decode())
            note("notice", self.notices[-1])
        return self.notices

    def last_answer(self):
        return LIBRARY.read("client_last_answer", handle(self.number))


@contextlib.contextmanager
def program(where, **options):
    """A program that reports to a port or to a DSN; ended without patience."""
    to = dsn(where) if isinstance(where, int) else where
    with LIBRARY.client(dsn=to, **{**FINE, **options}) as client:
        made = Program(client)
        try:
            yield made
        finally:
            for name in "client_stats", "client_last_answer", "client_options":
                note(name, LIBRARY.read(name, handle(client.number)))
            made.close(0)
            made.said()


def expect_fates(made, delivered, limited, refused):
    """What the library told of each event is what the server saw of it."""
    def told():
        return fates.Fates(fates.read(FATES.name), made.ids)
    def problem():
        return told().problem(made.ids, made.account())
    try:
        wait_for(lambda: problem() is None, "fates that add up")
    except AssertionError:
        raise AssertionError(problem()) from None
    all_told = told()
    expect(all_told.ids("delivered"), delivered, "ids told to be delivered")
    expect(all_told.ids("refused429"), limited, "ids told to be limited")
    expect(all_told.ids("discarded", reason="send_error"), refused, "ids told to be refused")


def settle(made, server):
    """The books of the program and of the server tell the same of every single event; only what lost its
    answer may be with the server and elsewhere too. Gives the account."""
    account = made.account()
    statuses = {one.status for one in list(server.requests)}
    delivered, limited, unanswered = server.ids(200), server.ids(429), server.ids(None)
    refused = set().union(*(server.ids(status) for status in statuses - {200, 429, None}))
    fates = [delivered, limited, refused, made.ids - delivered - limited - refused]
    expect(set().union(*fates), made.ids, "all ids")
    expect(sum(map(len, fates)), len(made.ids), "ids with one fate each")
    expect(account["captured"], len(made.ids), "captured")
    expect(account["delivered"], len(delivered), "delivered")
    expect(account["refused429"], len(limited), "refused429")
    expect(account["discarded"].get("send_error", 0), len(refused), "send_error")
    assert unanswered <= made.ids, unanswered - made.ids
    expect_fates(made, delivered, limited, refused)
    for one in made.ids:
        again = server.copies(one) - 1
        kept_back = sum(one in request.ids for request in list(server.requests) if request.status is None)
        assert again <= kept_back, f"{one} came {again} times too often"
    return account


__all__ = ["BUILD", "KEY", "LIBRARY", "OK", "PROXY_PASSWORD", "SECRET", "as_json", "dsn", "expect",
           "handle", "note", "program", "settle", "text", "wait_for"]
