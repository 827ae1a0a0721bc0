"""Calls of the library, made by a player: a program of some language that README.md describes."""
import os
import subprocess
import threading
from typing import NamedTuple, Optional

import signatures

ANSWER_S = 60
FIRST_CAP = 4096
PREFIX = {"narrow": "i", "wide": "l", "time": "l", "rights": "l", "user": "u"}
GUARD, UNTOUCHED = 16, 0xAA


class Text(NamedTuple):
    """A pointer and a length, which need not fit each other."""
    data: Optional[bytes]
    length: int


class Outcome(NamedTuple):
    number: int
    text: Optional[bytes] = None
    event_id: Optional[str] = None


class PlayerFailed(Exception):
    pass


def text_of(value):
    if value is None:
        return Text(None, -1)
    if isinstance(value, Text):
        return value
    data = value if isinstance(value, bytes) else value.encode()
    return Text(data, len(data))


class Player:
    """The running program. `hooks` has a function for each number that a hook was registered with."""

    def __init__(self, command):
        plain = {key: value for key, value in os.environ.items() if not key.startswith("SENTRY_")}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=plain, text=True)
        self.hooks = {}

    def ask(self, line):
        """The words of the answer. A hook that runs meanwhile may ask in its turn."""
        watch = threading.Timer(ANSWER_S, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            watch.cancel()
        if not answer.endswith("\n"):
            raise PlayerFailed(f"no answer to {line[:300]}; ended with {self.end()}")
        mark, *words = answer.split()
        if mark == "?":
            event, user = (int(word) for word in words)
            return self.ask(f"! {self.hooks[user](event)}")
        if mark != "=":
            raise PlayerFailed(f"{answer[:300]!r} in answer to {line[:300]}")
        return words

    def end(self):
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        try:
            code = self.process.wait(ANSWER_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        return code


class Caller:
    def __init__(self, player):
        self.player = player
        self.functions = signatures.functions()
        self.called = set()

    def call(self, name, *values, cap=FIRST_CAP):
        """Values are given for numbers, texts, functions and users; buffers and ids are seen to. A text that did
        not fit is read again, unless it is the first `cap` bytes that the caller wants to see."""
        outcome = self.call_once(name, values, cap)
        if outcome.text is not None and outcome.number >= cap == FIRST_CAP:
            outcome = self.call_once(name, values, outcome.number + 1)
        return outcome

    def call_once(self, name, values, cap):
        function = self.functions[name]
        self.called.add(name)
        left = iter(values)
        words = [word for kind in function.parameters for word in self.words(kind, left, cap)]
        if next(left, None) is not None:
            raise TypeError(f"tocsin_{name} takes fewer arguments")
        number, *buffers = self.player.ask(" ".join(["call", f"tocsin_{name}", function.result, *words]))
        outcome = Outcome(int(number))
        filled = iter(bytes.fromhex(one) for one in buffers)
        for kind in function.parameters:
            if kind == "buffer" and cap > 0:
                outcome = outcome._replace(text=self.text_in(next(filled), outcome.number, cap))
            elif kind == "event_id":
                outcome = outcome._replace(event_id=next(filled).partition(b"\0")[0].decode())
        return outcome

    @staticmethod
    def words(kind, values, cap):
        if kind == "buffer":
            return [f"b{cap + GUARD}" if cap > 0 else "n", f"l{cap}"]
        if kind in ("event_id", "hint", "destroy"):
            return ["b33" if kind == "event_id" else "n"]
        value = next(values)
        if kind == "text":
            text = text_of(value)
            return ["n" if text.data is None else "t" + text.data.hex(), f"l{text.length}"]
        if kind == "function":
            return ["n" if value is None else {"ask": "a", "clean": "c"}[value]]
        return [PREFIX[kind] + str(value)]

    @staticmethod
    def text_in(buffer, length, cap):
        """What stands in a buffer; bytes behind it, and behind the NUL of an error, are nobody's."""
        if buffer[cap:] != bytes([UNTOUCHED]) * GUARD:
            raise PlayerFailed("the library wrote behind a buffer")
        text = buffer[:cap]
        if 0 <= length < cap:
            if text[length] != 0:
                raise PlayerFailed("a text without its NUL")
            return text[:length]
        if 0 not in text:
            raise PlayerFailed("a text that was cut has no NUL")
        return text.partition(b"\0")[0]
