"""What the faults are tried on: a client that sends nowhere, through ctypes."""
import ctypes
import json

from abuse_handles import STATUS
from abuse_values import HOOK

OK, KEEP = STATUS["OK"], STATUS["KEEP"]


def text(value):
    data = value.encode()
    return data, len(data)


class Bench:
    """A client that sends nowhere, its scope, and a handle of each kind when it is asked for one."""

    def __init__(self, library, **hooks):
        self.call, self.hooks = library.call, {name: HOOK(hook) for name, hook in hooks.items()}
        options = self.call("options_new")
        self.call("options_set_json", options, *text('{"transport":"pull","debug":true,"queue_max_items":100000}'))
        log = self.hooks.setdefault("log", HOOK(lambda *_: KEEP))  # else lines go to standard error
        for name, hook in {**self.hooks, "log": log}.items():
            self.call("options_set_hook", options, *text(name), hook, None, None)
        self.client = self.call("client_open", options)
        self.call("handle_close", options)
        self.scope = self.call("client_scope", self.client)

    def make(self, kind):
        if kind == STATUS["KIND_OPTIONS"]:
            return self.call("options_new")
        if kind == STATUS["KIND_CLIENT"]:
            return self.call("client_open", 0)
        if kind == STATUS["KIND_SCOPE"]:
            return self.call("scope_new", self.client)
        if kind == STATUS["KIND_EVENT"]:
            return self.call("event_prepare", self.scope, STATUS["CAPTURE_EVENT"], *text("{}"), 0, None)
        self.message("an envelope")
        return self.call("client_next_envelope", self.client, 10000)

    def message(self, words):
        return self.call("scope_capture_message", self.scope, *text(words), 0, 0, None, None)

    def read(self, name, handle):
        size = self.call(name, handle, None, 0) + 1
        buffer = ctypes.create_string_buffer(size)
        self.call(name, handle, ctypes.addressof(buffer), size)
        return json.loads(buffer.value)

    def errors(self):
        return self.read("client_stats", self.client)["categories"].get("error", {})

    def close(self):
        self.call("client_close", self.client, 0)
        for handle in self.scope, self.client:
            self.call("handle_close", handle)
