"""What all the other cases left behind, where AddressSanitizer is there to ask. Python leaks too, so its report is read."""
import ctypes
import os
import pathlib
import re
import tempfile

import sanitizer
from cases import case, same

ON_PURPOSE = 54323  # bytes
LOST = re.compile(r"leak of (\d+) byte")
OURS = re.compile(r" in (?:tsn|tocsin)_|libtocsin\.so")


def lose_some(count):
    """Blocks that nothing leads to; some word of the stack may still lead to the last."""
    allocate = ctypes.CDLL(None).malloc
    for _ in range(count):
        allocate(ON_PURPOSE)


def report():
    """What the sanitizer says of each leak."""
    runtime = ctypes.CDLL(None)
    with tempfile.TemporaryDirectory() as folder:
        runtime.__sanitizer_set_report_path(f"{folder}/leaks".encode())
        runtime.__lsan_do_recoverable_leak_check()
        runtime.__sanitizer_set_report_path(b"stderr")
        path = pathlib.Path(f"{folder}/leaks.{os.getpid()}")
        return path.read_text().split("\n\n") if path.exists() else []


def nothing_of_ours(_library):
    lose_some(10)
    leaks = report()
    sizes = [int(size) for one in leaks for size in LOST.findall(one)]
    same(any(size % ON_PURPOSE == 0 for size in sizes), True, f"blocks lost on purpose are among {sizes}")
    ours = [one for one in leaks if OURS.search(one)]
    if ours:
        raise AssertionError("\n\n".join(ours))


if sanitizer.entered() == "asan":
    case("no text leaves memory of the library behind")(nothing_of_ours)
