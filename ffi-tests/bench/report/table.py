"""A table as data, and as text for a terminal or for a page."""


class Table:
    def __init__(self, name, title, columns, rows, note=""):
        self.name, self.title, self.columns, self.rows, self.note = name, title, columns, rows, note

    def text(self):
        cells = [self.columns, *self.rows]
        widths = [max(len(row[at]) for row in cells) for at in range(len(self.columns))]
        lines = [f"{self.title}\n"]
        for row in cells:
            first = row[0].ljust(widths[0])
            lines.append("  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]).rstrip())
        return "\n".join(lines) + "\n"

    def markdown(self):
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        rows = [self.columns, rule, *self.rows]
        return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def number(value, digits=3):
    """Three digits that count, and thousands apart."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if value == int(value) or abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:,.{max(0, digits - len(str(int(abs(value)))))}f}" if abs(value) >= 1 else f"{value:.{digits - 1}f}"


def duration(ns):
    """Nanoseconds in the unit that suits them."""
    if ns is None:
        return "-"
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if ns < limit:
            return f"{number(ns / limit * 1e3)} {unit}"
    return f"{number(ns / 1e9)} s"
