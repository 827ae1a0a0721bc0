"""C text as the rules see it: without comments and literals, cut into functions."""
import bisect
import re
from typing import NamedTuple

TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|^[ \t]*\#[ \t]*include[^\n]*",
    re.S | re.M,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)
CONTROL = re.compile(r"^(?:\}? ?else|if|for|while|do|switch)\b|^[A-Z][A-Z0-9_]*\(")
BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")
GUARD = re.compile(
    r"\bTSN_(?:ASSERT|DEBUG_ASSERT|CHECK|TRY)\(|_Static_assert\("
    r"|\bif \([^;{}]*\) (?:\{\s*)?(?:return|goto done|continue|break)\b"
)


class Function(NamedTuple):
    name: str
    line: int
    lines: int
    depth: int  # braces of control statements, one in another
    deepest: int  # the line where that is
    paths: int  # ways through it: one, and one more for each branch


class Include(NamedTuple):
    line: int
    is_local: bool
    path: str


def blank(text, keeps_comments=False):
    """Comments and literals as blanks, so that lines and columns stay where they are."""

    def hide(match):
        part = match.group(0)
        if part.lstrip(" \t").startswith("#") or (keeps_comments and part[:2] in ("/*", "//")):
            return part
        if part[0] in "\"'":
            return part[0] + " " * (len(part) - 2) + part[0]
        return re.sub(r"[^\n]", " ", part)

    return TOKEN.sub(hide, text)


class Source:
    """One C file."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
        self.code = blank(text)
        self.code_lines = self.code.split("\n")
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def line_at(self, offset):
        return bisect.bisect_right(self._starts, offset)

    def includes(self):
        for match in INCLUDE.finditer(self.code):
            yield Include(self.line_at(match.start(1)), match.group(1) == '"', match.group(2))

    def without_directives(self):
        """The code with preprocessor lines blanked, continued ones too."""
        return re.sub(
            r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
            lambda match: re.sub(r"[^\n]", " ", match.group(0)),
            self.code,
            flags=re.M,
        )

    def functions(self):
        """Bodies that start with a brace in the first column."""
        code = self.without_directives()
        for match in re.finditer(r"^\{\n(.*?)^\}", code, re.S | re.M):
            head = re.split(r"[;}]|\n[ \t]*\n", code[: match.start()])[-1]
            name = re.search(r"(\w+)\s*\(", head)
            if name is None:
                continue
            start = match.start() - len(head.lstrip())
            body_line = self.line_at(match.start(1))
            depth, at = nesting(match.group(1))
            first, last = self.line_at(start), self.line_at(match.end() - 1)
            title = name.group(1)
            if title.isupper():  # a macro that begins a test case: its argument names it
                title = re.search(r"\(\s*(\w*)", head).group(1) or title
            paths = 1 + len(BRANCH.findall(match.group(1)))
            yield Function(title, first, last - first + 1, depth, body_line + at, paths)

    def top_level(self):
        """(line, text) of each declaration outside functions and types, in one line."""
        depth, start = 0, 0
        code = self.without_directives()
        for match in re.finditer(r"[{};]", code):
            if match.group(0) == "{":
                depth += 1
            elif match.group(0) == "}":
                depth -= 1
                if depth == 0 and code[match.start() - 1 : match.start()] == "\n":
                    tail = code[match.end() : match.end() + 200]
                    if re.match(r"\s*(?:\n|$)", tail):
                        start = match.end()
            elif depth == 0:
                piece = code[start : match.start()]
                line = self.line_at(start + len(piece) - len(piece.lstrip()))
                yield line, " ".join(piece.split())
                start = match.end()

    def count(self, pattern):
        return len(re.findall(pattern, self.code))


def nesting(body):
    """How deep control statements with braces stand in each other, and in which line of `body`."""
    stack, deepest, at, start = [], 0, 0, 0
    parens = 0
    for match in re.finditer(r"[{};()]", body):
        mark = match.group(0)
        if mark in "()":
            parens += 1 if mark == "(" else -1
            continue
        if mark == "{":
            statement = body[start : match.start()].strip()
            statement = re.sub(r"^(?:case\b[^:]*|default|\w+)\s*:\s*", "", statement)
            stack.append(parens == 0 and CONTROL.match(statement) is not None)
            if sum(stack) > deepest:
                deepest, at = sum(stack), body.count("\n", 0, match.start())
        elif mark == "}":
            if stack:
                stack.pop()
        elif parens > 0:
            continue
        start = match.end()
    return deepest, at
