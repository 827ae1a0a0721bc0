"""What abuse runs under the sanitizer. usage: abuse_calls.py LIBRARY COPY CALLS SEED"""
import ctypes
import json
import os
import random
import sys
import threading
import time

import abuse_faults
import signatures
from abuse_handles import CTYPES, Matrix
from abuse_values import KIND_OF, KINDS, Values

THREADS, EACH = 2, 100  # calls between one new client and the next
ERRORS = {number for name, number in signatures.constants().items() if name.startswith("E_")}
SUM = ("delivered", "refused429", "spooled", "queued", "in_flight")


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.described = signatures.functions()
        self.functions = {name: self.bind(one) for name, one in self.described.items()}

    def bind(self, described):
        function = self.library["tocsin_" + described.name]
        function.restype = ctypes.c_int32 if described.result == "i" else ctypes.c_int64
        function.argtypes = [one for kind in described.parameters for one in CTYPES[kind]]
        return function

    def call(self, name, *arguments):
        return self.functions[name](*arguments)


class Storm:
    """Random calls; `unexpected` has the answers that no header allows."""

    def __init__(self, library, values):
        self.library, self.values = library, values
        self.rows = [(library.functions[name], one, one.returns in KIND_OF or name == "handle_dup")
                     for name, one in library.described.items()]
        self.unexpected, self.count = [], 0

    def rage(self, calls, seed):
        dice = random.Random(seed)
        for turn in range(calls):
            if turn % EACH == 0:
                self.values.new_client(dice)
            self.one(dice)
        self.count += calls

    def one(self, dice):
        function, described, gives_handle = self.rows[int(dice.random() * len(self.rows))]
        outcome = function(*self.values.arguments(described, dice))
        if outcome < 0 and outcome not in ERRORS:
            self.unexpected.append((described.name, outcome))
        elif gives_handle and outcome > 0:
            self.values.keep(outcome, dice)


def adds_up(library, client):
    """Whether what was captured is what became of it; the client is closed before."""
    library.call("client_close", client, 0)
    buffer = ctypes.create_string_buffer(8192)
    library.call("client_stats", client, ctypes.addressof(buffer), 8192)
    return all(fates["captured"] == sum(fates[one] for one in SUM) + sum(fates["discarded"].values())
               for fates in json.loads(buffer.value)["categories"].values())


def end(library, values):
    """What is wrong when all is closed."""
    wrong = []
    clients = [one for one in values.pools[KIND_OF["tocsin_client"]] if library.call("handle_kind", one) > 0]
    wrong += [f"client {one} does not add up" for one in clients if not adds_up(library, one)]
    for pool in values.pools.values():
        for handle in pool:
            library.call("handle_close", handle)
    wrong += [f"{library.call('handle_count', kind)} handles of kind {kind} are left" for kind in KINDS
              if library.call("handle_count", kind) != 0]
    deadline = time.monotonic() + 60  # a client that nobody closed is closed by its worker
    while values.destroyed != values.owned and time.monotonic() < deadline:
        time.sleep(0.01)
    if values.destroyed != values.owned:
        wrong.append(f"{values.owned} hooks had a destroyer, {values.destroyed} were destroyed")
    return wrong


def main(path, copy, calls, seed):
    library = Library(path)
    values = Values(library, random.Random(int(seed)))
    matrix = Matrix(library, Library(copy), values)
    wrong = abuse_faults.wrong(library, matrix) + matrix.wrong()
    storm = Storm(library, values)
    values.reenter = storm.one
    threads = [threading.Thread(target=storm.rage, args=(int(calls) // THREADS, int(seed) + one))
               for one in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    wrong += [f"only {storm.count} calls were made"] * (storm.count != int(calls) // THREADS * THREADS)
    wrong += [f"tocsin_{name} answers {outcome}" for name, outcome in storm.unexpected]
    wrong += end(library, values)
    print(f"{storm.count} calls, {values.kept} handles, {values.hooked} hooks run")
    print("".join(line + "\n" for line in wrong[:50]), end="")
    print(f"{0 if wrong else 1} passed, {1 if wrong else 0} failed", flush=True)
    os._exit(1 if wrong else 0)


main(*sys.argv[1:])
