"""P6: whenever nothing runs the books are right, and in the end each event has one end, whoever told it."""
import collections
import json
import os
import random
import subprocess
import time

import chaos
import fates
from badd import Badd, good
from cases import Clock, built, case, is_sanitized, own_clock
from kit import ending, scratch_folder
from program import FATES, FINE, dsn, expect, program, wait_for
from stored import files

SEED = int(os.environ.get("TSN_SEED") or time.time())
ROUNDS, FORKS, FAULTS = (300, 40, 600) if "FAULTS_NIGHTLY" in os.environ else (40, 8, 200)
# More than the queue and the spool hold, and than a server under faults takes.
ASKED = {**FINE, "debug": False, "queue_max_items": 60, "cache_max_items": 80, "sample_rate": 0.95, "transfer_timeout": 1000}
TOLD = 200, 429


def play(port, folder, seed):
    """({id} captured, {pid: account at its end})"""
    asked = {**ASKED, "dsn": dsn(port), "cache_dir": str(folder / "spool")}
    forks = 0 if is_sanitized() else FORKS  # children of the sanitizer's allocator wait for ever
    done = subprocess.run(ending(built("faults_quiet"), json.dumps(asked), folder / "journal", str(seed), str(ROUNDS), str(forks)),
                          stderr=subprocess.PIPE, text=True, timeout=240,
                          env={**os.environ, "TSN_FATES": str(folder / "fates")})
    expect(done.returncode, 0, f"(TSN_SEED={SEED}) {done.stderr}")
    lines = [line.split(" ", 2) for line in (folder / "journal").read_text().splitlines()]
    captured = [text for kind, _, text in lines if kind == "captured"]
    expect(len(captured), len(set(captured)), "ids")
    return set(captured), {pid: json.loads(text)["categories"]["error"] for kind, pid, text in lines if kind == "closed"}


def send_rest(server, folder, clock):
    """What the processes left goes out, reports too; the server means well now."""
    server.plan = []
    with program(server.port, cache_dir=str(folder / "spool")) as made:
        def is_done():
            clock.shift(2000)
            made.poke()
            if files(folder / "spool") or files(folder / "spool", "*.report"):
                return False
            account = made.client.errors()
            return account["queued"] + account["in_flight"] + account["spooled"] == 0
        wait_for(is_done, f"the end of the spool (TSN_SEED={SEED})", 200)
        clock.shift(60000)
        made.flush()
        made.close(60000)


def told_to(server):
    """Losses in reports that the server heard and answered."""
    sums = collections.Counter()
    for request in list(server.requests):
        for report in request.reports if request.status in TOLD else ():
            for entry in report["discarded_events"]:
                sums[entry["reason"], entry["category"]] += entry["quantity"]
    return dict(sums)


def expect_one_end_each(captured, told, server):
    """What the library told is what the server saw, but for answers that came after it had stopped listening: of
    such an event it told that it was kept on disk, or lost at a close."""
    made = fates.Fates(told)
    unheard = {one.id for one in told if one.fate == "spooled" or one.stage == "close"}
    expect(made.doubled(), {}, "events with two ends")
    expect(set(made.ends) ^ captured, set(), "events without an end, or never captured")
    expect(made.ids("delivered") - server.ids(200), set(), "told to be delivered, and not with the server")
    expect(made.ids("refused429") - server.ids(429), set(), "told to be limited, and not by the server")
    expect(server.ids(200, 429) - made.ids("delivered") - made.ids("refused429") - unheard, set(), "answered, and not told so")
    return made


def expect_reported(server, lost):
    """Every loss; what the server said it had heard after the client had stopped listening, once more."""
    told = told_to(server)
    expect(set(told), {(reason, "error") for reason in lost}, "reasons in reports")
    missing = {reason: count - told[reason, "error"] for reason, count in lost.items() if told[reason, "error"] < count}
    expect(missing, {}, "losses that were not reported")
    return sum(told.values()) - sum(lost.values())


@case("P6 stopped at moments of chance the books add up, and each event ends once, over forks, disk and a bad server",
      environment=own_clock)
def quiet():
    plan = chaos.faults(random.Random(SEED), FAULTS, 6)
    with scratch_folder() as folder, Badd(*plan, then=good) as server:
        captured, accounts = play(server.port, folder, SEED % 100000)
        told = fates.read(folder / "fates")
        for pid, account in accounts.items():
            mine = fates.Fates([one for one in told if one.pid == pid])
            expect((len(mine.ids("delivered")), mine.lost()), (account["delivered"], account["discarded"]), f"books of {pid}")
        send_rest(server, folder, Clock())
        told += fates.read(FATES.name)
        made = expect_one_end_each(captured, told, server)
        again = expect_reported(server, made.lost())
        spooled = sum(one.fate == "spooled" for one in told)
        print(f"   TSN_SEED={SEED} {len(captured)} events of {len(accounts)} processes: {len(made.ids('delivered'))} delivered, "
              f"{spooled} times on disk, {made.lost()}, all reported, {again} again")
