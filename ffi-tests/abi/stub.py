"""Shared objects that have an interface and nothing behind it, made in a moment from what the headers say."""
import subprocess

import surface as surfaces

PRELUDE = '''#include <stdint.h>
#define TOCSIN_API __attribute__((visibility("default")))
'''
SONAME = "libtocsin.so.1"


def header(surface, folder):
    """Writes tocsin.h as it was for programs of that time."""
    (folder / "tocsin.h").write_text(PRELUDE + surface.text())


def version_script(symbols):
    """The export map for {name: node}."""
    nodes = {}
    for name, node in symbols.items():
        nodes.setdefault(node, []).append(name)
    lines, before = [], ""
    for node, names in nodes.items():
        rest = "" if before else " local: *;"
        lines.append(f"{node} {{ global: {'; '.join(names)};{rest} }}{before};")
        before = f" {node}"
    return "\n".join(lines) + "\n"


def build(surface, symbols, folder, soname=SONAME, flags=(), more=""):
    """The path of a libtocsin.so in `folder` with these functions, each of which returns 0."""
    header(surface, folder)
    bodies = [f"{line} {{ return 0; }}" for line in surface.functions.values()]
    (folder / "stub.c").write_text('#include "tocsin.h"\n' + "\n".join(bodies) + "\n" + more)
    (folder / "stub.map").write_text(version_script(symbols))
    library = folder / "libtocsin.so"
    subprocess.run(["cc", "-g", "-shared", "-fPIC", "-I", folder, folder / "stub.c", "-o", library,
                    f"-Wl,-soname,{soname}", f"-Wl,--version-script={folder / 'stub.map'}", *flags],
                   check=True, capture_output=True, text=True)
    (folder / soname).symlink_to(library.name)
    return library


def altered(surface, change):
    """A copy of a surface after `change` has edited it."""
    copy = surfaces.Surface(surface.text())
    change(copy)
    return copy
