"""What cases are: a title, a function that raises where something is not so."""
import os

CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function

    return add


def is_nightly():
    return os.environ.get("TSN_NIGHTLY") == "1"


def same(got, want, where=""):
    if got != want:
        raise AssertionError(f"{where}: {shortly(got)} instead of {shortly(want)}")


def shortly(value):
    text = repr(value)
    return text if len(text) < 200 else f"{text[:90]} ... {text[-90:]} ({len(text)})"
