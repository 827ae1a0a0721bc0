"""What a rule is: a name, what to do when it is broken, a check, and an example that breaks it."""
from typing import Callable, NamedTuple


class Finding(NamedTuple):
    path: str
    line: int
    text: str


class Rule(NamedTuple):
    name: str
    advice: str
    check: Callable  # of a Tree; yields Findings
    example: dict  # files, as in a Tree, that break it: proof that the check can fail


RULES = []


def rule(name, advice, example):
    """Marks a check and registers it."""

    def register(check):
        RULES.append(Rule(name, advice, check, example))
        return check

    return register


def body(lines):
    """An example's function of so many lines."""
    return "int f(void)\n{\n" + "    g();\n" * (lines - 3) + "}\n"
