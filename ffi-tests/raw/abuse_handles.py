"""Every function with every kind of wrong handle."""
import ctypes

import signatures

CTYPES = {"narrow": [ctypes.c_int32], "wide": [ctypes.c_int64], "time": [ctypes.c_int64], "rights": [ctypes.c_int64], "user": [ctypes.c_void_p],
          "text": [ctypes.c_void_p, ctypes.c_int64], "buffer": [ctypes.c_void_p, ctypes.c_int64],
          "function": [ctypes.c_void_p], "destroy": [ctypes.c_void_p], "hint": [ctypes.c_void_p],
          "event_id": [ctypes.c_void_p]}
STATUS = signatures.constants()
ERRORS = {number for name, number in STATUS.items() if name.startswith("E_")}
ANY_KIND = "int64_t"
BITS = 64


class Matrix:
    def __init__(self, library, copy, values):
        self.library, self.copy, self.values = library, copy, values
        self.closed = library.call("options_new")
        library.call("handle_close", self.closed)
        self.options = library.call("options_new")
        self.client = library.call("client_open", 0)
        self.foreign = copy.call("options_new")
        self.rows = [one for one in library.described.values() if one.parameters[:1] == ["wide"]]

    def wrong(self):
        """What is answered otherwise than the headers say."""
        found = [f"tocsin_{one.name} answers {outcome} to {what}, not {wanted}" for one in self.rows
                 for what, handle, wanted in self.handles(one)
                 for outcome in [self.answer(one, handle)] if outcome != wanted]
        found += [f"tocsin_{one.name} takes a handle with bit {bit} changed" for one in self.rows for bit in range(BITS)
                  if self.answer(one, self.flipped(bit)) not in ERRORS]
        for library, handle in (self.library, self.options), (self.library, self.client), (self.copy, self.foreign):
            library.call("handle_close", handle)
        return found

    def handles(self, function):
        """What it is, the number, and what the function answers."""
        yield "a closed handle", self.closed, STATUS["E_STALE"]
        if self.copy.call("instance_id") != self.library.call("instance_id"):  # one time in 1,024 they are the same
            yield "a foreign handle", self.foreign, STATUS["E_FOREIGN"]
        yield "a number beyond handles", 2**62 + 5, STATUS["E_STALE"]
        yield "a negative number that is no status", -123456, STATUS["E_STALE"]
        yield "an error", STATUS["E_DSN"], STATUS["E_DSN"]
        if function.name != "client_open":
            yield "0", 0, STATUS["E_STALE"]
        if function.types[0] != ANY_KIND:
            other = self.client if function.types[0] == "tocsin_options" else self.options
            yield "a handle of another kind", other, STATUS["E_KIND"]

    def flipped(self, bit):
        return ctypes.c_int64(self.options ^ 1 << bit).value

    def answer(self, function, handle):
        """The other arguments are as harmless as can be."""
        rest = [self.values.hook if kind == "function" else 1 if kind == "narrow" else 0
                for kind in function.parameters for _ in CTYPES[kind]][1:]
        return self.library.call(function.name, handle, *rest)
