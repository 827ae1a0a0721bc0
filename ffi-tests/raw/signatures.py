"""What a caller knows of a function: the public headers, read as text."""
import pathlib
import re

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "abi/include/tocsin"
FOR_C_ALONE = {"c.h", "export.h"}
FUNCTION = re.compile(r"^TOCSIN_API (\w+)\s+tocsin_(\w+)\(([^)]*)\);", re.M)
CONSTANT = re.compile(r"^#define TOCSIN_(\w+) (-?\d+)", re.M)
NARROW = {"int32_t", "tocsin_status"}
NUMBERS = {"timeout_ms": "time", "rights": "rights"}
POINTERS = {"tocsin_hook_fn function": "function", "void *user": "user", "tocsin_destroy_fn destroy": "destroy",
            "const void *hint": "hint", "char *event_id": "event_id"}


class Function:
    """`parameters` are kinds: text and buffer stand for two C parameters each. `types` are those of the wide ones."""

    def __init__(self, returns, name, parameters):
        declared = [" ".join(one.split()) for one in parameters.split(",")]
        self.name, self.returns = name, returns
        self.result = "i" if returns in NARROW else "l"
        self.parameters = list(kinds(declared))
        self.types = [one.split()[0] for one in declared if list(kinds([one])) == ["wide"]]


def kinds(parameters):
    length = None
    for parameter in parameters:
        kind, _, name = parameter.rpartition(" ")
        if name == length:
            length = None
        elif parameter in POINTERS:
            yield POINTERS[parameter]
        elif kind == "const char" and name.startswith("*"):
            length = name[1:] + "_len"
            yield "text"
        elif parameter == "char *buf":
            length = "buf_cap"
            yield "buffer"
        elif parameter != "void":
            yield "narrow" if kind in NARROW else NUMBERS.get(name, "wide")


def headers():
    return [path.read_text() for path in sorted(INCLUDE.glob("*.h")) if path.name not in FOR_C_ALONE]


def functions():
    found = [Function(*match) for text in headers() for match in FUNCTION.findall(text)]
    return {function.name: function for function in found}


def constants():
    return {name: int(number) for text in headers() for name, number in CONSTANT.findall(text)}
