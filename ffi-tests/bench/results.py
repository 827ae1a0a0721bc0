"""What a run found: values by name, with what they are and when and where they were found.

A value's kind says how far it may be trusted: a count (instructions, bytes, events, system calls) is
the same at every run, a time depends on the machine."""
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess

COUNT, TIME = "count", "time"
TOLD = ("runtimes", "peers", "bindings")
RUNTIMES = (("python3", "--version"), ("go", "version"), ("node", "--version"), ("ruby", "--version"), ("rustc", "--version"),
            ("lua5.4", "-v"), ("luajit", "-v"), ("nginx", "-v"))


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

    def best(self, name):
        """The least of all passes, or None."""
        return self.values[name].get("low", self.values[name]["value"]) if name in self.values else None

    def under(self, prefix):
        """{rest of the name: number} of all that begin so."""
        return {name[len(prefix):]: one["value"] for name, one in self.values.items() if name.startswith(prefix)}

    def ratio(self, over, under):
        above, below = self.get(over), self.get(under)
        return None if above is None or not below else above / below

    def renewed(self, later, parts):
        """These with those of a later run of some parts, what failed then and what was not told before."""
        again = {**self.about.get("again", {}), parts: later.about["date"]}
        failed = {name: why for name, why in self.about.get("failed", {}).items()
                  if not any(value.startswith(name) for value in later.values)}
        failed.update(later.about.get("failed", {}))
        told = {name: later.about[name] for name in TOLD if name in later.about and name not in self.about}
        about = {**self.about, **told, "again": again, "failed": failed}
        return Results({**self.values, **later.values}, {name: value for name, value in about.items() if value})

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
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
                              check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    return said.strip().splitlines()[0] if said.strip() else "none"


def runtimes():
    """{program: version} of what runs other libraries and bindings, and of nginx."""
    found = {}
    for program, option in RUNTIMES:
        path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
        version = re.search(r"\d+(\.\d+)+", first_line(path, option)) if path else None
        if version:
            found[program] = version[0]
    return found


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
        "runtimes": runtimes(),
        "libcurl": first_line("curl", "--version").split(" (")[0],
    }
