"""What waits on disk: send-event and run with --cache-dir, spool list, spool send."""
import os
import pathlib
import signal
import subprocess
import tempfile

from kit import LIMIT_S, Server, case, expect, expect_in, free_dsn, start, stored, tocsin, tocsin_in_time, wait_until


def store(folder, dsn, *messages):
    """The ids of events that did not get through."""
    ids = []
    for message in messages:
        done = tocsin("send-event", "-m", message, "--cache-dir", folder, dsn=dsn)
        expect(done.code, 4, done.err)
        ids.append(done.out.decode().strip())
    return ids


@case("without a server an event is kept on disk: 4, with its id, and at once")
def kept():
    with tempfile.TemporaryDirectory() as folder:
        done = tocsin("send-event", "-m", "x", "--timeout", "50", dsn=free_dsn(), env={"TOCSIN_CACHE_DIR": folder})
        expect(done.code, 4, done.err)
        expect(len(stored(folder)), 1, "files")
        expect_in(done.out.decode().strip(), stored(folder)[0].name)
        expect_in(b"tocsin spool send", done.err)


@case("a timeout of 0 only stores, though the server is there")
def only_stores():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.script(default={"hold": True})
        done = tocsin("send-event", "-m", "x", "--timeout", "0", "--cache-dir", folder, dsn=server.dsn)
        expect((done.code, len(stored(folder))), (4, 1), done.err)


@case("what is delivered leaves nothing on disk, and other events there do not change the code")
def delivered():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        store(folder, free_dsn(), "another's")
        done = tocsin("send-event", "-m", "x", "--cache-dir", folder, dsn=server.dsn)
        expect((done.code, len(stored(folder))), (0, 1), done.err)


@case("an event is on disk before anything is sent: SIGKILL does not lose it")
def killed():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.script(default={"hold": True})
        run = start("send-event", "-m", "x", "--timeout", "60", "--cache-dir", folder, dsn=server.dsn)
        wait_until(lambda: stored(folder), "it is on disk")
        run.kill()
        expect(run.wait(), -signal.SIGKILL)
        run.communicate()
        expect(len(stored(folder)), 1, "files")


@case("spool list shows id, type, age, size and tries, the oldest first, and changes nothing")
def listed():
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        dsn = free_dsn()
        ids = store(folder, dsn, "one", "two")
        done = tocsin("send-event", "-m", "three", "--attach", file.name, "--cache-dir", folder, dsn=dsn)
        ids.append(done.out.decode().strip())
        before = stored(folder)
        rows = [row.split() for row in tocsin("spool", "list", "--dir", folder).out.decode().splitlines()]
        expect(rows[0], ["ID", "AGE", "SIZE", "TRIES", "TYPE"])
        expect([row[0] for row in rows[1:]], ids)
        expect([row[4] for row in rows[1:]], ["event", "event", "event+attachment"])
        sizes = {path.name.split("-")[1]: path.stat().st_size for path in before}
        expect([int(row[2]) for row in rows[1:]], [sizes[event_id] for event_id in ids])
        expect(stored(folder), before)


@case("spool list tells ages, and names what is damaged; other files do not trouble it")
def odd_files():
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder, "run-00000000-1")
        run.mkdir()
        pathlib.Path(folder, "bad").mkdir()
        pathlib.Path(folder, "bad", "x.envelope").write_bytes(b"?")
        names = {f"{1000 + number:013}-{number:032x}-2.envelope": content for number, content in enumerate((
            b"", b"\0" * 100, b"tocsin-spool 1 5 00000000\n{}\n{\"type\":\"event\"}\n", b"tocsin-spool 1 0 0\n{}\n"))}
        for name, content in names.items():
            (run / name).write_bytes(content)
        for name in ("lock", "x.envelope", "1-2-3.envelope", "0-" + "0" * 32 + "-0.tmp"):
            (run / name).write_bytes(b"x")
        (run / ("5-" + "0" * 32 + "-0.envelope")).mkdir()
        done = tocsin("spool", "list", "--cache-dir", folder)
        rows = [row.split() for row in done.out.decode().splitlines()[1:]]
        expect(done.code, 0)
        expect([row[4] for row in rows], ["damaged"] * 5)
        assert all(row[1].endswith("d") for row in rows), rows
        expect_in(b"1 damaged files", done.err)


@case("a directory that is not there has nothing in it; one that cannot be read: 1; none named: 2")
def directories():
    with tempfile.TemporaryDirectory() as folder:
        missing = os.path.join(folder, "x")
        expect(tocsin("spool", "list", "--dir", missing).code, 0)
        expect(tocsin("spool", "send", "--dir", missing, dsn=free_dsn()).code, 0)
        pathlib.Path(missing).write_text("a file")
        expect(tocsin("spool", "list", "--dir", missing).code, 1)
        expect(tocsin("spool", "send", "--dir", missing, dsn=free_dsn()).code, 1)
    expect(tocsin("spool", "list").code, 2)
    expect(tocsin("spool", "send").code, 2)
    expect(tocsin("spool").code, 2)


@case("spool send delivers all of it: 0, and nothing is left")
def sent():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        for message in ("one", "two", "three"):
            done = tocsin("send-event", "-m", message, "--timeout", "0", "--cache-dir", folder, dsn=server.dsn)
            expect(done.code in (0, 4), True, done.err)
        left = len(stored(folder))
        done = tocsin("spool", "send", "--dir", folder, dsn=server.dsn)
        expect(done.code, 0, done.err)
        expect(done.out.decode(), f"{left} sent, 0 lost, 0 left\n")
        expect(stored(folder), [])
        expect(sorted({event["logentry"]["formatted"] for event in server.events()}), ["one", "three", "two"])


@case("many at once on one directory: each says that its event is kept, and each is sent")
def crowd():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.script(default={"hang_up": "before"})
        runs = [start("send-event", "-m", f"event {number}", "--cache-dir", folder, dsn=server.dsn) for number in range(12)]
        ids = {run.communicate(timeout=LIMIT_S)[0].decode().strip() for run in runs}
        expect([run.returncode for run in runs], [4] * 12)
        expect({path.name.split("-")[1] for path in stored(folder)}, ids)
        server.script(default=None)
        expect(tocsin("spool", "send", "--dir", folder, dsn=server.dsn).code, 0)
        expect({event["event_id"] for event in server.events()}, ids)


# Renames as on a disk that has much to do.
SLOW_RENAMES = b"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
int renameat(int from, const char *name, int to, const char *target)
{
    int (*real)(int, const char *, int, const char *) = dlsym(RTLD_NEXT, "renameat");
    usleep(300000);
    return real(from, name, to, target);
}
"""


@case("spool send on a busy disk does not end before it has taken over what is there")
def busy_disk():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.script(default={"hang_up": "before"})
        store(folder, server.dsn, "one", "two")
        server.script(default=None)
        slow = os.path.join(folder, "slow.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", slow, "-xc", "-", "-ldl"], input=SLOW_RENAMES, check=True)
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        done = tocsin("spool", "send", "--dir", folder, dsn=server.dsn, env={"LD_PRELOAD": slow, "ASAN_OPTIONS": options})
        expect((done.code, done.out), (0, b"2 sent, 0 lost, 0 left\n"), done.err)


@case("spool send without a server: 4, all is left; without a DSN: 3")
def not_sent():
    with tempfile.TemporaryDirectory() as folder:
        dsn = free_dsn()
        store(folder, dsn, "x")
        done, _ = tocsin_in_time("spool", "send", "--dir", folder, dsn=dsn,
                                 is_enough=lambda done: b"no answer: " in done.err)
        expect((done.code, done.out), (4, b"0 sent, 0 lost, 1 left\n"), done.err)
        expect_in(b"no answer: ", done.err)
        expect(tocsin("spool", "send", "--dir", folder).code, 3)
        expect(len(stored(folder)), 1)


@case("spool send of what is for another DSN: 4, and it says so")
def foreign():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        store(folder, free_dsn(), "x")
        done = tocsin("spool", "send", "--dir", folder, dsn=server.dsn)
        expect((done.code, done.out), (4, b"0 sent, 0 lost, 1 left\n"), done.err)
        expect_in(b"for another DSN", done.err)


@case("spool send of what the server refuses: 1, and it is gone")
def refused():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.script(default={"hold": True})
        tocsin("send-event", "-m", "x", "--timeout", "0", "--cache-dir", folder, dsn=server.dsn)
        expect(len(stored(folder)), 1)
        server.script(default={"status": 413})
        server.call("POST", "/_release")
        done = tocsin("spool", "send", "--dir", folder, dsn=server.dsn)
        expect((done.code, done.out), (1, b"0 sent, 1 lost, 0 left\n"), done.err)
        server.script(default=None)
        expect(tocsin("spool", "send", "--dir", folder, dsn=server.dsn).code, 0, "the report of the loss")
        expect(stored(folder), [])
