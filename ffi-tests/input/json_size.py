"""JSN-2: more JSON than anybody should send. Each text is read in a process of its own, which is measured."""
import ctypes
import os
import resource
import struct
import time

import sanitizer
from cases import case, is_nightly, same
from library import E_DEPTH, E_SIZE, Stage

MIB = 1 << 20
# A sanitizer makes everything slower, and has a block twice while it grows.
LIMIT_S, TIMES = (10.0, 5) if sanitizer.entered() else (1.0, 3)
MORE_TRIES = 0 if is_nightly() else 2  # by day others want the processor too


def measured(library, text):
    """(status, seconds, growth in bytes) of setting `text` in a child, where nothing was measured before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with Stage(library) as stage:
                os.write(writing, struct.pack("=idq", *measure(library, stage, text)))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    answer = os.read(reading, 100)
    os.close(reading)
    _, ended = os.waitpid(child, 0)
    same(ended, 0, "the child's end")
    return struct.unpack("=idq", answer)


def measure(library, stage, text):
    stage.set_extra(b"1")
    peak = peak_of(library)
    before = peak()
    start = time.process_time()
    status = stage.set_extra(text)
    spent = time.process_time() - start
    return status, spent, peak() - before


def peak_of(library):
    """Gives the most bytes that the process had at once so far. A sanitizer keeps what is freed, and is asked instead."""
    if not sanitizer.entered():
        return lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    heap = ctypes.CDLL(str(library.path.parent / "ffi-tests/input/libinput_heap.so"))
    heap.heap_peak.restype = ctypes.c_int64
    heap.heap_watch()
    return heap.heap_peak


def expect(library, name, text, want):
    status, seconds, growth = measured(library, text)
    same(status, want, name)
    if growth > TIMES * len(text) + MIB:
        raise AssertionError(f"{name}: {growth >> 20} MiB for {len(text) >> 20} MiB")
    if seconds > LIMIT_S and all(measured(library, text)[1] > LIMIT_S for _ in range(MORE_TRIES)):
        raise AssertionError(f"{name}: {seconds:.2f} s")


@case("JSN-2 a million levels, open or closed, are refused within a second")
def levels(library):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        expect(library, "open", opening * 1000000, E_DEPTH)
        expect(library, "closed", opening * 1000000 + b"1" + closing * 1000000, E_DEPTH)
        expect(library, "129", opening * 129 + b"1" + closing * 129, E_DEPTH)
        expect(library, "128", opening * 128 + b"1" + closing * 128, 0)


@case("JSN-2 scalars of 100 MiB are refused without being copied, 16 MiB are taken")
def scalars(library):
    expect(library, "text", b'"' + b"x" * (100 * MIB) + b'"', E_SIZE)
    expect(library, "number", b"1" * (100 * MIB), E_SIZE)
    expect(library, "blanks", b" " * (100 * MIB), E_SIZE)
    expect(library, "most", b'"' + b"x" * (16 * MIB - 2) + b'"', 0)
    expect(library, "one more", b'"' + b"x" * (16 * MIB - 1) + b'"', E_SIZE)


@case("JSN-2 a million keys and a million elements are read within a second and three times their size")
def members(library):
    keys = b"{" + b",".join(b'"%d":1' % i for i in range(1000000)) + b"}"
    expect(library, "keys", keys, 0)
    expect(library, "the same key", b"{" + b",".join([b'"k":1'] * 1000000) + b"}", 0)
    expect(library, "elements", b"[" + b",".join([b"1"] * 1000000) + b"]", 0)
    expect(library, "pairs", b"[" + b",".join([b"{}"] * 1000000) + b"]", 0)
