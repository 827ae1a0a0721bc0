"""All of tocsin that a language without a binding needs: calls, texts in and out, and a hook of its own."""
import ctypes
import json

LIBRARY = ctypes.CDLL("libtocsin.so.1")
I32, I64 = ctypes.c_int32, ctypes.c_int64


def call(name, *arguments, returns=I64):
    """Python's numbers pass as 64 bits. One convention for all results: below 0 it is an error."""
    function = LIBRARY["tocsin_" + name]
    function.restype = returns
    result = function(*[I64(one) if isinstance(one, int) else one for one in arguments])
    if result < 0:
        sentence = ctypes.create_string_buffer(200)
        LIBRARY.tocsin_status_text(I32(result), sentence, I64(200))
        raise RuntimeError(f"tocsin_{name}: {sentence.value.decode()} ({result})")
    return result


def text(value):
    """Texts go in as a pointer and a length."""
    data = value.encode("utf-8", "replace")
    return data, len(data)


def as_json(value):
    """Whatever has structure goes in as JSON."""
    return text(json.dumps(value))


def read(name, *arguments):
    """Texts come out into a buffer of ours: ask how long, then ask again."""
    need = call(name, *arguments, None, 0)
    buffer = ctypes.create_string_buffer(need + 1)
    call(name, *arguments, buffer, need + 1)
    return buffer.raw[:need].decode()


def capture(scope, event, before_send):
    """A capture in two steps, so that C never calls us: prepare, show it to the hook, submit or discard."""
    source = call("constant", *text("TOCSIN_CAPTURE_EVENT"))
    handle = call("event_prepare", scope, I32(source), *as_json(event), 0, None)
    if handle == 0:
        return None  # dropped before any hook, or the client is not active
    try:
        event = before_send(json.loads(read("event_json", handle)))
    except Exception:
        event = None  # a filter that failed may have left in what it was to take out
    if event is None:
        call("event_discard", handle, *text("before_send"), returns=I32)
        return None
    event_id = ctypes.create_string_buffer(33)
    call("event_submit", handle, *as_json(event), event_id, returns=I32)
    return event_id.value.decode() or None
