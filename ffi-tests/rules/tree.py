"""The files of the project and what a rule may ask about them."""
import pathlib
import subprocess
from functools import cached_property

from csource import Source

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ("base", "data", "model", "wire", "native", "io", "client")


class Tree:
    """Texts by path. `files` maps a path, with slashes and relative to the root, to its text."""

    def __init__(self, files):
        self.files = files

    @cached_property
    def sources(self):
        """All C files, as Source."""
        return [
            Source(path, text)
            for path, text in sorted(self.files.items())
            if path.endswith((".c", ".h"))
        ]

    def under(self, *prefixes):
        return [source for source in self.sources if source.path.startswith(prefixes)]

    def modules(self):
        """The .c files of the core."""
        return [source for source in self.under("core/") if source.path.endswith(".c")]

    def exists(self, path):
        return path in self.files or any(name.startswith(path + "/") for name in self.files)


def checkout():
    """What git knows of and what it would add; files that are no text are left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    files = {}
    for name in sorted(set(listing.stdout.decode().split("\0")) - {""}):
        try:
            files[name] = (ROOT / name).read_text(encoding="utf-8")
        except (FileNotFoundError, IsADirectoryError):
            continue
        except UnicodeDecodeError:
            files[name] = ""
    return Tree(files)


def layer_of(path):
    """`core/base/x.c` is in layer base, `abi/entry/x.c` in layer abi; None elsewhere."""
    parts = path.split("/")
    if parts[0] == "core" and len(parts) == 3:
        return parts[1]
    return "abi" if path.startswith("abi/entry/") else None
