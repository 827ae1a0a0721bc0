"""The list of cases. A case is a function with a title that begins with the ids of what it shows; one
that needs an environment of its own runs in a process of its own."""
import contextlib
import ctypes
import os
import pathlib
import subprocess
import sys

import sanitizer
from kit import Skip

HERE = pathlib.Path(__file__).resolve().parent
IS_NIGHTLY = "FAULTS_NIGHTLY" in os.environ or os.environ.get("TSN_NIGHTLY") == "1"
CHILD_LIMIT_S = 1200 if IS_NIGHTLY else 300
TRIES = 10
SKIPPED = 77
ALL = []


class Failed(Exception):
    """A child's case failed; the text is its story."""


class Case:
    def __init__(self, title, run, environment, alone):
        self.title, self.body, self.environment, self.alone = title, run, environment, alone

    def run(self):
        """In this process, or in one made for it."""
        if self.environment is None:
            self.body()
            return
        done = subprocess.run([sys.executable, HERE / "run", "--case", self.title], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, timeout=CHILD_LIMIT_S,
                              env={**os.environ, **self.environment()})
        if done.returncode == SKIPPED:
            raise Skip(done.stdout.strip())
        if done.returncode != 0:
            raise Failed(done.stdout or f"ended with code {done.returncode}")
        print(done.stdout, end="")


def case(title, environment=None, alone=False):
    """`environment`: gives the variables of a process of its own. `alone`: nothing else runs meanwhile."""
    def add(function):
        ALL.append(Case(title, function, environment, alone))
        return function
    return add


def built(name):
    """A program or library of this folder's CMakeLists.txt."""
    from program import BUILD
    return BUILD / "ffi-tests/faults" / name


def preload(name):
    """Between the program and what it calls, behind a sanitizer if there is one."""
    return {"LD_PRELOAD": ":".join(filter(None, (os.environ.get("LD_PRELOAD"), str(built(name)))))}


def own_clock():
    """For a case that moves the clock."""
    return preload("libfaults_clock.so")


def is_sanitized():
    """Whether speed and memory are not what they are outside of tests."""
    return sanitizer.entered() is not None


def is_slow():
    """Whether everything takes many times as long."""
    return sanitizer.entered() == "tsan"


def in_time(attempt, *arguments):
    """`attempt` gives what it measured, and whether that is as it should be. Once is enough, for other programs may
    have had their share of the processors; at night they have not."""
    for left in reversed(range(TRIES)):
        measured, is_well = attempt(*arguments)
        if is_well or is_sanitized():
            return
        print(f"   not in time: {measured}")
        assert not IS_NIGHTLY and left > 0, measured


class Clock:
    """tocsin's, in a case with `own_clock`."""

    def __init__(self):
        self._shim = ctypes.CDLL(None)
        for name in "shift", "set_wall":
            getattr(self._shim, f"test_clock_{name}").argtypes = [ctypes.c_int64]

    def shift(self, ms):
        self._shim.test_clock_shift(ms)

    def freeze(self):
        self._shim.test_clock_freeze()

    def set_wall(self, unix_s):
        self._shim.test_clock_set_wall(unix_s)


@contextlib.contextmanager
def all_of(*managers):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(one) for one in managers]
