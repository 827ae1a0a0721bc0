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


def functions(code):
    """Names of the functions of an object or a library."""
    return set(re.findall(r"^[0-9a-f]+ <(.*)>:$", output("objdump", "-d", "--no-show-raw-insn", code), re.M))


def guarded(code):
    """Those of them with a guard on their stack."""
    found, name = set(), ""
    for line in output("objdump", "-dr", "--no-show-raw-insn", code).splitlines():
        begins = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if begins:
            name = begins[1]
        elif "__stack_chk_fail" in line:
            found.add(name)
    return found


def needed(library):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic(library))
