"""JSN-2: more JSON than anybody should send. Each text is read in a process of its own, which is measured."""
import os
import resource
import struct
import time

from cases import case, same
from library import E_DEPTH, E_SIZE, Stage

MIB = 1 << 20
LIMIT_S = 1.0


def measured(library, text):
    """(status, seconds, growth in bytes) of setting `text` in a child, where nothing was measured before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with Stage(library) as stage:
            stage.set_extra(b"1")
            before = peak()
            start = time.process_time()
            status = stage.set_extra(text)
            spent = time.process_time() - start
            os.write(writing, struct.pack("=idq", status, spent, peak() - before))
        os._exit(0)
    os.close(writing)
    answer = os.read(reading, 100)
    os.close(reading)
    _, ended = os.waitpid(child, 0)
    same(ended, 0, "the child's end")
    return struct.unpack("=idq", answer)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def expect(library, name, text, want):
    status, seconds, growth = measured(library, text)
    same(status, want, name)
    if seconds > LIMIT_S:
        raise AssertionError(f"{name}: {seconds:.2f} s")
    if growth > 3 * len(text) + MIB:
        raise AssertionError(f"{name}: {growth >> 20} MiB for {len(text) >> 20} MiB")


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
