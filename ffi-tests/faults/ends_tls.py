"""FRK-2, EXI-1: programs that fork or end in the midst of TLS."""
import contextlib
import random
import re
import tempfile
import time

import fates
from badd import deaf
from cases import IS_NIGHTLY, case, is_sanitized
from kit import Skip
from net_tls import Tap
from nginx import fronts
from program import dsn, expect, wait_for
from stored import files, memory_folder, stored

EXITS = 400 if IS_NIGHTLY else 40
EVENTS = 20
SHUTDOWN_MS = 200
LIMIT_S = 0.7 if IS_NIGHTLY else 20  # by day others want the processors too


@contextlib.contextmanager
def secured(port, trusted, folder, **options):
    """A program of its own that reports by TLS."""
    with stored(port, folder, dsn=dsn(port, scheme="https"), ca_certs=trusted, max_connections=1, **options) as made:
        yield made


@case("FRK-2 a child leaves its parent's TLS connection alone: it has one of its own, and the parent keeps the old one")
def child_drops_connection():
    if is_sanitized():
        raise Skip("gcc's AddressSanitizer holds none of its own locks over a fork; the plain build looks")
    with memory_folder() as folder, fronts("good") as (front, server, trusted), Tap(front["good"]) as tap, \
            secured(tap.port, trusted, folder) as made:
        own = {event_id for _, event_id in made.capture(1)}
        wait_for(lambda: server.ids(200) == own, "the first event")
        for children in 1, 2, 3:
            *captured, end = made.ask("fork")
            expect(end, "0", "the child's end")
            own |= {line.split()[1] for line in captured}
            own |= {event_id for _, event_id in made.capture(1)}
            wait_for(lambda: server.ids(200) == own, "the child's event and the parent's next one")
            expect(len(tap.accepted), 1 + children, "connections: the parent's first, and one for each child")
        wait_for(lambda: made.account()["delivered"] == 4, "the parent's account, of its own events alone")


def kept(folder):
    """The ids of what is on disk."""
    return {re.search(r"-([0-9a-f]{32})-", one.name)[1] for one in files(folder)}


def end_one(tap, server, trusted, number, moment):
    """Gives how many events its end saved. Without a folder its worker runs on, until all do."""
    has_folder = number % 2 == 0
    with memory_folder() as folder, tempfile.NamedTemporaryFile() as told:
        options = {"cache_dir": str(folder) if has_folder else None, "flush_at_exit": number % 4 == 0}
        with stored(tap.port, folder, dsn=dsn(tap.port, scheme="https"), ca_certs=trusted, fates=told.name,
                    shutdown_timeout=SHUTDOWN_MS, **options) as made:
            before = len(tap.accepted)
            captured = {event_id for _, event_id in made.capture(EVENTS)}
            if number % 3 > 0:
                wait_for(lambda: len(tap.accepted) > before, "a connection")
                time.sleep(moment)  # anywhere in the handshakes, or after them
            begun = time.monotonic()
            made.tell("exit")
            expect(made.process.wait(60), 0, f"the end of {number}")
            seconds = time.monotonic() - begun
        assert seconds <= LIMIT_S, (number, seconds)
        lost = fates.Fates(fates.read(told.name), captured).ids("discarded")  # for which there was no time
        saved = kept(folder) & captured
        expect(captured - saved - lost - server.ids() if has_folder else set(), set(), "nobody knows of")
        return len(saved)


@case(f"EXI-1 {EXITS} programs end without a close in the midst of TLS: in time, well, all they had on disk or accounted for")
def exits():
    chance = random.Random(1)
    with fronts("good") as (front, server, trusted), Tap(front["good"]) as tap:
        server.then = deaf
        saved = sum(end_one(tap, server, trusted, number, chance.random() / 50) for number in range(EXITS))
        print(f"   {saved} of {EXITS // 2 * EVENTS} on disk")
        assert saved > EXITS // 2, saved
