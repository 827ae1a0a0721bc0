"""UTF-1, UTF-2: text that is no text is repaired as Python's own decoder repairs it, and never cut."""
import json
import random

from cases import case, is_nightly, same
from library import Stage, sized

STRINGS = 10_000_000 if is_nightly() else 1_000_000
BLOCK = 1 << 19
MESSAGE_MAX = 8000
BAR = ord("|")
REPLACEMENT = "\ufffd"

# Mostly bytes that begin, continue or break sequences; every eighth ends a string.
INTERESTING = bytes(
    [BAR] * 32
    + [*range(0x80, 0xC0)] + [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF] * 4
    + [*range(0xC0, 0x100)] + [0xC0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5] * 4
    + list(b"abcxyz019 ./") * 2 + [0x7F] * 16
)
TABLE = INTERESTING[:256]


def random_bytes(count):
    return random.randbytes(count).translate(TABLE)


def repaired(raw):
    return raw.decode("utf-8", "replace").replace("\0", REPLACEMENT)


def first_difference(got, want, raw):
    for mine, theirs, source in zip(got.split("|"), want.split("|"), raw.split(b"|")):
        same(mine, theirs, source.hex(" "))
    same(len(got), len(want), "length")


@case("UTF-1 a million random strings in JSON are repaired as Python repairs them")
def json_strings(library):
    count = 0
    with Stage(library) as stage:
        while count < STRINGS:
            raw = random_bytes(BLOCK)
            same(stage.set_extra(b'"' + raw + b'"'), 0, "a string")
            got = stage.extra()
            if got != repaired(raw):
                first_difference(got, repaired(raw), raw)
            count += raw.count(BAR) + 1


@case("UTF-1 so are random strings that are given as plain text, zeros and controls among them")
def plain_text(library):
    count = 0
    with Stage(library) as stage:
        while count < STRINGS // 10:
            raw = random_bytes(MESSAGE_MAX).replace(b"\x7f", random.choice([b"\0", b"\x1f", b"\n", b'"', b"\\"]))
            same(stage.message(raw), 0, "a message")
            (_, payload), _ = stage.event()
            got = json.loads(payload)["logentry"]["formatted"]
            if got != repaired(raw):
                first_difference(got, repaired(raw), raw)
            count += raw.count(BAR) + 1


ESCAPES = [
    (rb'"\ud800"', "\ufffd"), (rb'"\udbff"', "\ufffd"), (rb'"\udc00"', "\ufffd"), (rb'"\udfff"', "\ufffd"),
    (rb'"\uD800"', "\ufffd"), (rb'"a\ud800"', "a\ufffd"), (rb'"\ud800b"', "\ufffdb"), (rb'"a\ud800b"', "a\ufffdb"),
    (rb'"\ud800\ud800"', "\ufffd\ufffd"), (rb'"\udc00\ud800"', "\ufffd\ufffd"),
    (rb'"\ud800\ud800\udc00"', "\ufffd\U00010000"), (rb'"\udc00\udc00"', "\ufffd\ufffd"),
    (rb'"\ud800\u0041"', "\ufffdA"), (rb'"\ud800\n"', "\ufffd\n"), (rb'"\ud800\\"', "\ufffd\\"),
    (rb'"\ud83d\ude00"', "\U0001f600"), (rb'"\udbff\udfff"', "\U0010ffff"), (rb'"\ud800\udc00"', "\U00010000"),
    (rb'"\u0000"', "\ufffd"), (rb'"a\u0000b"', "a\ufffdb"), (rb'"\u0000\u0000"', "\ufffd\ufffd"),
    (rb'"\u0000\ud800"', "\ufffd\ufffd"), (rb'"\uffff"', "\uffff"), (rb'"\ufeff"', "\ufeff"),
    (b'"\xed\xa0\x80\xed\xb0\x80"', "\ufffd" * 6), (b'"\xed\xa0\\udc00"', "\ufffd" * 3), (b'"\\ud800\x80"', "\ufffd\ufffd"),
]
PLAIN = [
    (b"a\0b", "a\ufffdb"), (b"\0", "\ufffd"), (b"\0\0end", "\ufffd\ufffdend"), (b"a\0", "a\ufffd"),
    (b"\xff\0\xfe", "\ufffd\ufffd\ufffd"), (b"caf\xc3", "caf\ufffd"), (b"\xf0\x9f\x98", "\ufffd"),
    (rb"\ud800", r"\ud800"), (rb"\u0000", r"\u0000"),
]


@case(f"UTF-2 {len(ESCAPES)} escapes of halves and zeros become one replacement each")
def escapes(library):
    with Stage(library) as stage:
        for source, want in ESCAPES:
            same(stage.set_extra(source), 0, source)
            same(stage.extra(), want, source)
            key = b"{" + source + b":1}"
            same(library.scope_set_context(stage.scope, *sized(b"c"), *sized(key)), 0, key)
            same(list(stage.own()["contexts"]["c"]), [want], key)


@case(f"UTF-2 {len(PLAIN)} plain texts are not cut at a zero, nor are their escapes read")
def plain(library):
    with Stage(library) as stage:
        for source, want in PLAIN:
            same(library.scope_set_tag(stage.scope, *sized(b"t"), *sized(source)), 0, source)
            same(stage.own()["tags"]["t"], want, source)
            same(stage.message(source), 0, source)
            (_, payload), _ = stage.event()
            same(json.loads(payload)["logentry"]["formatted"], want, source)
