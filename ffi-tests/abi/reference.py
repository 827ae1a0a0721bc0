"""The interface of the last release, as abi/reference has it, and what breaks it."""
import subprocess

import elf
import headers
import surface as surfaces

FOLDER = headers.TOP / "abi" / "reference"
HEADERS, SYMBOLS = FOLDER / "headers.txt", FOLDER / "symbols.txt"
DUMP, SUPPRESSIONS = FOLDER / "tocsin.abi", FOLDER / "suppressions.ini"
DUMP_OPTIONS = ("--headers-dir --drop-private-types --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed "
                "--no-architecture --drop-undefined-syms --exported-interfaces-only "
                "--type-id-style hash").split()
BREAKS, GROWTH = "breaks", "growth"


def surface():
    return surfaces.Surface(HEADERS.read_text())


def symbols():
    """Name to node."""
    return dict(line.split() for line in SYMBOLS.read_text().splitlines())


def promised(library):
    """The exports that may never go."""
    return {name: node for name, node in elf.exports(library).items() if node != "TOCSIN_UNSTABLE"}


def dump(library, path):
    """Writes what libabigail reads from the library's debug information."""
    options = list(DUMP_OPTIONS)
    options.insert(1, str(headers.INCLUDE))
    subprocess.run(["abidw", *options, "--suppressions", SUPPRESSIONS, "--out-file", path,
                    library], check=True, capture_output=True, text=True)


def is_of(declared, library):
    """Whether names and declarations are these; the dump would be another, for the linker puts functions in any order."""
    return HEADERS.read_text() == declared.text() and symbols() == promised(library)


def write(declared, library):
    HEADERS.write_text(declared.text())
    SYMBOLS.write_text("".join(f"{name} {node}\n" for name, node in sorted(promised(library).items())))
    dump(library, DUMP)


def changes(then, now, what, same=lambda line: line):
    for name, line in then.items():
        if name not in now:
            yield f"{what} {name} is gone"
        elif same(line) != same(now[name]):
            yield f"{what} {name} was `{line}` and is `{now[name]}`"


def abidiff(library, suppressions=SUPPRESSIONS):
    """What libabigail finds; something that is new is nothing to it."""
    command = ["abidiff", "--no-added-syms", "--no-unreferenced-symbols", "--no-corpus-path", "--no-architecture",
               "--suppressions", suppressions, DUMP, library]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        told = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        yield "abidiff: " + "; ".join(told[:12])


def problems(declared, library):
    """Pairs of a kind and a text: BREAKS whoever uses the last release, or GROWTH of what was closed."""
    then, known, found = surface(), symbols(), promised(library)
    broken = [
        *changes(then.functions, declared.functions, "function", surfaces.signature),
        *changes(then.types, declared.types, "type"),
        *changes(then.constants, declared.constants, "constant"),
        *changes(known, found, "symbol"),
        *abidiff(library),
    ]
    if elf.soname(library) != soname():
        broken.append(f"the shared object is called {elf.soname(library) or 'nothing'}, not {soname()}")
    closed = set(known.values())
    grown = [f"{name} is new in {node}" for name, node in found.items() if name not in known and node in closed]
    return [(BREAKS, text) for text in broken] + [(GROWTH, text) for text in grown]


def soname():
    return f"libtocsin.so.{surface().constants['TOCSIN_ABI_VERSION']}"


def reasonless(text):
    """Entries of a suppression file that no comment explains."""
    bad, reason = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            bad += [] if len(reason.split()) >= 3 else [line]
            reason = ""
        elif line.startswith("#"):
            reason += line.lstrip("# ")
        elif not line.strip():
            reason = ""
    return bad
