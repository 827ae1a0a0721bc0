"""The few questions that all cases ask, and where the build is."""
import os
import sys
from pathlib import Path

import headers

BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TOCSIN_BUILD", headers.TOP / "build"))
LIBRARY = (BUILD / "libtocsin.so").absolute()


def nothing_but(unwanted, what):
    assert not unwanted, f"{what}: {', '.join(map(str, unwanted))}"


def same(left, right, left_name, right_name):
    nothing_but(sorted(set(left) - set(right)), f"in {left_name} alone")
    nothing_but(sorted(set(right) - set(left)), f"in {right_name} alone")


def cases_of(module):
    """The functions of a module that are called test_…, with their names as sentences."""
    for name, function in vars(module).items():
        if name.startswith("test_"):
            yield name[len("test_"):].replace("_", " "), function
    yield from getattr(module, "more_cases", list)()
