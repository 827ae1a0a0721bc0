"""What a shared object says about itself, as binutils read it."""
import re
import subprocess


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def exports(library):
    """Name to version of every symbol that the library defines for others, names of versions aside."""
    found = {}
    for line in output("nm", "-D", "--defined-only", "--with-symbol-versions", library).splitlines():
        kind, symbol = line.split()[1:3]
        name, _, version = symbol.replace("@@", "@").partition("@")
        if kind != "A" or name.startswith("tocsin_"):
            found[name] = version
    return found


def imports(library):
    lines = output("nm", "-D", "--undefined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def dynamic(library):
    return output("readelf", "-dW", library)


def segments(library):
    return output("readelf", "-lW", library)


def soname(library):
    found = re.search(r"Library soname: \[(.*)\]", dynamic(library))
    return found.group(1) if found else ""


def needed(library):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic(library))
