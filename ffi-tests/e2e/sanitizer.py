"""Programs in Python that load libtocsin from a build with a sanitizer, whose runtime has to be there before anything else."""
import os
import re
import subprocess
import sys

MARK = "TOCSIN_SANITIZED"
# Its variable, and what it has to leave alone: what Python and programs that it starts never free, races inside libcurl.
OPTIONS = {"asan": ("ASAN_OPTIONS", "leak_check_at_exit=0"), "tsan": ("TSAN_OPTIONS", "ignore_noninstrumented_modules=1")}


def runtimes(library):
    """The files of the runtimes that a library was linked with, by name."""
    linked = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
    return {name: path for path, name in re.findall(r"=> (\S*lib([at]san|ubsan)\S*)", linked)}


def entered():
    """The sanitizer that this process runs with: asan, tsan or None."""
    return os.environ.get(MARK)


def enter(library, **more):
    """Begins the program again, with the sanitizer of `library` in it and these environment variables set too; returns
    if that is so by now, or if there is none."""
    if entered():
        return
    found = runtimes(library)
    which = next((one for one in OPTIONS if one in found), None)
    if which is None:
        return
    name, option = OPTIONS[which]
    options = ":".join(filter(None, (os.environ.get(name), option)))
    os.execve(sys.executable, [sys.executable, *sys.argv],
              {**os.environ, "LD_PRELOAD": found[which], name: options, MARK: which, **more})
