"""What a run found: values by name, with what they are and when and where they were found.

A value's kind says how far it may be trusted: a count (instructions, bytes, events, system calls) is
the same at every run, a time depends on the machine."""
import datetime
import json
import pathlib
import platform
import statistics
import subprocess

COUNT, TIME = "count", "time"


class Results:
    def __init__(self, values=None, about=None):
        self.values = values or {}
        self.about = about or {}

    def add(self, name, found, unit, kind=TIME):
        """`found`: a number or those of several passes, of which the median counts."""
        numbers = sorted(found) if isinstance(found, (list, tuple)) else [found]
        value = {"value": shorten(statistics.median(numbers)), "unit": unit, "kind": kind}
        if len(numbers) > 1:
            value.update(passes=len(numbers), low=shorten(numbers[0]), high=shorten(numbers[-1]))
        self.values[name] = value

    def get(self, name):
        """The number, or None: it was not measured."""
        return self.values[name]["value"] if name in self.values else None

    def under(self, prefix):
        """{rest of the name: number} of all that begin so."""
        return {name[len(prefix):]: one["value"] for name, one in self.values.items() if name.startswith(prefix)}

    def ratio(self, over, under):
        above, below = self.get(over), self.get(under)
        return None if above is None or not below else above / below

    def renewed(self, later, parts):
        """These with those of a later run of some parts."""
        again = {**self.about.get("again", {}), parts: later.about["date"]}
        return Results({**self.values, **later.values}, {**self.about, "again": again})

    def save(self, path):
        text = {"about": self.about, "values": dict(sorted(self.values.items()))}
        lines = json.dumps(text["about"], indent=1, sort_keys=True)
        rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(one)}" for name, one in text["values"].items())
        pathlib.Path(path).write_text(f'{{"about": {lines},\n"values": {{\n{rows}\n}}}}\n', encoding="utf-8")

    @classmethod
    def load(cls, path):
        told = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        return cls(told["values"], told["about"])


def shorten(number):
    """No more digits than mean something."""
    return int(number) if float(number).is_integer() else float(f"{number:.5g}")


def first_line(*command):
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    return said.strip().splitlines()[0] if said.strip() else "none"


def machine():
    """Date, machine and versions of what is not a peer."""
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    with open("/proc/cpuinfo", encoding="ascii") as file:
        processors = sum(line.startswith("processor") for line in file)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processors} x {model}",
        "system": f"{release.get('PRETTY_NAME', '').strip(chr(34))}, Linux {platform.release().split('-')[0]}",
        "compiler": first_line("cc", "--version"),
        "libcurl": first_line("curl", "--version").split(" (")[0],
    }
