"""Each protection is looked for in a shared object that lacks it: a check that finds it there is worth nothing."""
import subprocess
import tempfile
from pathlib import Path

import binary

SOURCE = """#include <stdio.h>
#include <stdlib.h>
int run(const char *text);
int run(const char *text)
{
    char line[256];
    snprintf(line, sizeof line, "%s", text);
    return system(line);
}
__asm__(".text\\n .balign 8\\n .quad run");
"""
# gcc of other systems may turn protections on by itself
WITHOUT = ("-O1 -fno-stack-protector -U_FORTIFY_SOURCE -Wl,-z,lazy -Wl,-z,norelro -Wl,-z,execstack -Wl,-z,notext "
           "-Wl,-rpath,/nowhere").split()


def unprotected():
    folder = tempfile.TemporaryDirectory()
    source, library = Path(folder.name, "a.c"), Path(folder.name, "a.so")
    source.write_text(SOURCE)
    subprocess.run(["cc", "-shared", "-fPIC", *WITHOUT, source, "-o", library], check=True, capture_output=True)
    return folder, library


def is_seen(check):
    folder, library = unprotected()
    with folder:
        try:
            check(library)
        except AssertionError:
            return
    raise AssertionError("a library without it passes")


def more_cases():
    for check in binary.PROTECTIONS:
        name = check.__name__.replace("_", " ")
        yield f"a library of which is not true that it {name} is found out", lambda check=check: is_seen(check)
