"""LIM-1: more than there is room for. What is too long is cut with dots or left out, an event is at most 1 MiB, and
what did not go out is in the counts."""
import json
import tempfile

from cases import case, same
from library import E_ARG, E_RANGE, E_SIZE, Stage, sized

MIB = 1 << 20
ATTACHMENT_MAX = 20 * MIB  # by default
HUGE = 200 * MIB + 1

# Path into the event, the longest that is kept, in code points; what is longer ends in three dots.
CUT = [
    ("logentry.formatted", 8192), ("logger", 64), ("transaction", 200), ("tags.k", 200), ("server_name", 256),
    ("exception.values.0.value", 8192), ("exception.values.0.type", 256), ("exception.values.0.module", 256),
    ("exception.values.0.mechanism.type", 128), ("breadcrumbs.values.0.message", 8192),
    ("breadcrumbs.values.0.category", 128), ("exception.values.0.stacktrace.frames.0.function", 512),
    ("exception.values.0.stacktrace.frames.0.filename", 256),
]
# Path and the longest that is kept; what is longer is left out.
LEFT_OUT = [("release", 200), ("environment", 64), ("dist", 64)]
# Path to a list or an object, how many are given, how many are kept.
COUNTED = [
    ("breadcrumbs.values", 101, 100), ("breadcrumbs.values", 5000, 100), ("exception.values", 51, 50),
    ("exception.values.0.stacktrace.frames", 101, 100), ("exception.values.0.stacktrace.frames", 20000, 100),
]


def built(path, value):
    """An event with `value` at the path."""
    for step in reversed(path.split(".")):
        if step == "0" and path.startswith("exception"):
            value = {"type": "T", "value": "v", **value}  # without either it would be left out
        value = [value] if step.isdigit() else {step: value}
    return value


def at(event, path):
    for step in path.split("."):
        if event is None:
            return None
        event = event[int(step)] if step.isdigit() else event.get(step)
    return event


def sent(library, event, **options):
    """The event as it goes out, None: it did not."""
    with Stage(library, **options) as stage:
        status = library.scope_capture_event(stage.scope, *sized(json.dumps(event).encode()), 0, None, None)
        same(status, 0, "capture")
        return last_event(stage)


def last_event(stage):
    envelopes = stage.take()
    expect_books(stage)
    if not envelopes:
        return None
    header, payload = envelopes[0][0]
    same((header["type"], header["length"] <= MIB), ("event", True))
    return json.loads(payload)


def expect_books(stage):
    for name, counts in stage.stats()["categories"].items():
        fates = [counts[key] for key in ("delivered", "refused429", "spooled", "queued", "in_flight")]
        same(counts["captured"], sum(fates) + sum(counts["discarded"].values()), name)


@case(f"LIM-1 {2 * len(CUT)} texts as long as may be are kept, one character longer they end in dots")
def cut(library):
    for path, most in CUT:
        for letter in ("x", "\N{GRINNING FACE}"):
            kept = letter * most
            same(at(sent(library, built(path, kept), max_stack_frames=1000), path), kept, path)
            longer = at(sent(library, built(path, kept + letter), max_stack_frames=1000), path)
            same((len(longer) <= most, longer.rstrip("."), longer[-3:]), (True, letter * (most - 3), "..."), path)


@case("LIM-1 a release, environment or distribution that a server would refuse is left out")
def left_out(library):
    for path, most in LEFT_OUT:
        same(at(sent(library, built(path, "x" * most)), path), "x" * most, path)
        after = at(sent(library, built(path, "x" * (most + 1))), path)
        same(after in (None, "production"), True, f"{path}: {after}")


@case(f"LIM-1 {len(COUNTED)} lists are held to their length")
def counted(library):
    for path, given, kept in COUNTED:
        item = {"type": "T", "value": "v", "message": "m", "function": "f"}
        event = sent(library, built(path, [item] * given))
        same(len(at(event, path)), kept, path)


@case("LIM-1 a tag's key has 200 characters at most, and 100,000 tags do no harm")
def tags(library):
    with Stage(library) as stage:
        same(library.scope_set_tag(stage.scope, *sized(b"k" * 200), *sized(b"v")), 0)
        same(library.scope_set_tag(stage.scope, *sized(b"k" * 201), *sized(b"v")), E_ARG)
        many = {f"k{number}": "v" for number in range(100000)}
        same(library.scope_set_tags(stage.scope, *sized(json.dumps(many).encode())), 0)
        same(stage.message(), 0)
        event = last_event(stage)
        same(event is None or len(event["tags"]) <= 100001, True)


BIG = "x" * (2 * MIB)
TOO_BIG = {
    "extra": {"extra": {"k": BIG}, "message": "m"},
    "a context": {"contexts": {"mine": {"k": BIG}}, "message": "m"},
    "modules": {"modules": {"k": BIG}, "message": "m"},
    "crumbs": {"breadcrumbs": [{"message": "x" * 8000, "data": {"k": "x" * 100000}}] * 90, "message": "m"},
    "variables": {"exception": {"values": [{"type": "T", "value": "v", "stacktrace": {
        "frames": [{"function": "f", "vars": {"k": "x" * 50000}}] * 90}}]}},
    "source lines": {"exception": {"values": [{"type": "T", "value": "v", "stacktrace": {
        "frames": [{"function": "f", "context_line": "x" * 60000}] * 90}}]}},
    "a message": {"message": BIG},
    "all of it": {"message": BIG, "extra": {"k": BIG}, "modules": {"k": BIG}, "contexts": {"mine": {"k": BIG}}},
}


@case(f"LIM-1 {len(TOO_BIG)} events of several megabytes are made to fit, and what they are about stays")
def too_big(library):
    for name, event in TOO_BIG.items():
        got = sent(library, event)
        subject = at(got, "logentry.formatted") or at(got, "exception.values.0.type")
        same(subject in ("m", "T") or (subject or "")[:3] == "xxx", True, name)


@case("LIM-1 what cannot be made to fit is left out whole, and counted")
def cannot_fit(library):
    for event in ({"fingerprint": [BIG]}, {"user": {"id": BIG}}, {"tags": {f"k{i}": "v" * 200 for i in range(9999)}}):
        with Stage(library) as stage:
            library.scope_capture_event(stage.scope, *sized(json.dumps(event).encode()), 0, None, None)
            same(last_event(stage), None)
            same(stage.stats()["categories"]["error"]["discarded"], {"invalid": 1})


@case("LIM-1 more than 16 MiB of JSON for one event or crumb is refused")
def much_json(library):
    with Stage(library) as stage:
        text = b'{"message":"' + b"x" * (16 * MIB) + b'"}'
        same(library.scope_capture_event(stage.scope, *sized(text), 0, None, None), E_SIZE)
        same(library.scope_add_breadcrumb(stage.scope, *sized(text), None), E_SIZE)
        same(stage.message(b"x" * (30 * MIB)), 0)
        same(len(last_event(stage)["logentry"]["formatted"]), 8192)


SIXTY_FOUR = b"x" * (64 * MIB)
PLAIN_TEXTS = {
    "a message": lambda library, stage: stage.message(SIXTY_FOUR),
    "a tag": lambda library, stage: library.scope_set_tag(stage.scope, *sized(b"k"), *sized(SIXTY_FOUR)),
    "a tag's key": lambda library, stage: library.scope_set_tag(stage.scope, *sized(SIXTY_FOUR), *sized(b"v")),
    "an extra's key": lambda library, stage: library.scope_set_extra(stage.scope, *sized(SIXTY_FOUR), *sized(b"1")),
    "a context's key": lambda library, stage: library.scope_set_context(stage.scope, *sized(SIXTY_FOUR), *sized(b"{}")),
    "a flag": lambda library, stage: library.scope_set_flag(stage.scope, *sized(SIXTY_FOUR), *sized(b"true")),
    "a transaction": lambda library, stage: library.scope_set_transaction(stage.scope, *sized(SIXTY_FOUR), None, -1),
    "its source": lambda library, stage: library.scope_set_transaction(stage.scope, *sized(b"x"), *sized(SIXTY_FOUR)),
}


@case(f"LIM-1 {len(PLAIN_TEXTS)} texts of 64 MiB are cut or refused, and events on the scope still go out")
def plain_texts(library):
    for name, give in PLAIN_TEXTS.items():
        with Stage(library) as stage:
            same(give(library, stage) in (0, E_ARG, E_RANGE, E_SIZE), True, name)
            same(stage.message(), 0, name)
            same(stage.stats()["queue"]["bytes"] < MIB, True, name)
            same(len(stage.take()), 2 if name == "a message" else 1, name)


def attach(library, stage, data, about):
    text = None if data is None else bytes(data)
    same(library.scope_add_attachment(stage.scope, text, -1 if text is None else len(text),
                                      *sized(json.dumps(about).encode())), 0, "attachment")


def attachments(stage):
    same(stage.message(), 0)
    _, items = stage.event()
    expect_books(stage)
    return [header["length"] for header, _ in items if header["type"] == "attachment"]


@case("LIM-1 an attachment of nothing goes along, one over the limit costs itself alone")
def attachment_sizes(library):
    for size, goes in ((0, True), (1, True), (ATTACHMENT_MAX, True), (ATTACHMENT_MAX + 1, False), (HUGE, False)):
        with Stage(library) as stage:
            attach(library, stage, bytes(size), {"filename": "f"})
            same(attachments(stage), [size] if goes else [], size)
        with tempfile.NamedTemporaryFile() as file, Stage(library) as stage:
            file.truncate(size)
            attach(library, stage, None, {"path": file.name})
            same(attachments(stage), [size] if goes else [], f"file of {size}")
            lost = stage.stats()["categories"].get("attachment", {}).get("discarded", {})
            same(lost == {}, goes, f"file of {size}")


@case("LIM-1 the limit for attachments can be lowered to nothing")
def no_attachments(library):
    with Stage(library, max_attachment_size=0) as stage:
        attach(library, stage, b"x", {"filename": "f"})
        attach(library, stage, b"", {"filename": "g"})
        same(attachments(stage), [0])
