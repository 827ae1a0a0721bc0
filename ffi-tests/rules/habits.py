"""Rules about the habits of the house: entry points, tests, state, contracts, checks."""
import re

from csource import GUARD
from rule import Finding, rule
from tree import layer_of

TESTS_MIN, CHECKS_MIN = 0.8, 10
LOCKED = re.compile(r"lock|guard|atomic|once|thread|fixed", re.I)
SAFE_TYPE = re.compile(r"_Atomic|_Thread_local|\batomic_\w+|\btsn_(?:mutex|cond|once)\b|\bpthread_\w+_t\b")


@rule(
    "entry",
    "entry points find, do and release; what is more belongs in core/client",
    {"abi/entry/a.c": "void f(void)\n{\n    tsn_mutex_lock(m);\n}\n"},
)
def entry(tree):
    for source in tree.under("abi/entry/"):
        for match in re.finditer(r"\b(tsn_(?:mutex|cond|json|once)_\w+|atomic_\w+)\(", source.code):
            text = f"{match.group(1)} in an entry point: no locks, no JSON there"
            yield Finding(source.path, source.line_at(match.start()), text)


@rule(
    "tested",
    "each source file of the core has a test file of the same name",
    {"core/base/a.c": "int x;\n"},
)
def tested(tree):
    for source in tree.modules():
        test = "ffi-tests/unit/" + source.path[len("core/") :]
        if test not in tree.files:
            yield Finding(source.path, 1, f"there is no {test}")


def is_mutable(declaration):
    """Whether it defines a variable that can change. A best effort: it knows the house page."""
    if re.match(r"typedef|extern|_Static_assert|struct \w+$|union \w+$|enum\b", declaration):
        return False
    head = declaration.split("=")[0]
    if "{" in head or ("(" in head and "(*" not in head):
        return False
    if "(*" in head and "=" not in declaration and not head.startswith("static"):
        return False
    if not re.search(r"\w\s+\**\w+(\[[^]]*\])*\s*$|\(\*", head):
        return False
    after_star = head.rsplit("*", 1)[-1] if "*" in head else head
    return re.search(r"\bconst\b", after_star) is None


@rule(
    "state",
    "name the lock or make it atomic, const or a member; a comment beside it says which",
    {"core/base/a.c": "static int counter;\n"},
)
def state(tree):
    for source in tree.under("core/", "abi/entry/"):
        for line, declaration in source.top_level():
            if source.path.endswith(".h") and not declaration.startswith("static"):
                continue
            if not is_mutable(declaration) or SAFE_TYPE.search(declaration):
                continue
            beside = "\n".join(source.lines[max(0, line - 3) : line + 1])
            if not re.search(rf"/\*[^/]*(?:{LOCKED.pattern})", beside, re.I):
                yield Finding(source.path, line, f"can change, by whom?  {declaration[:60]}")


@rule(
    "contract",
    "say purpose, owner, threads, each status and the first release (Since 1.0)",
    {"abi/include/tocsin/a.h": "TOCSIN_API int tocsin_a(void);\n"},
)
def contract(tree):
    for source in tree.under("abi/include/"):
        for match in re.finditer(r"^TOCSIN_API\b", source.text, re.M):
            paragraph = source.text[: match.start()].rsplit("\n\n", 1)[-1]
            comments = re.findall(r"/\*.*?\*/", paragraph, re.S)
            if not comments or "Since " not in comments[-1]:
                line = source.line_at(match.start())
                yield Finding(source.path, line, source.lines[line - 1].strip()[:70])


def code_lines(sources):
    return sum(1 for source in sources for line in source.code_lines if line.strip())


def test_ratio(tree):
    tests = tree.under("ffi-tests/unit/", "ffi-tests/abi/", "ffi-tests/raw/", "ffi-tests/vectors/")
    tested_code = tree.under("core/", "abi/entry/")
    return sum(len(one.lines) for one in tests) / max(1, sum(len(one.lines) for one in tested_code))


def checks_per_thousand(tree):
    sources = [source for source in tree.under("core/", "abi/entry/") if layer_of(source.path)]
    checks = sum(len(GUARD.findall(source.code)) for source in sources)
    return 1000 * checks / max(1, code_lines(sources))


@rule("test-lines", "write the missing tests", {"core/base/a.c": "int x;\n" * 10})
def test_lines(tree):
    if test_ratio(tree) < TESTS_MIN:
        text = f"{test_ratio(tree):.2f} test lines per source line, at least {TESTS_MIN}"
        yield Finding("ffi-tests/unit", 1, text)


@rule("checks", "state what must hold, guard what may fail", {"core/base/a.c": "int x;\n" * 100})
def checks(tree):
    if checks_per_thousand(tree) < CHECKS_MIN:
        text = f"{checks_per_thousand(tree):.1f} checks per 1,000 lines, at least {CHECKS_MIN}"
        yield Finding("core", 1, text)
