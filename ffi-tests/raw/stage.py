"""A client that hands out its envelopes, with the scopes that cases and vectors begin with."""
import json

import signatures

CONSTANTS = signatures.constants()
HANDLES = {"options", "client", "scope", "event", "envelope"}
KINDS = range(1, 7)


class Refused(Exception):
    pass


class Stage:
    """`open` names handles; all are closed at the end, and none may be left in the process then."""

    def __init__(self, caller):
        self.caller = caller
        self.open = {}
        self.envelopes = []

    def made(self, name, *values):
        outcome = self.caller.call(name, *values)
        if outcome.number < 0:
            raise Refused(f"tocsin_{name} gives {outcome.number}")
        return outcome.number

    def raise_curtain(self, options, hooks=()):
        made = self.made("options_new")
        all_of_them = {**options, "transport": "pull", "host_contexts": False}
        self.made("options_set_json", made, json.dumps(all_of_them))
        for name, user in hooks:
            self.made("options_set_hook", made, name, "ask", user)
        self.open["client"] = client = self.made("client_open", made)
        self.made("handle_close", made)
        self.open["global"] = self.made("client_global_scope", client)
        self.open["iso"] = self.made("scope_new_isolation", client)
        self.open["cur"] = self.made("scope_new_current", self.open["iso"])

    def take_envelopes(self):
        while True:
            envelope = self.caller.call("client_next_envelope", self.open["client"], 0).number
            if envelope in (0, CONSTANTS["E_CLOSED"]):
                return
            self.envelopes.append(self.caller.call("envelope_text", envelope).text)
            self.made("envelope_done", envelope, 200, None)

    def finish(self):
        """What was lost is reported with a flush."""
        self.take_envelopes()
        self.made("client_flush", self.open["client"], 0)
        self.take_envelopes()
        self.made("client_close", self.open["client"], 0)

    def lower_curtain(self):
        for handle in self.open.values():
            self.caller.call("handle_close", handle)
        for kind in KINDS:
            left = self.caller.call("handle_count", kind).number
            if left:
                raise Refused(f"{left} handles of kind {kind} are left open")
