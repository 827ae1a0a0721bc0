"""SPL-1, SPL-2, SEC-6, SEC-7: a spool on a disk that is full, and in a folder that is hostile."""
import contextlib
import os
import pathlib
import shutil
import stat
import subprocess
import threading
import time

from badd import Badd
from cases import built, case, in_time
from kit import Skip, free_port, scratch_folder
from program import BUILD, expect, wait_for
from stored import DURABLE, files, memory_folder, small_disk, stored

OK = 0
FOREIGN = 100_000
NOBODY = 65534


def modes(folder):
    """{kind: modes} of all that is below."""
    found = {"files": set(), "folders": set()}
    for one in folder.rglob("*"):
        kind = "folders" if one.is_dir() else "files"
        found[kind].add(oct(stat.S_IMODE(one.lstat().st_mode)))
    return found


@case("SPL-1 a disk of 256 KiB that is full gives up the oldest, counts them, and takes more when there is room again")
def full_disk():
    with small_disk() as disk, stored(free_port(), disk / "spool", durability="spool", queue_max_items=30) as made:
        outcomes = [status for status, _ in made.capture(400, 2000)]
        expect(set(outcomes), {DURABLE}, "outcomes while the oldest make room")
        account = made.account()
        assert account["discarded"].keys() == {"cache_overflow"}, account
        expect(files(disk, "*.tmp"), [], "half files")
        while left := files(disk):
            for one in left:
                one.unlink(missing_ok=True)  # the library moves them meanwhile
        expect([one for one in made.ask("notices") if "spool.trouble" in one], [], "notices while there is room")
        (disk / "of-others").write_bytes(b"x" * (os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        blocked = made.capture(5, 2000)
        expect([status for status, _ in blocked], [OK] * 5, "outcomes on a disk that others have filled")
        expect(files(disk, "*.tmp"), [], "half files")
        expect(len([one for one in made.ask("notices") if "spool.trouble" in one]), 1, "notices")
        (disk / "of-others").unlink()
        expect(made.capture(1, 2000)[0][0], DURABLE, "the outcome when there is room again")
        made.account()


@case("SPL-1 SIG-1 a file-size limit costs the files and nothing else: no SIGXFSZ ends the program, all is sent")
def file_limit():
    with scratch_folder() as folder, Badd() as server, \
            stored(server.port, folder, durability="spool", file_limit=1500) as made:
        small, large = made.capture(3, 10), made.capture(3, 4000)
        expect({status for status, _ in large}, {OK}, "outcomes of large ones")
        expect(made.close(60000)[0], OK, "close")
        expect(server.ids(200), {event_id for _, event_id in small + large}, "ids")
        expect(files(folder, "*.tmp"), [], "half files")


def as_nobody():
    """The command before a program that must not be root."""
    before = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Skip("another user can be had by root and setpriv alone")
    can = subprocess.run([*before, "test", "-r", BUILD / "libtocsin.so", "-a", "-x", built("faults_stored")])
    if can.returncode != 0:
        raise Skip(f"another user cannot read {BUILD}")
    return before


@case("SPL-2 SEC-7 a directory that is read-only or another's costs the spool alone, and is told once")
def not_ours():
    before = as_nobody()
    with scratch_folder() as folder:
        folder.chmod(0o755)
        others, locked = folder / "others", folder / "locked"
        others.mkdir(mode=0o755)
        locked.mkdir(mode=0o555)
        os.chown(locked, NOBODY, NOBODY)
        for where in others, locked, locked / "deeper", pathlib.Path("/proc/spool"):
            with Badd() as server, stored(server.port, where, before=before, durability="spool") as made:
                captured = made.capture(10)
                expect({status for status, _ in captured}, {OK}, f"outcomes in {where}")
                expect(made.close(60000)[0], OK, "close")
                expect(server.ids(200), {event_id for _, event_id in captured}, "ids")
                expect(len([one for one in made.ask("notices") if "spool.trouble" in one]), 1, f"notices for {where}")
        expect(list(others.iterdir()) + list(locked.iterdir()), [], "what was made there")


def litter(folder):
    """What does not belong there, and must stay as it is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / ("n" * 255)).write_text("a long name")
    os.mkfifo(folder / "1793611800250-01000000000000000000000000000001-0.fifo", 0o600)
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "to-nowhere").symlink_to("nowhere")
    if os.geteuid() == 0:
        os.mknod(folder / "device", 0o600 | stat.S_IFCHR, os.makedev(1, 3))


def first_event(server, folder):
    """How long it takes a program that starts, and whether that is in time."""
    before = len(server.requests)
    begun = time.monotonic()
    with stored(server.port, folder) as made:
        (_, event_id), = made.capture(1)
        wait_for(lambda: event_id in server.ids(), "the first event")
        seconds = next(one.at for one in server.requests[before:] if event_id in one.ids) - begun
        expect(made.close(60000)[0], OK, "close")
    print(f"   {seconds:.3f} s from the start of the program to the first event")
    return seconds, seconds <= 1


@case(f"SPL-2 {FOREIGN:,} foreign files, FIFOs, devices, links and long names beside it: the first event within a second",
      alone=True)
def foreign_files():
    port = free_port()
    with memory_folder() as folder:
        with stored(port, folder, durability="spool") as before:
            promised = {event_id for _, event_id in before.capture(2)}
            before.kill()
        run = next(folder.glob("run-*"))
        for where in folder, run:
            litter(where)
        os.mkfifo(run / "1793611800250-01000000000000000000000000000001-0.envelope", 0o600)
        (run / "1793611800251-01000000000000000000000000000001-0.envelope").symlink_to("/etc/passwd")
        for number in range(FOREIGN):
            os.close(os.open(folder / f"foreign-{number}", os.O_CREAT | os.O_WRONLY, 0o600))
        entries = len(list(folder.iterdir()))
        with Badd(port=port) as server:
            in_time(first_event, server, folder)
            with stored(port, folder) as made:
                wait_for(lambda: promised <= server.ids(200), "what was left")
                wait_for(lambda: len(list((folder / "bad").glob("*.envelope"))) == 2, "what is no file")
                expect(made.close(60000)[0], OK, "close")
        assert len(list(folder.iterdir())) >= entries, "something went"
        expect(len(list(run.iterdir())), (5 if os.geteuid() == 0 else 4) + 1, "what is in the old run, and its lock")


def swap(place, outside, over):
    """The folder and a link to another take turns."""
    link, real = place.with_name("link"), place.with_name("real")
    link.symlink_to(outside)
    while not over.is_set():
        with contextlib.suppress(OSError):
            os.rename(place, real)
            os.rename(link, place)
            os.rename(place, link)
            os.rename(real, place)


@case("SEC-7 a link in place of the directory, or one swapped for it all the time, leads nowhere")
def links():
    with memory_folder() as folder:
        outside, place = folder / "outside", folder / "spool"
        outside.mkdir(mode=0o700)
        place.symlink_to(outside)
        with Badd() as server, stored(server.port, place, durability="spool") as made:
            expect(made.capture(1)[0][0], OK, "the outcome behind a link")
            expect(made.close(60000)[0], OK, "close")
        place.unlink()
        place.mkdir(mode=0o700)
        over = threading.Event()
        swapper = threading.Thread(target=swap, args=(place, outside, over))
        swapper.start()
        try:
            for _ in range(20):
                with stored(free_port(), place, durability="spool") as made:
                    made.capture(5)
        finally:
            over.set()
            swapper.join()
        expect(list(outside.iterdir()), [], "written outside")


def links_to(home, folder):
    """{link: whether a spool behind it is used}."""
    shared, sticky = folder / "shared", folder / "sticky"
    shared.mkdir()
    shared.chmod(0o777)
    sticky.mkdir()
    sticky.chmod(0o1777)
    made = {folder / "mine": True, sticky / "mine": True, shared / "mine": False}
    if os.geteuid() == 0:  # only root can make one for somebody else
        made |= {folder / "of-others": False, sticky / "of-others": False}
    for link in made:
        link.symlink_to(home)
        if link.name == "of-others":
            os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    return made


@case("SEC-7 a link above the directory is followed if it is one's own, and not if others made it or could have")
def links_above():
    with memory_folder() as folder:
        home = folder / "home"
        home.mkdir(mode=0o755)
        for number, (link, is_used) in enumerate(links_to(home, folder).items()):
            below = f"spool-{number}"
            with stored(free_port(), link / below, durability="spool") as made:
                expect(made.capture(1)[0][0], DURABLE if is_used else OK, f"the outcome behind {link}")
                expect(len(files(home / below)) if is_used else (home / below).exists(), is_used, f"files behind {link}")
                expect(len([one for one in made.ask("notices") if "spool.trouble" in one]), not is_used, "notices")


@case("SEC-6 SEC-7 what others may write to is refused, and what is made is for its owner alone, whatever the umask")
def private():
    with scratch_folder() as folder:
        for mask in 0o000, 0o022, 0o077:
            old = os.umask(mask)
            try:
                shared = folder / f"shared-{mask}"
                shared.mkdir()
                shared.chmod(0o777)
                with stored(free_port(), shared, durability="spool") as made:
                    expect(made.capture(1)[0][0], OK, "the outcome in a folder for all")
                expect(list(shared.iterdir()), [], "what was made there")
                below = shared / "own"
                with stored(free_port(), below, durability="spool") as made:
                    expect(made.capture(1)[0][0], DURABLE, "the outcome in a folder of its own")
                    expect(modes(shared), {"files": {"0o600"}, "folders": {"0o700"}}, "modes")
            finally:
                os.umask(old)
