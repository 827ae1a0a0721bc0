"""Arguments for abuse: some right, some wrong, some nonsense. Pointers are always good for the length beside them."""
import ctypes
import json
import threading

POOL = 300
EDGES = [0, 1, -1, 2, 7, 255, 2**31 - 1, -2**31]
WORDS = [0, 1, -1, -2, -20, -99, -12345, 2**53, 2**63 - 1, -2**63, 1 << 52]
SIZES = [0, 1, 2, 3, 16, 33, 200, 5000]
TEXTS = [
    b"", b"a", b"tag.key", b"no key", b"k" * 201, b"message", b"\xff\xfe", b"a\0b", b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80", b"true", b"false", b"1", b"-1", b"0.5", b"null", b"[]", b"{}", b"[1,2", b"{\"a\":",
    b"\"text\"", b"[" * 200, b"NaN", b"pull", b"http", b"before_send", b"before_breadcrumb", b"event_processor",
    b"error_sampler", b"log", b"http://key@127.0.0.1:9/1", b"https://h/p?q=1", b"ratelimit_backoff", b"sample_rate",
    b"TOCSIN_E_STALE", b"pull_transport", b"Retry-After: 1", b"X-Sentry-Rate-Limits: 60:error:key", b"e" * 5000,
    b"{\"a\":\"" + b"x" * 60000 + b"\"}",
]
OBJECTS = [
    {"message": "m"}, {"message": "m", "level": "error", "tags": {"a": "b"}}, {"type": "transaction"},
    {"event_id": "0" * 32, "extra": {"n": 2**70}}, {"exception": {"values": [{"type": "T", "value": "\ud800"}]}},
    {"type": "E", "value": "v", "stacktrace": {"frames": [{"function": "f", "lineno": 1}]}},
    {"values": [{"type": "T"}]}, {"category": "c", "message": "crumb", "data": {"k": []}}, {"id": "7", "email": "a@b"},
    {"method": "GET", "url": "http://h/", "headers": {"Cookie": "x"}}, {"filename": "f.txt"},
    {"filename": "f", "path": "/dev/null"}, {"path": "nowhere"}, {"platform": "other", "sdk": {"name": "x"}},
    {"tags": {"a": None}, "extra": {"e": 1}, "level": "debug"}, {"nonsense": 1}, ["a", "{{ default }}"],
    {"a": "1", "b": "2"}, {"transport": "pull", "hooks": "pull"}, {"transport": "pull", "max_breadcrumbs": 2},
    {"queue_max_items": 1}, {"events": 3, "window_ms": 10}, {"bytes": 100, "handles": 2},
    {"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1", "baggage": "sentry-release=1"},
]
ACTIVE = [b'{"transport":"pull"}', b'{"transport":"pull","hooks":"pull","hook_timeout":100}',
          b'{"dsn":"http://key@127.0.0.1:9/1"}', b'{"transport":"pull","queue_max_items":5,"sample_rate":0.5}']
HOOKS = [b"before_send", b"before_breadcrumb", b"event_processor", b"error_sampler", b"log"]
KINDS = range(1, 7)
KIND_OF = {"tocsin_options": 1, "tocsin_client": 2, "tocsin_scope": 3, "tocsin_event": 4, "tocsin_envelope": 6}
CLOSE = 64
NOT_TO_SET = {"debug"}  # would flood the terminal

HOOK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
DESTROY = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
C = ctypes.CDLL(None)
C.malloc.restype, C.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]


def exactly(data):
    """Memory of that size and no byte more, so that reading behind it is seen."""
    address = C.malloc(max(len(data), 1))
    ctypes.memmove(address, data, len(data))
    return address, len(data)


class Values:
    def __init__(self, library, dice):
        self.library = library
        objects = [json.dumps(one).encode() for one in OBJECTS]
        texts = TEXTS + self.option_keys() + 8 * objects
        texts += [self.damaged(dice.choice(texts), dice) for _ in range(100)]
        self.texts = [exactly(text) for text in texts]
        self.ended = [exactly(text + b"\0") for text in texts]
        self.buffers = {size: C.malloc(size) for size in SIZES}
        self.pools, self.kept = {kind: [] for kind in KINDS}, 0
        self.hooked = self.owned = self.destroyed = 0
        self.inside, self.reenter = threading.local(), None
        self.dice = dice
        self.hook, self.destroy = HOOK(self.run_hook), DESTROY(self.run_destroy)
        self.makers = {"narrow": self.narrow, "time": self.time, "rights": self.rights, "user": self.user, "text": self.text,
                       "buffer": self.buffer, "hint": self.hint, "event_id": self.event_id,
                       "function": self.function, "destroy": self.destroyer}

    def option_keys(self):
        client = self.library.call("client_open", 0)
        buffer = ctypes.create_string_buffer(16384)
        self.library.call("client_options", client, ctypes.addressof(buffer), 16384)
        self.library.call("handle_close", client)
        return [key.encode() for key in json.loads(buffer.value) if key not in NOT_TO_SET]

    @staticmethod
    def damaged(text, dice):
        data = bytearray(text or b"x")
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(1, 256)
        return bytes(data)

    def keep(self, handle, dice):
        """A full pool closes one for each that comes. What the other thread took back meanwhile is none."""
        kind = self.library.call("handle_kind", handle)
        if kind < 0:
            return
        self.kept += 1
        pool = self.pools[kind]
        if len(pool) < POOL:
            pool.append(handle)
            return
        place = int(dice.random() * POOL)
        old, pool[place] = pool[place], handle
        self.library.call("handle_close", old)

    def new_client(self, dice):
        """Chance alone would hardly ever open one that is active, and calls hooks."""
        options = self.library.call("options_new")
        self.library.call("options_set_json", options, *exactly(dice.choice(ACTIVE)))
        for name in HOOKS:
            self.library.call("options_set_hook", options, name, len(name), self.hook, 0, None)
        client = self.library.call("client_open", options)
        self.library.call("handle_close", options)
        self.keep(client, dice)
        for name in ("client_scope", "client_global_scope", "scope_new_isolation", "scope_new"):
            self.keep(self.library.call(name, client), dice)

    def arguments(self, function, dice):
        types = iter(function.types)
        return [one for kind in function.parameters
                for one in (self.wide(next(types), dice) if kind == "wide" else self.makers[kind](dice))]

    def wide(self, c_type, dice):
        """Mostly a handle of the right kind, which somebody may have closed."""
        chance = dice.random()
        if chance < 0.95:
            kind = KIND_OF.get(c_type) if chance < 0.9 else None
            pool = self.pools[kind or int(dice.random() * 6) + 1]
            if pool:
                handle = pool[int(dice.random() * len(pool))]
                return [handle if chance < 0.94 else handle ^ 1 << int(dice.random() * 62)]
        return [dice.choice(WORDS) if chance < 0.98 else dice.getrandbits(53)]

    @staticmethod
    def narrow(dice):
        return [int(dice.random() * 7) if dice.random() < 0.8 else dice.choice(EDGES)]

    @staticmethod
    def time(dice):
        return [0 if dice.random() < 0.99 else 1]

    @staticmethod
    def rights(dice):
        """CLOSE among them, so that what is left at the end can be closed."""
        return [dice.getrandbits(9) | CLOSE if dice.random() < 0.9 else dice.choice((-1, 512, 2**62, -2**63))]

    @staticmethod
    def user(_dice):
        return [0x7]

    def text(self, dice):
        chance = dice.random()
        if chance < 0.8:
            return self.texts[int(dice.random() * len(self.texts))]
        if chance < 0.9:
            return self.ended[int(dice.random() * len(self.ended))][0], -1
        if chance < 0.95:
            address, length = dice.choice(self.texts)
            return address, int(dice.random() * (length + 1))
        return None, dice.choice((-1, -5, 0, 0, 5, 2**62))

    def buffer(self, dice):
        """Threads write into the same ones: nobody reads them."""
        size = dice.choice(SIZES)
        return (self.buffers[size], size) if size else (None, dice.choice((0, -1)))

    @staticmethod
    def hint(_dice):
        return [None]

    def event_id(self, dice):
        return [None if dice.random() < 0.3 else self.buffers[33]]

    def function(self, dice):
        return [self.hook if dice.random() < 0.5 else None]

    def destroyer(self, dice):
        if dice.random() < 0.5:
            return [None]
        self.owned += 1
        return [self.destroy]

    def run_hook(self, _event, _hint, _user):
        """Now and then it calls the library again."""
        self.hooked += 1
        if not getattr(self.inside, "hook", False) and self.dice.random() < 0.2:
            self.inside.hook = True
            self.reenter(self.dice)
            self.inside.hook = False
        return self.dice.choice((0, 0, 0, 1, -1, 500000))

    def run_destroy(self, _user):
        self.destroyed += 1
