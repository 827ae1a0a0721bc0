"""One run against another: what changed, and what changed too much."""
from results import COUNT

from .table import Table, number

COUNT_ALLOWANCE = 1.05
TIME_ALLOWANCE = 1.5


def changes(now, before):
    """[(name, before, now, factor, mark)] of what both have; marked is a count 5 % off, a time half off."""
    found = []
    for name in sorted(set(now.values) & set(before.values)):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        factor = new / old if old else float("inf")
        wide = COUNT_ALLOWANCE if now.values[name]["kind"] == COUNT else TIME_ALLOWANCE
        mark = "" if 1 / wide <= factor <= wide else "more" if factor > 1 else "less"
        found.append((name, old, new, factor, mark))
    return found


def show(now, before, path):
    rows = [[name, number(old), number(new), now.values[name]["unit"], f"{factor - 1:+.1%}", mark]
            for name, old, new, factor, mark in changes(now, before)
            if mark or now.values[name]["kind"] == COUNT]
    title = f"Against {path} of {before.about.get('date', 'an unknown day')}: counts, and times that are half off"
    print(Table("against", title, ["", "then", "now", "", "change", ""], rows or [["nothing"] + [""] * 5]).text())
    for what, names in (("new", set(now.values) - set(before.values)), ("gone", set(before.values) - set(now.values))):
        if names:
            print(f"{what}: {len(names)} values, such as {sorted(names)[0]}")
