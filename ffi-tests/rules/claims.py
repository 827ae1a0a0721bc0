"""Rules about what is claimed of tests: each fault of the catalogue has its case, each promise of the page its tests."""
import re

from rule import Finding, rule

CATALOGUE, PAGE = "ffi-tests/catalogue.txt", "docs/reliability.md"
MAP, STORM = "abi/tocsin.map", "ffi-tests/abuse/storm"
COUNTS = {
    "HND": 10, "BND": 4, "UTF": 2, "JSN": 4, "LIM": 1, "OPT": 1, "DSN": 1, "FUZ": 1, "OOM": 3, "IO": 3, "NET": 12, "RL": 1,
    "KIL": 2, "PWR": 1, "FRK": 2, "EXE": 1, "EXI": 1, "DLO": 1, "SIG": 1, "SPL": 5, "CLK": 1, "OVL": 7, "SEC": 11, "SUP": 2,
}
IDS = {f"{name}-{number}" for name, count in COUNTS.items() for number in range(1, count + 1)}
QUOTED = re.compile(r'"([^"]+)"')
CODE = re.compile(r"`([^`\s]+)`")
UNIT = re.compile(r"[a-z]+/[a-z0-9_]+")
CASE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+){3,}")


def plain(text):
    """A title may go over two lines of source."""
    return re.sub(r'"\s*\n\s*f?"', "", text)


@rule(
    "catalogue",
    "name the file and words of the case, or take the line out",
    {CATALOGUE: "HND-1 | ffi-tests/nowhere.c | a case\n"},
)
def catalogue(tree):
    seen = set()
    for number, line in enumerate(tree.files.get(CATALOGUE, "").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        name, path, words = (part.strip() for part in f"{line} ||".split("|")[:3])
        seen.add(name)
        if name not in IDS:
            yield Finding(CATALOGUE, number, f"no such id: {name}")
        if path == "-" and words:
            continue
        if path not in tree.files:
            yield Finding(CATALOGUE, number, f"no such file: {path}")
        elif words not in plain(tree.files[path]):
            yield Finding(CATALOGUE, number, f"not in {path}: {words}")
    for name in sorted(IDS - seen):
        yield Finding(CATALOGUE, 1, f"nothing for {name}")


@rule(
    "storm",
    "let the storm of HND-6 call it: a row of ffi-tests/abuse/storm_calls.c",
    {MAP: "TOCSIN_1.0 {\nglobal:\n    tocsin_calm;\n};\n", "ffi-tests/abuse/storm_calls.c": "/* tocsin_calm */\n"},
)
def storm(tree):
    named = set(re.findall(r"\btocsin_\w+", "\n".join(source.code for source in tree.under(STORM))))
    is_promised = False
    for number, line in enumerate(tree.files.get(MAP, "").split("\n"), 1):
        if line.endswith("{"):
            is_promised = line.startswith("TOCSIN_1")
        function = re.fullmatch(r"\s+(tocsin_\w+);", line)
        if is_promised and function and function[1] not in named:
            yield Finding(MAP, number, f"not in the storm: {function[1]}")


def tests_of(tree):
    """The text of all test files of a suite that the page names by file or title."""
    folders = ("ffi-tests/unit/", "ffi-tests/faults/", "ffi-tests/input/", "ffi-tests/abuse/", "ffi-tests/scarce/",
               "ffi-tests/process/", "ffi-tests/torture/", "ffi-tests/laws/", "bindings/ruby/test/", "bindings/lua/test/",
               "bindings/go/")
    return "\n".join(plain(text) for path, text in tree.files.items() if path.startswith(folders))


@rule(
    "promises",
    "name a test that there is: folder/file of ffi-tests/unit, a case of it, or words of a title in quotes",
    {PAGE: "| a promise | `io/nowhere` |\n"},
)
def promises(tree):
    tests = tests_of(tree)
    for number, line in enumerate(tree.files.get(PAGE, "").split("\n"), 1):
        if not line.startswith("|") or line.startswith("| ---"):
            continue
        column = line.rstrip("| ").rsplit(" | ", 1)[-1]
        for word in CODE.findall(column):
            if UNIT.fullmatch(word) and f"ffi-tests/unit/{word}.c" not in tree.files:
                yield Finding(PAGE, number, f"no such file of unit tests: {word}")
            if CASE.fullmatch(word) and word not in tests:
                yield Finding(PAGE, number, f"no such case: {word}")
        for title in QUOTED.findall(column):
            for words in title.split("…"):
                if words.strip() not in tests:
                    yield Finding(PAGE, number, f"no such title: {words.strip()}")
