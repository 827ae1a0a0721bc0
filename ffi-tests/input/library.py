"""The library as any program in Python would load it, and one scope on a client without a network."""
import ctypes
import json

E_JSON, E_TYPE, E_DEPTH, E_SIZE, E_RANGE, E_ARG = -23, -24, -25, -26, -21, -20
EVENT_ID_SIZE = 33
TEXT, LENGTH, HANDLE, STATUS = ctypes.c_char_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int32

SIGNATURES = {
    "options_new": (HANDLE, ()),
    "options_set_json": (STATUS, (HANDLE, TEXT, LENGTH)),
    "client_open": (HANDLE, (HANDLE,)),
    "client_scope": (HANDLE, (HANDLE,)),
    "client_close": (STATUS, (HANDLE, LENGTH)),
    "client_stats": (LENGTH, (HANDLE, ctypes.c_void_p, LENGTH)),
    "client_next_envelope": (HANDLE, (HANDLE, LENGTH)),
    "envelope_text": (LENGTH, (HANDLE, ctypes.c_void_p, LENGTH)),
    "envelope_done": (STATUS, (HANDLE, STATUS, TEXT, LENGTH)),
    "handle_close": (STATUS, (HANDLE,)),
    "scope_json": (LENGTH, (HANDLE, ctypes.c_void_p, LENGTH)),
    "scope_clear": (STATUS, (HANDLE,)),
    "scope_fork": (HANDLE, (HANDLE,)),
    "scope_set_tag": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_set_tags": (STATUS, (HANDLE, TEXT, LENGTH)),
    "scope_set_extra": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_set_context": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_set_user": (STATUS, (HANDLE, TEXT, LENGTH)),
    "scope_set_transaction": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_set_fingerprint": (STATUS, (HANDLE, TEXT, LENGTH)),
    "scope_set_flag": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_add_breadcrumb": (STATUS, (HANDLE, TEXT, LENGTH, ctypes.c_void_p)),
    "scope_add_attachment": (STATUS, (HANDLE, TEXT, LENGTH, TEXT, LENGTH)),
    "scope_capture_message": (STATUS, (HANDLE, TEXT, LENGTH, STATUS, HANDLE, ctypes.c_void_p, ctypes.c_void_p)),
    "scope_capture_event": (STATUS, (HANDLE, TEXT, LENGTH, HANDLE, ctypes.c_void_p, ctypes.c_void_p)),
    "scope_capture_exception": (STATUS, (HANDLE, TEXT, LENGTH, HANDLE, ctypes.c_void_p, ctypes.c_void_p)),
}


def sized(text):
    """A text and its length; an embedded NUL counts."""
    return (text, len(text))


class Library:
    """`tocsin_x` is `library.x`."""

    def __init__(self, path):
        self.path = path
        loaded = ctypes.CDLL(str(path))
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(loaded, f"tocsin_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def text_of(self, function, handle):
        """All of what a function that fills a buffer has to say."""
        room = 1 << 16
        while True:
            buffer = ctypes.create_string_buffer(room)
            need = function(handle, buffer, room)
            if need < 0:
                raise ValueError(f"refused with {need}")
            if need < room:
                return buffer.raw[:need]
            room = need + 1


class Stage:
    """A client that hands its envelopes out, and its scope; ends with the `with` block."""

    def __init__(self, library, **options):
        self.library = library
        settings = {"transport": "pull", "host_contexts": False, **options}
        made = library.options_new()
        status = library.options_set_json(made, *sized(json.dumps(settings).encode()))
        if status != 0:
            raise ValueError(f"options: {status}")
        self.client = library.client_open(made)
        library.handle_close(made)
        self.scope = library.client_scope(self.client)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.client_close(self.client, 0)
        self.library.handle_close(self.scope)
        self.library.handle_close(self.client)

    def set_extra(self, value):
        """The status of an extra with this JSON text."""
        return self.library.scope_set_extra(self.scope, *sized(b"k"), *sized(value))

    def extra(self):
        return self.own()["extra"]["k"]

    def own(self):
        """What the scope holds."""
        return json.loads(self.library.text_of(self.library.scope_json, self.scope))

    def stats(self):
        return json.loads(self.library.text_of(self.library.client_stats, self.client))

    def take(self):
        """The envelopes that wait: lists of (header, payload)."""
        envelopes = []
        while True:
            handle = self.library.client_next_envelope(self.client, 0)
            if handle <= 0:
                return envelopes
            envelopes.append(read_items(self.library.text_of(self.library.envelope_text, handle)))
            self.library.envelope_done(handle, 200, None, -1)

    def message(self, text=b"m"):
        return self.library.scope_capture_message(self.scope, *sized(text), 0, 0, None, None)

    def event(self):
        """The one event that waits, and the other items beside it."""
        (items,) = self.take()
        return items[0], items[1:]


def read_items(text):
    rest = text.partition(b"\n")[2]
    items = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        length = header["length"]
        items.append((header, rest[:length]))
        rest = rest[length:].removeprefix(b"\n")
    return items
