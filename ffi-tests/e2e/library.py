"""libtocsin as a Python program without a binding sees it: ctypes, the ABI and nothing else."""
import contextlib
import ctypes
import json
import urllib.parse

OK, DROPPED, TIMEOUT = 0, 2, 4
LEVELS = {"debug": 2, "info": 3, "warning": 4, "error": 5, "fatal": 6}
FLUSH_MS = 120000
TOLD = "client_stats", "client_options", "client_last_answer"
NOTICE_SIZE = 2000
SECRET_LEN = 12  # shorter ones are words
NO_ERRORS = dict.fromkeys(("captured", "delivered", "refused429", "spooled", "queued", "in_flight"), 0) | {"discarded": {}}


def text(value):
    """The two arguments that a text takes."""
    data = value if isinstance(value, bytes) else value.encode()
    return ctypes.c_char_p(data), ctypes.c_int64(len(data))


def as_json(value):
    return text(json.dumps(value))


def handle(value):
    return ctypes.c_int64(value)


class Library:
    def __init__(self, path):
        self._library = ctypes.CDLL(str(path))

    def call(self, name, *arguments, result=ctypes.c_int64):
        """Calls tocsin_NAME; a negative outcome is an exception that names the status."""
        function = getattr(self._library, f"tocsin_{name}")
        function.restype = result
        outcome = function(*arguments)
        if outcome < 0:
            raise RuntimeError(f"tocsin_{name}: {self.status_text(outcome)} ({outcome})")
        return outcome

    def status(self, name, *arguments):
        return self.call(name, *arguments, result=ctypes.c_int32)

    def read(self, name, *arguments):
        """Text out: asks for the length first, and again where another thread has made it longer since."""
        need, buffer = self.call(name, *arguments, None, handle(0)), None
        while buffer is None or need >= len(buffer):
            buffer = ctypes.create_string_buffer(need + 1)
            need = self.call(name, *arguments, buffer, handle(need + 1))
        return buffer.value.decode()

    def status_text(self, status):
        function = self._library.tocsin_status_text
        function.restype = ctypes.c_int64
        buffer = ctypes.create_string_buffer(200)
        function(ctypes.c_int32(status), buffer, handle(200))
        return buffer.value.decode()

    @contextlib.contextmanager
    def client(self, **options):
        """An open client; closed, and all its handles with it, when the block ends."""
        made = self.call("options_new")
        try:
            self.status("options_set_json", handle(made), *as_json(options))
            opened = Client(self, self.call("client_open", handle(made)))
        except RuntimeError as problem:
            raise RuntimeError(f"{problem}: {self.read('options_problem', handle(made))}") from None
        finally:
            self.status("handle_close", handle(made))
        try:
            yield opened
        finally:
            self.status("client_close", handle(opened.number), handle(1000))
            opened.expect_silence(options.get("dsn"))
            for number in opened.handles:
                self.status("handle_close", handle(number))


class Client:
    def __init__(self, library, number):
        self.library, self.number, self.handles = library, number, [number]

    def expect_silence(self, dsn):
        """SEC-2: nothing that it says has a part of the DSN that only the server is to know."""
        parts = urllib.parse.urlsplit(dsn or "")
        said = [self.library.read(name, handle(self.number)) for name in TOLD] + list(self.notices())
        for secret in parts.username or "", parts.password or "":
            assert len(secret) < SECRET_LEN or not [one for one in said if secret in one], said

    def notices(self):
        """What it has said and nobody has heard."""
        buffer = ctypes.create_string_buffer(NOTICE_SIZE)
        while self.library.call("client_next_notice", handle(self.number), buffer, handle(NOTICE_SIZE)) > 0:
            yield buffer.value.decode(errors="replace")

    def _scope(self, name, number):
        made = self.library.call(name, handle(number))
        self.handles.append(made)
        return Scope(self, made)

    def scope(self):
        return self._scope("client_scope", self.number)

    def global_scope(self):
        return self._scope("client_global_scope", self.number)

    def detached(self):
        return self._scope("scope_new", self.number)

    def flush(self):
        assert self.library.status("client_flush", handle(self.number), handle(FLUSH_MS)) == OK, "flush"

    def stats(self):
        return json.loads(self.library.read("client_stats", handle(self.number)))

    def errors(self):
        """The counts of the category of events, which is there from the first of them on."""
        return self.stats()["categories"].get("error", NO_ERRORS)


class Scope:
    def __init__(self, client, number):
        self.client, self.library, self.number = client, client.library, number

    def fork(self):
        return self.client._scope("scope_fork", self.number)

    def isolation(self):
        return self.client._scope("scope_isolation", self.number)

    def tag(self, key, value):
        self.library.status("scope_set_tag", handle(self.number), *text(key), *text(value))

    def user(self, value):
        self.library.status("scope_set_user", handle(self.number), *as_json(value))

    def crumb(self, value):
        self.library.status("scope_add_breadcrumb", handle(self.number), *as_json(value), None)

    def update(self, value):
        self.library.status("scope_update", handle(self.number), *as_json(value))

    def message(self, words, level="info", overlay=None):
        """(status, event id)"""
        return self._capture("message", *text(words), ctypes.c_int32(LEVELS[level]), overlay=overlay)

    def exception(self, value, overlay=None):
        return self._capture("exception", *as_json(value), overlay=overlay)

    def event(self, value, overlay=None):
        return self._capture("event", *as_json(value), overlay=overlay)

    def _capture(self, what, *arguments, overlay):
        event_id = ctypes.create_string_buffer(33)
        over = handle(overlay.number if overlay else 0)
        status = self.library.status(f"scope_capture_{what}", handle(self.number), *arguments, over,
                                     None, event_id)
        return status, event_id.value.decode()
