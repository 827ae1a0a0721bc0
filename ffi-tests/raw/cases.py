"""Plays the cases of cases/*.json; README.md says what they may hold."""
import collections
import json
import pathlib
import re
import sys

import values
from caller import Outcome
from signatures import functions  # noqa: F401
from stage import CONSTANTS, HANDLES, Refused, Stage  # noqa: F401

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "vectors"))

import envelopes  # noqa: E402

IMPLIED = {"buffer", "event_id", "hint", "destroy"}
EVENT_ID = re.compile(r"[0-9a-f]{32}")


def wrong_cases():
    return json.loads((HERE / "wrong-cases.json").read_text())


class NotMet(Exception):
    pass


def all_cases():
    return [case for path in sorted((HERE / "cases").glob("*.json")) for case in json.loads(path.read_text())]


class Play:
    """One case from its fresh client to the events that came of it."""

    def __init__(self, case, caller):
        self.case, self.caller, self.stage = case, caller, Stage(caller)
        self.known = self.stage.open
        self.extra = {}
        caller.player.hooks = {int(user): lambda event, hook=hook: self.hook(event, hook)
                               for user, hook in case.get("hooks", {}).items()}

    def play(self):
        if "options" in self.case:
            self.stage.raise_curtain(self.case["options"], [(name, int(user)) for name, user in
                                                            self.case.get("client_hooks", {}).items()])
        for step in self.case["steps"]:
            self.step(step)
        if "client" in self.known:
            self.finish()
        self.stage.lower_curtain()

    def finish(self):
        self.stage.finish()
        events, _ = envelopes.collect(self.stage.envelopes)
        if "events" in self.case:
            self.compare("events", self.case["events"], [event for event, _ in events])
        if "workers" in self.case:
            self.compare_workers([event for event, _ in events], *self.case["workers"])

    def hook(self, event, hook):
        before = self.known.get("event")
        self.known["event"] = event
        for step in hook["steps"]:
            self.step(step)
        self.known.pop("event")
        if before is not None:
            self.known["event"] = before
        return hook.get("answer", 0)

    def step(self, step):
        for _ in range(step.get("times", 1)):
            outcome = self.do(step) if "do" in step else self.call(step)
            try:
                self.judge(step, outcome)
            except NotMet as difference:
                raise NotMet(f"{json.dumps(step)[:300]}\n  {difference}") from None

    def call(self, step):
        function = self.caller.functions[step["call"]]
        given = [kind for kind in function.parameters if kind not in IMPLIED]
        words = [values.argument(kind, value, self.known) for kind, value in zip(given, step.get("with", []))]
        return self.caller.call(step["call"], *words, **({"cap": step["cap"]} if "cap" in step else {}))

    def do(self, step):
        """What a program does by itself: `threads` COUNT ROUNDS SCOPE, `filter` SOURCE SCOPE JSON."""
        words = [step["do"]]
        for value in step["with"]:
            if isinstance(value, dict):
                words.append(values.text_of(value).encode().hex())
            else:
                words.append(str(values.number_of(value, self.known)))
        number, *event_id = self.caller.player.ask(" ".join(words))
        return Outcome(int(number), None, event_id[0] if event_id else "")

    def judge(self, step, outcome):
        self.judge_number(step, outcome.number)
        text = outcome.text.decode() if outcome.text is not None else ""
        if "text" in step:
            self.compare("text", step["text"], text)
        for part in step.get("has", []):
            if part not in text:
                raise NotMet(f"not in the text: {part!r}; it is {text[:300]!r}")
        if "json" in step:
            self.compare("json", step["json"], json.loads(text))
        if "id" in step and bool(EVENT_ID.fullmatch(outcome.event_id)) != step["id"]:
            raise NotMet(f"event id {outcome.event_id!r}")

    def judge_number(self, step, number):
        if "as" in step:
            if number <= 0:
                raise NotMet(f"expected a handle, got {number}")
            self.known[step["as"]] = number
        elif "is" in step:
            wanted = CONSTANTS.get(step["is"], step["is"])
            if number != wanted:
                raise NotMet(f"expected {step['is']}, got {number}")
        elif "call" in step:
            returns = self.caller.functions[step["call"]].returns
            if number < 0 or (returns == "tocsin_status" and number != 0):
                raise NotMet(f"expected success, got {number}")
            if returns.removeprefix("tocsin_") in HANDLES:
                raise NotMet("the case says not what becomes of a handle")

    @staticmethod
    def compare(what, wanted, got):
        found = values.lacks(wanted, got)
        if found:
            raise NotMet("\n  ".join(what + one for one in found))

    @staticmethod
    def compare_workers(events, count, rounds):
        """Each worker's events have its tag and no other's."""
        said = collections.Counter((event["logentry"]["formatted"], event["tags"]["worker"]) for event in events)
        wanted = collections.Counter((f"worker {worker} round {turn}", str(worker))
                                     for worker in range(count) for turn in range(rounds))
        if said != wanted:
            raise NotMet(f"events of threads: too many {said - wanted}, too few {wanted - said}")
