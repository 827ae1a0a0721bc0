"""OVL-5, KIL-2, SPL-4, SPL-5, CLK-1: what a spool is worth, with processes that are killed."""
import os
import random
import threading
import time

import fates
from badd import Badd, hanging
from cases import IS_NIGHTLY, Clock, all_of, case, in_time, own_clock
from kit import free_port, scratch_folder
from program import FATES, expect, program, wait_for
from stored import DURABLE, files, memory_folder, stored

SEED = int(os.environ.get("TSN_SEED") or time.time())
TIMEOUT = 4
PROCESSES, KILLS, EACH = 8, 4, 500
PER_S = 10  # of a spool
PATIENT = {"transfer_timeout": 60000}  # what is cut off for slowness is sent twice
RANDOM_KILLS = 500 if IS_NIGHTLY else 40
DAY_S = 86400


@case("OVL-5 with a spool a close with 1,000 queued against a server that hangs ends in time, all 1,000 on disk",
      alone=True)
def close_spools():
    for timeout_ms, limit_s in ((2000, 2.5), (0, 0.3)):
        in_time(close_spools_once, timeout_ms, limit_s)


def close_spools_once(timeout_ms, limit_s):
    with memory_folder() as folder, Badd(then=hanging) as server, \
            stored(server.port, folder, transfer_timeout=60000) as made:
        made.capture(1000)
        wait_for(lambda: server.accepted, "a connection")
        status, seconds, account = made.close(timeout_ms)
        expect(status, TIMEOUT, "close")
        lost = account["discarded"].get("network_error", 0)
        expect((account["queued"], account["in_flight"], account["spooled"] + lost), (0, 0, 1000), "left")
        expect(len(files(folder)), account["spooled"], "files")
        print(f"   {account['spooled']} of 1,000 stored, {seconds:.3f} s with a timeout of {timeout_ms} ms")
        return (seconds, account), seconds <= limit_s and lost == 0


@case("KIL-2 counts of losses outlive a SIGKILL: the next process tells what was not told, and again if it is refused")
def reports_survive():
    port = free_port()
    with scratch_folder() as folder:
        with stored(port, folder, sample_rate=0.0) as made:
            made.capture(300)
            expect(made.account()["discarded"], {"sample_rate": 300}, "discarded")
            wait_for(lambda: any('"quantity":300' in one.read_text() for one in files(folder, "*.report")), "the file")
            made.kill()

        def refuse_first(wire):
            wire.answer(wire.request(), 400)
            while True:
                wire.answer(wire.request())
        with Badd(refuse_first, port=port) as server, stored(port, folder) as heir:
            wait_for(lambda: server.requests, "the report")
            heir.capture(1)
            heir.close(60000)
            expect(server.reported(), {("sample_rate", "error"): 300}, "reported")
        expect(files(folder, "*.report"), [], "reports left")


class Killer:
    """Has processes run on one directory, kills each at any time, and has the server go and come back."""

    def __init__(self, server, folder, chance):
        self.server, self.folder, self.chance = server, folder, chance
        self.promised, self.outages, self.is_up = set(), 0, True

    def turn_server(self):
        (self.server.down if self.is_up else self.server.up)()
        self.outages += self.is_up
        self.is_up = not self.is_up

    def run(self):
        """One of them: it may be killed before it is ready, and when it has done all."""
        with stored(self.server.port, self.folder, durability="spool", max_connections=1) as one:
            one.tell("capture 4 20 4")
            for _ in range(self.chance.randrange(17)):
                self.note(next(one.lines(), None))
                if self.chance.random() < 0.05:
                    self.turn_server()
            time.sleep(self.chance.random() / 100)
            one.process.kill()
            for line in one.lines():
                self.note(line)

    def note(self, line):
        if line is None:
            return
        status, event_id = line.split()
        assert int(status) == DURABLE, line
        self.promised.add(event_id)


def hurry(clock, *heirs):
    """As if they had some seconds to send what is stored."""
    for _ in range(25):
        clock.shift(1000 // PER_S)
        for one in heirs:
            one.poke()
        time.sleep(0.002)


@case(f"KIL-2 {RANDOM_KILLS} kills at random times, four threads each, the server up and down: nothing promised is lost",
      environment=own_clock)
def kills():
    clock, chance = Clock(), random.Random(SEED)
    with scratch_folder() as folder, Badd(port=free_port()) as server:
        them = Killer(server, folder, chance)
        for _ in range(RANDOM_KILLS):
            them.run()
        if not them.is_up:
            server.up()
        with program(server.port, cache_dir=str(folder)) as heir:
            wait_for(lambda: hurry(clock, heir) or not files(folder), "the heir", 900 if IS_NIGHTLY else 200)
        arrived = server.ids(200)
        copies = sum(len(one.ids) for one in server.requests if one.status == 200)
        print(f"   TSN_SEED={SEED}: {RANDOM_KILLS} kills, {them.outages} outages, {len(them.promised)} promised, "
              f"{len(arrived)} arrived, {copies - len(arrived)} twice")
        expect(them.promised - arrived, set(), "promised and not sent")
        expect(files(folder / "bad", "*"), [], "damaged files")
        assert len(arrived - them.promised) <= 4 * RANDOM_KILLS, "more than the threads had under way"
        assert copies - len(arrived) <= RANDOM_KILLS + them.outages, "more than one twice for a kill"


class Herd:
    """Processes on one directory; what each was told to be durable."""

    def __init__(self, port, folder, told):
        self.port, self.folder, self.told = port, folder, told
        self.promised, self.lock = set(), threading.Lock()

    def run(self, kill_after):
        """One of them; killed after so many captures, or left to its end."""
        with stored(self.port, self.folder, durability="spool", max_connections=1, fates=self.told, **PATIENT) as one:
            one.tell(f"capture {EACH}")
            for number, line in enumerate(one.lines(), 1):
                status, event_id = line.split()
                assert int(status) == DURABLE, line
                with self.lock:
                    self.promised.add(event_id)
                if number == kill_after:
                    one.process.kill()  # and reads on: what it had said by then, it had promised
            if kill_after is None:
                one.close(120000)


@case(f"SPL-4 {PROCESSES} processes share a directory and {KILLS} are killed: each event arrives, at most a kill's twice",
      environment=own_clock)
def herd():
    clock, chance = Clock(), random.Random(SEED)
    port = free_port()
    with scratch_folder() as folder, scratch_folder() as other, Badd(port=port) as server:
        them = Herd(port, folder, other / "fates")
        plan = [chance.randrange(1, EACH) for _ in range(KILLS)] + [None] * (PROCESSES - KILLS)
        threads = [threading.Thread(target=them.run, args=(kill_after,)) for kill_after in plan]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with all_of(*(program(port, cache_dir=str(folder), **PATIENT) for _ in range(KILLS))) as heirs:
            wait_for(lambda: hurry(clock, *heirs) or not files(folder), "the heirs", 200)
            wait_for(lambda: len(server.ids(200) - told_by(them).ids("delivered")) <= KILLS, "their word")
        arrived = server.ids(200)
        copies = sum(len(one.ids) for one in server.requests)
        print(f"   TSN_SEED={SEED}: {len(them.promised)} promised, {len(arrived)} arrived, {copies - len(arrived)} twice")
        expect(them.promised - arrived, set(), "promised and not sent")
        assert len(arrived - them.promised) <= KILLS, "more than one under way at a kill"
        assert copies - len(arrived) <= KILLS, "more than one twice for a kill"
        assert len(them.promised) >= EACH * (PROCESSES - KILLS), len(them.promised)
        expect_fates(told_by(them), arrived)


def told_by(them):
    """What all of them told, and their heirs in this process."""
    return fates.Fates(fates.read(them.told) + fates.read(FATES.name))


def expect_fates(made, arrived):
    """What the processes told: each event delivered, by one of them; by two if a kill came after the answer."""
    expect(set(made.ends) - arrived, set(), "told to have ended, and not with the server")
    expect({one.fate for ends in made.ends.values() for one in ends}, {"delivered"}, "ends")
    assert len(made.doubled()) <= KILLS, made.doubled()
    expect({id for id, ends in made.doubled().items() if len({one.pid for one in ends}) < 2}, set(), "ended twice in one process")


@case("SPL-5 what was stored for one DSN waits for it, and never goes to another")
def other_dsn():
    first, second = free_port(), free_port()
    with scratch_folder() as folder:
        with stored(first, folder, durability="spool") as made:
            promised = {event_id for _, event_id in made.capture(5)}
            made.close(0)
        with Badd(port=second) as server, stored(second, folder) as made:
            own = {event_id for _, event_id in made.capture(3)}
            expect(made.close(60000)[0], 0, "close")
            expect(server.ids(), own, "at the second")
        expect(len(files(folder)), 5, "files")
        with Badd(port=first) as server, stored(first, folder) as made:
            wait_for(lambda: not files(folder), "the five")
            expect(server.ids(200), promised, "at the first")


@case("CLK-1 wall clocks of 1970 to 2100, and ones that go back: all arrives, in order, with the time of its sending",
      environment=own_clock)
def wall_clocks():
    clock, now = Clock(), int(time.time())
    walls = [now, now - 3 * DAY_S, now + 3 * DAY_S, 0, 2**31, 4102444800]
    for stored_at in walls:
        port = free_port()
        with memory_folder() as folder, Badd(port=free_port()):
            clock.set_wall(stored_at)
            options = {"cache_dir": str(folder), "cache_max_age": 7 * DAY_S * 1000}
            with program(port, durability="spool", **options) as made:
                order = []
                for number in range(5):
                    order += made.capture(1)
                    clock.set_wall(stored_at - number)  # backwards while it runs
                made.close(0)
            clock.set_wall(now)
            with Badd(port=port) as server, program(port, **options) as heir:
                def arrived():
                    clock.shift(100)
                    heir.poke()
                    return server.ids(200) == made.ids
                wait_for(arrived, f"what was stored at {stored_at}")
                heir.await_(delivered=5, spooled=0)
                for request in server.requests:
                    sent_at = request.body.split(b'"sent_at":"')[1][:4]
                    expect(sent_at, time.strftime("%Y", time.gmtime(now)).encode(), "the year of sent_at")
                expect([one.ids.pop() for one in server.requests], order, "order")

