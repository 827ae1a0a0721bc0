"""The operations of the vector language (ffi-tests/vectors/README.md) as calls of the library."""
import json

from stage import CONSTANTS

UNSET_LEVEL, NO_LEVEL = 0, 99
EVENT, ERROR = CONSTANTS["PROCESSOR_EVENT"], CONSTANTS["PROCESSOR_ERROR"]
RROR = CONSTANTS["PROCESSOR_EVENT"], CONSTANTS["PROCESSOR_ERROR"]

# operation: the fields of one text that is JSON, or of texts and then one that is JSON
SET_JSON = {"set_tags": "tags", "set_user": "user", "set_request": "request", "set_origin": "origin",
            "set_fingerprint": "fingerprint", "add_breadcrumb": "crumb"}
SET_NAMED = {"set_extra": ("key", "value"), "set_context": ("key", "value"), "set_flag": ("flag", "result")}
BY_KEY = {"remove_tag", "remove_extra", "remove_context"}
PLAIN = {"clear_breadcrumbs", "new_trace", "clear"}


def as_json(value):
    return json.dumps(value, ensure_ascii=False)


def level_of(op):
    name = op.get("level")
    return UNSET_LEVEL if name is None else CONSTANTS.get("LEVEL_" + name.upper(), NO_LEVEL)


class Ops:
    """`call` calls the library, `scopes` are handles by name, `new_hook` gives the number of a list of actions."""

    def __init__(self, call, scopes, new_hook):
        self.call, self.scopes, self.new_hook = call, scopes, new_hook
        self.captures, self.stats, self.reads = [], [], []

    def status(self, op):
        name = op["op"]
        if name in SET_JSON:
            return self.call("scope_" + name, self.on(op), as_json(op[SET_JSON[name]])).number
        if name in SET_NAMED:
            key, value = SET_NAMED[name]
            return self.call("scope_" + name, self.on(op), op[key], as_json(op[value])).number
        if name in BY_KEY:
            return self.call("scope_" + name, self.on(op), op["key"]).number
        if name in PLAIN:
            return self.call("scope_" + name, self.on(op)).number
        return getattr(self, name)(op)

    def on(self, op):
        return self.scopes[op["scope"]]

    def keep(self, name, handle):
        if name is None:
            self.call("handle_close", handle)
        else:
            self.scopes[name] = handle
        return min(handle, 0)

    def fork(self, op):
        return self.keep(op.get("as"), self.call("scope_fork", self.scopes[op["from"]]).number)

    def fork_isolation(self, op):
        current = self.call("scope_fork_isolation", self.scopes[op["from"]]).number
        self.keep(op.get("isolation_as"), self.call("scope_isolation", current).number)
        return self.keep(op.get("as"), current)

    def new_current(self, op):
        return self.keep(op.get("as"), self.call("scope_new_current", self.scopes[op["isolation"]]).number)

    def new_isolation(self, op):
        return self.keep(op.get("as"), self.call("scope_new_isolation", self.scopes["client"]).number)

    def new_scope(self, op):
        return self.keep(op.get("as"), self.call("scope_new", self.scopes["client"]).number)

    def set_tag(self, op):
        if not isinstance(op["value"], (str, type(None))):
            return 0
        return self.call("scope_set_tag", self.on(op), op["key"], op["value"]).number

    def set_level(self, op):
        return self.call("scope_set_level", self.on(op), level_of(op)).number

    def set_transaction(self, op):
        return self.call("scope_set_transaction", self.on(op), op["name"], op.get("source")).number

    def add_attachment(self, op):
        return self.call("scope_add_attachment", self.on(op), op["data"], as_json({"filename": op["filename"]})).number

    def add_event_processor(self, op):
        return self.call("scope_add_processor", self.on(op), EVENT, None, "ask", self.new_hook(op["do"])).number

    def add_error_processor(self, op):
        kind = op.get("type")
        return self.call("scope_add_processor", self.on(op), ERROR, kind, "ask", self.new_hook(op["do"])).number

    def continue_trace(self, op):
        return self.call("scope_continue_trace", self.on(op), as_json(op["headers"])).number

    def merge(self, op):
        return self.call("scope_merge", self.scopes[op["into"]], self.scopes[op["from"]]).number

    def update(self, op):
        return self.call("scope_update", self.on(op), as_json(op["fields"])).number

    def capture_message(self, op):
        return self.capture(op, "message", op["message"], level_of(op))

    def capture_event(self, op):
        return self.capture(op, "event", as_json(op["event"]))

    def capture_exception(self, op):
        return self.capture(op, "exception", as_json({"type": op["type"], "value": op["value"]}))

    def capture(self, op, what, *values):
        overlay = self.overlay(op)
        outcome = self.call("scope_capture_" + what, self.on(op), *values, overlay)
        if overlay:
            self.call("handle_close", overlay)
        self.captures.append(outcome.event_id or None)
        self.stats.append(json.loads(self.call("client_stats", self.scopes["client"]).text))
        return outcome.number

    def overlay(self, op):
        """A new handle to what the capture is overlaid with; 0: nothing."""
        if "with" not in op:
            return self.call("handle_dup", self.scopes[op["overlay"]]).number if op.get("overlay") else 0
        scope, fields = self.call("scope_new", self.scopes["client"]).number, op["with"]
        for member, setter in (("tags", "scope_set_tags"), ("user", "scope_set_user"),
                               ("fingerprint", "scope_set_fingerprint")):
            if fields.get(member) is not None:
                self.call(setter, scope, as_json(fields[member]))
        for member, setter in (("extra", "scope_set_extra"), ("contexts", "scope_set_context")):
            for key, value in (fields.get(member) or {}).items():
                self.call(setter, scope, key, as_json(value))
        self.call("scope_set_level", scope, level_of(fields))
        return scope

    def get_last_event_id(self, op):
        outcome = self.call("scope_last_event_id", self.on(op))
        self.reads.append(outcome.text.decode() or None)
        return min(outcome.number, 0)
