"""What the public headers say, read by a parser so plain that any other tool can read them too."""
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
INCLUDE = TOP / "abi" / "include"
MAP = TOP / "abi" / "tocsin.map"
FOR_C_ALONE = {"c.h"}  # inline shorthands; no binding reads it
MACHINERY = {"export.h"}  # the export mark and the C++ guards


class Prototype:
    """A function as declared, with the comment directly above it."""

    def __init__(self, header, comment, text):
        self.header = header
        self.comment = " ".join(re.sub(r"^ \*", "", comment, flags=re.M).split())
        self.text = " ".join(text.split())
        self.result, self.name = re.match(r"TOCSIN_API (.+?) ?(\w+)\(", self.text).groups()
        self.parameters = self.text[self.text.index("(") + 1 : self.text.rindex(")")]


def paths():
    return sorted(INCLUDE.rglob("*.h"))


def include_name(path):
    return path.relative_to(INCLUDE).as_posix()


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def prototypes():
    found = []
    pattern = re.compile(r"(?:/\*((?:[^*]|\*(?!/))*)\*/\n)?(TOCSIN_API [^;]*;)")
    for path in paths():
        if path.name not in MACHINERY:
            found += [Prototype(path.name, *match) for match in pattern.findall(path.read_text())]
    return found


def constants():
    """Name to number of every numeric constant."""
    found = {}
    for path in paths():
        text = without_comments(path.read_text())
        for name, number in re.findall(r"^#define (TOCSIN_\w+)[ \t]+(-?\d+)[ \t]*$", text, re.M):
            found[name] = int(number)
    return found


def not_plain(path):
    """Lines that are neither a prototype, a typedef, a numeric constant nor a guard."""
    text = without_comments(path.read_text())
    text = re.sub(r"^(TOCSIN_API|typedef) [^;{}]*;", "", text, flags=re.M)
    plain = re.compile(
        r"#(ifndef|define) TOCSIN_(\w+_)?H$|#endif$|#include <[\w/.]+>$|TOCSIN_(BEGIN|END)_DECLS$"
        r"|#define TOCSIN_\w+ +-?\d+$"
    )
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if line and not plain.match(line)]


def map_symbols(text=None):
    """Node to the names that it lists."""
    text = without_comments(MAP.read_text() if text is None else text)
    nodes = {}
    for node, body in re.findall(r"(\w[\w.]*)\s*\{(.*?)\}", text, re.S):
        listed = body.split("local:")[0].replace("global:", "")
        nodes[node] = [name.strip() for name in listed.split(";") if name.strip()]
    return nodes
