"""Rules of size: files, functions, includes, columns."""
from rule import Finding, body, rule

C_LINES, H_LINES, FUNCTION_LINES, DEPTH, PATHS, INCLUDES, COLUMNS = 400, 250, 80, 3, 15, 10, 100
CODE = ("core/", "abi/", "bindings/shell/", "ffi-tests/", "docs/examples/")


@rule("length", "split it: a file that outgrows its budget is two files", {"core/base/a.c": "\n" * 401})
def length(tree):
    for source in tree.under(*CODE):
        limit = C_LINES if source.path.endswith(".c") else H_LINES
        if len(source.lines) > limit:
            yield Finding(source.path, limit + 1, f"{len(source.lines)} lines, {limit} are allowed")


@rule("function", "take a step out of it and give the step a name", {"core/base/a.c": body(81)})
def function(tree):
    for source in tree.under(*CODE):
        for one in source.functions():
            if one.lines > FUNCTION_LINES:
                text = f"{one.name} has {one.lines} lines, {FUNCTION_LINES} are allowed"
                yield Finding(source.path, one.line, text)


@rule(
    "nesting",
    "return early, or take the inner loop out",
    {"core/base/a.c": "int f(void)\n{\n" + "if (1) {\n" * 4 + "g();\n" + "}\n" * 4 + "}\n"},
)
def nesting(tree):
    for source in tree.under(*CODE):
        for one in source.functions():
            if one.depth > DEPTH:
                text = f"{one.name} nests {one.depth} deep, {DEPTH} are allowed"
                yield Finding(source.path, one.deepest, text)


@rule(
    "complexity",
    "make a table of it, or take a decision out",
    {"core/base/a.c": "int f(void)\n{\n" + "    if (g()) h();\n" * 15 + "}\n"},
)
def complexity(tree):
    for source in tree.under("core/", "abi/"):
        for one in source.functions():
            if one.paths > PATHS:
                text = f"{one.name} has {one.paths} branches, {PATHS} are allowed"
                yield Finding(source.path, one.line, text)


@rule(
    "includes",
    "the file knows too many parts: move a task to where its parts are",
    {"core/base/a.c": "".join(f'#include "base/{i}.h"\n' for i in range(11))},
)
def includes(tree):
    for source in tree.under("core/", "abi/"):
        local = [one for one in source.includes() if one.is_local]
        if len(local) > INCLUDES:
            text = f"{len(local)} local includes, {INCLUDES} are allowed"
            yield Finding(source.path, local[INCLUDES].line, text)


@rule("columns", "wrap it: ffi-tests/rules/format --fix FILE", {"core/base/a.c": "/*" + "x" * 99 + "*/\n"})
def columns(tree):
    for source in tree.under(*CODE):
        for number, line in enumerate(source.lines, 1):
            if len(line) > COLUMNS:
                yield Finding(source.path, number, f"{len(line)} columns, {COLUMNS} are allowed")


@rule("blanks", "four spaces, none at the end of a line", {"core/base/a.c": "\tint x; \n"})
def blanks(tree):
    for source in tree.under(*CODE):
        for number, line in enumerate(source.lines, 1):
            if "\t" in line or line != line.rstrip():
                yield Finding(source.path, number, "a tab, or blanks at the end of the line")


TOP = {"core", "abi", "bindings", "ffi-tests", "docs", "CMakeLists.txt", "README.md", "LICENSE"}


@rule("top", "the top folder is full: put it where it belongs", {"packages/debian": ""})
def top(tree):
    for name in sorted({path.split("/")[0] for path in tree.files}):
        if name not in TOP and not name.startswith("."):
            yield Finding(name, 1, "is not one of " + ", ".join(sorted(TOP)))
