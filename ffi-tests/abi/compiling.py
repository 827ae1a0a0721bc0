"""Each header by itself, and twice, in each language that may include it, by each compiler there is."""
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import headers

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wstrict-prototypes -Werror".split()
STANDARDS = ["c99", "c11", "c17", "c++17"]


def compilers(standard):
    """Names, at least one; that of the environment first."""
    plus = "++" in standard
    named = os.environ.get("CXX", "c++") if plus else os.environ.get("CC", "cc")
    others = ["g++", "clang++"] if plus else ["gcc", "clang"]
    real = {os.path.realpath(shutil.which(one)): one for one in [*others, named] if shutil.which(one)}
    return sorted(real.values())


def compile_twice(header, standard, compiler):
    """What the compiler says, or nothing."""
    plus = "++" in standard
    flags = [flag for flag in WARNINGS if not (plus and flag == "-Wstrict-prototypes")]
    source = f"#include <{header}>\n#include <{header}>\nextern int something;\n"
    command = [compiler, f"-std={standard}", *flags, "-I", headers.INCLUDE, "-fsyntax-only",
               "-x", "c++" if plus else "c", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    return "\n".join(done.stderr.splitlines()[:6]) if done.returncode else ""


@lru_cache(None)
def outcomes():
    """Everything at once, on all processors: {(header, standard, compiler): what was said}."""
    asked = [(headers.include_name(path), standard, compiler) for path in headers.paths()
             for standard in STANDARDS for compiler in compilers(standard)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(asked, pool.map(lambda one: compile_twice(*one), asked)))


def is_clean(key):
    assert not outcomes()[key], outcomes()[key]


def test_a_header_with_a_flaw_does_not_compile():
    assert compile_twice("tocsin/no_such_thing.h", "c99", compilers("c99")[0])


def more_cases():
    for key in outcomes():
        yield "{} compiles alone and twice as {} by {}".format(*key), lambda key=key: is_clean(key)
