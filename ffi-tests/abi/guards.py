"""Guards behind what is on the stack: what the compiler was told of each layer, and what has come of it."""
import json
import re
import subprocess
import tempfile
from pathlib import Path

import elf
from expect import BUILD, LIBRARY, nothing_but, same

EXPOSED = {"data", "wire", "native", "io"}
SOURCE = """void fill(long *number);
long guarded(void);
long guarded(void)
{
    long number;
    fill(&number);
    return number;
}
"""


def commands():
    """Layer, object file and command of each source of the library."""
    for one in json.loads((BUILD / "compile_commands.json").read_text()):
        words = one["command"].split()
        output = words[words.index("-o") + 1]
        layer = re.match(r"CMakeFiles/tsn_(\w+)\.dir/core/", output)
        if layer:
            yield layer[1], Path(one["directory"], output), words


def test_layers_that_read_bytes_from_outside_guard_all_that_an_address_is_taken_of():
    strong = {layer for layer, _, words in commands() if "-fstack-protector-strong" in words}
    same(strong, EXPOSED, "the build", "what is promised")
    nothing_but([output.name for layer, output, words in commands()
                 if layer in EXPOSED and "-fstack-protector-strong" not in words], "not guarded so")
    nothing_but([output.name for _, output, words in commands() if "-fstack-protector" not in words], "not guarded")


def kept(objects, library):
    """Three functions in four that are guarded in the objects, and are still there when all is linked, are so there too.
    Some have lost what needed it: what took an address was inlined and takes none any more."""
    wanted = set().union(*(elf.guarded(one) for one in objects))
    there, guarded = elf.functions(library), elf.guarded(library)
    assert wanted & there, "no function of the objects is in the library"
    lost = sorted((wanted & there) - guarded)
    assert len(lost) * 4 <= len(wanted & there), f"linked, these have no guard: {', '.join(lost)}"


def test_the_guards_are_still_there_when_the_layers_are_linked():
    kept([output for layer, output, _ in commands() if layer in EXPOSED], LIBRARY)


def test_guards_that_the_linker_has_lost_are_missed():
    with tempfile.TemporaryDirectory() as folder:
        source, strong, plain = (Path(folder, name) for name in ("a.c", "strong.o", "plain.so"))
        source.write_text(SOURCE)
        subprocess.run(["cc", "-O2", "-fPIC", "-fstack-protector-strong", "-c", source, "-o", strong], check=True)
        subprocess.run(["cc", "-O2", "-fPIC", "-fstack-protector", "-shared", source, "-o", plain], check=True)
        try:
            kept([strong], plain)
        except AssertionError as error:
            assert "guarded" in str(error), error
        else:
            raise AssertionError("nothing was missed")
