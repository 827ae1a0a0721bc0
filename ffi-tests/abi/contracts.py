"""Headers and export map, held against each other."""
import re

import headers
from expect import nothing_but, same


def declared():
    return [prototype.name for prototype in headers.prototypes()]


def test_the_map_lists_what_the_headers_declare():
    nodes = headers.map_symbols()
    listed = [name for names in nodes.values() for name in names]
    assert len(listed) == len(set(listed)), "a name is listed twice"
    nothing_but([name for name in listed if not re.fullmatch(r"tocsin_\w+", name)], "no plain name")
    same(listed, declared(), "tocsin.map", "the headers")


def test_the_map_hides_everything_else():
    assert re.search(r"local:\s*\*;", headers.MAP.read_text()), "no 'local: *;'"


def test_every_function_is_declared_once():
    names = declared()
    assert len(names) > 60, f"only {len(names)} prototypes were found"
    nothing_but(sorted({name for name in names if names.count(name) > 1}), "declared twice")


def test_every_function_has_a_contract():
    bad = []
    for prototype in headers.prototypes():
        wanted = {"a comment": r".", "its release": r"Since \d+\.\d+\.$", "its threads": r"\b[Aa]ny thread"}
        if prototype.parameters != "void":
            wanted["its errors"] = r"TOCSIN_E_|errors|Never fails"
        if re.search(r"\*|tocsin_(?!status)\w+ ", prototype.parameters):
            wanted["who owns what"] = r"copied|borrowed|caller's|is closed"
        if re.fullmatch(r"tocsin_(?!status|length)\w+", prototype.result):
            wanted["who closes the handle"] = r"caller's"
        bad += [f"{prototype.name} lacks {what}" for what, pattern in wanted.items()
                if not re.search(pattern, prototype.comment)]
    nothing_but(bad, "contracts")


def test_every_header_begins_with_an_overview():
    paths = headers.paths()
    nothing_but([path.name for path in paths if not path.read_text().startswith("/* ")], "none in")


def test_headers_hold_only_what_any_parser_reads():
    for path in headers.paths():
        if path.name not in headers.FOR_C_ALONE | headers.MACHINERY:
            nothing_but(headers.not_plain(path), path.name)


def test_no_constant_has_two_numbers_and_no_status_two_names():
    statuses = [n for n in headers.constants().items() if n[0].startswith("TOCSIN_E_") and n[1] < 0]
    numbers = [number for _, number in statuses]
    assert len(numbers) == len(set(numbers)), "two statuses have one number"
    assert len(numbers) >= 20, f"only {len(numbers)} statuses were found"


def test_the_umbrella_includes_all_but_the_shorthands():
    included = set(re.findall(r"#include <tocsin/(.+)>", (headers.INCLUDE / "tocsin.h").read_text()))
    stable = {path.name for path in (headers.INCLUDE / "tocsin").glob("*.h")}
    assert stable - included == headers.FOR_C_ALONE | headers.MACHINERY, sorted(stable - included)
