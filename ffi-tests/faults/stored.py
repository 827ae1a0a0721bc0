"""A process with a spool that can be told what to do, and killed; and folders for it."""
import contextlib
import fnmatch
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from cases import built
from kit import Skip, ending
from program import FINE, dsn, expect

DURABLE = 1
MEMORY = pathlib.Path("/dev/shm")


class Stored:
    def __init__(self, port, folder, before=(), file_limit=None, fates=None, **options):
        limited = [] if file_limit is None else ["prlimit", f"--fsize={file_limit}"]
        asked = {"dsn": dsn(port), "cache_dir": str(folder), **FINE, "debug": False, **options}
        environment = {**os.environ, "TSN_FATES": str(fates)} if fates else None
        self.process = subprocess.Popen(ending(*limited, *before, built("faults_stored"), json.dumps(asked)), text=True,
                                        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def lines(self):
        """Of one answer, as they come; ends early if the process does."""
        for line in self.process.stdout:
            if line == ".\n":
                return
            if line.endswith("\n"):
                yield line.rstrip("\n")

    def ask(self, command):
        self.tell(command)
        return list(self.lines())

    def capture(self, count, size=20):
        """[(status, id)]"""
        said = (line.partition(" ") for line in self.ask(f"capture {count} {size}"))
        return [(int(status), event_id) for status, _, event_id in said]

    def account(self):
        return books(self.ask("stats")[0])

    def close(self, timeout_ms):
        """(status, seconds, account)"""
        said, stats = self.ask(f"close {timeout_ms}")
        return int(said.split()[0]), float(said.split()[1]) / 1000, books(stats)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def books(text):
    """The category of events; it adds up."""
    made = json.loads(text)["categories"]["error"]
    total = sum(number for name, number in made.items() if name not in ("captured", "discarded"))
    expect(total + sum(made["discarded"].values()), made["captured"], f"the sum of {made}")
    return made


@contextlib.contextmanager
def stored(port, folder, **options):
    made = Stored(port, folder, **options)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.kill()


@contextlib.contextmanager
def memory_folder():
    """One that is quick to write to, if there is such."""
    folder = tempfile.mkdtemp(prefix="tocsin-spool-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def small_disk(size="256k"):
    """A disk of its own; only root can have one."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-disk-"))
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder],
                          capture_output=True, text=True)
    try:
        if made.returncode != 0:
            raise Skip(f"no disk of its own: {made.stderr.strip()}")
        yield folder
    finally:
        subprocess.run(["umount", folder], capture_output=True)
        folder.rmdir()


def look(folder, pattern):
    return sorted(pathlib.Path(place, name) for place, _, names in os.walk(folder)
                  for name in fnmatch.filter(names, pattern))


def files(folder, pattern="*.envelope"):
    """Below the folder, from which others may take folders away meanwhile. One that an heir moves from a folder that was
    not looked at yet into one that was is not seen, but the next time."""
    before, found = None, look(folder, pattern)
    while found != before:
        before, found = found, look(folder, pattern)
    return found
