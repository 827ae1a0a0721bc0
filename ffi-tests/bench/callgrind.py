"""Instructions of an operation, as the difference between two runs of different length.

Only what happens in the function `measured` counts."""
import collections
import os
import re
import subprocess
import tempfile

# valgrind counts "rep movsb" once for each byte; with this the C library copies by vectors, as many
# machines do anyway, and the counts are the same on all.
TUNABLES = "glibc.cpu.x86_rep_movsb_threshold=1073741824:glibc.cpu.x86_rep_stosb_threshold=1073741824"


def run_once(command, out):
    environment = {name: value for name, value in os.environ.items() if name[:7] != "SENTRY_"}
    environment["GLIBC_TUNABLES"] = TUNABLES
    return subprocess.run(
        ["valgrind", "--tool=callgrind", "--toggle-collect=measured",
         f"--callgrind-out-file={out}", *command],
        capture_output=True, text=True, timeout=300, env=environment,
    )


def collected(command):
    """Instructions of one run."""
    result = run_once(command, os.devnull)
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or found is None:
        raise RuntimeError(f"{' '.join(command)}: code {result.returncode}\n{result.stderr[-2000:]}")
    return int(found.group(1))


def per_operation(program, case, short, long, *more):
    """Instructions of one operation of `case`."""
    few, many = (collected([program, case, str(count), *more]) for count in (short, long))
    return (many - few) / (long - short)


def self_costs(text):
    """Instructions by function, without those of what it called, from callgrind's output."""
    costs, names = collections.Counter(), {}
    function, is_call = None, False
    for line in text.splitlines():
        named = re.match(r"fn=\((\d+)\)(?: (.*))?", line)
        if named:
            names.setdefault(named.group(1), named.group(2))
            function = named.group(1)
        elif line.startswith("cfn="):
            called = re.match(r"cfn=\((\d+)\)(?: (.*))?", line)
            if called.group(2):
                names.setdefault(called.group(1), called.group(2))
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[+\-*\d]", line) and function is not None:
            if not is_call:
                costs[function] += int(line.split()[1])
            is_call = False
    by_name = collections.Counter()
    for number, cost in costs.items():
        by_name[names[number]] += cost
    return by_name


def profile(program, case, short, long):
    """[(function, instructions of its own in one operation)], the dearest first."""
    sums = []
    for count in (short, long):
        with tempfile.NamedTemporaryFile("r", prefix="callgrind.") as out:
            run_once([program, case, str(count)], out.name)
            sums.append(self_costs(out.read()))
    few, many = sums
    rows = [(name, (many[name] - few[name]) / (long - short)) for name in many]
    return sorted((row for row in rows if abs(row[1]) >= 0.5), key=lambda row: -row[1])
