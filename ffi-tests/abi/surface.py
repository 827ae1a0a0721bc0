"""What the headers declare, without comments and names of parameters: what a program was compiled with."""
import re

import headers

STATEMENT = re.compile(r"(?:TOCSIN_API|typedef) [^;{}]*;|^#define TOCSIN_\w+[ \t]+-?\d+", re.M)
FUNCTION = re.compile(r"(.+?) ?(\w+)\((.*)\)$")
TYPE = re.compile(r"typedef (?:.*?)(\w+)(?:\)\(.*)?$")


class Surface:
    """Functions, types and constants by name, each as one line of C."""

    def __init__(self, text):
        self.functions, self.types, self.constants = {}, {}, {}
        for statement in STATEMENT.findall(headers.without_comments(text)):
            self.add(" ".join(statement.rstrip(";").split()))

    def add(self, line):
        if line.startswith("#define"):
            _, name, number = line.split()
            self.constants[name] = number
        elif line.startswith("typedef"):
            self.types[TYPE.match(line).group(1)] = line
        else:
            line = line.replace("TOCSIN_API ", "")
            self.functions[FUNCTION.match(line).group(2)] = line

    def text(self):
        """C that a compiler reads, and this class too."""
        lines = [f"{line};" for line in self.types.values()]
        lines += [f"#define {name} {number}" for name, number in self.constants.items()]
        lines += [f"TOCSIN_API {line};" for line in self.functions.values()]
        return "\n".join(lines) + "\n"


def declared():
    """That of abi/include, types first."""
    paths = [path for path in headers.paths() if not {path.name, path.parent.name} & (headers.FOR_C_ALONE | {"unstable"})]
    return Surface("\n".join(path.read_text() for path in sorted(paths, key=lambda one: (one.name != "types.h", one))))


def signature(line):
    """A function's types; a parameter may be called anything."""
    result, _, parameters = FUNCTION.match(line).groups()
    return result, [re.sub(r"(?<=[ *])\w+$", "", one.strip()) for one in parameters.split(",")]
