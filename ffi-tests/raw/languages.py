"""The players: what each needs, how it is built and started."""
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "tocsin/raw"
JNA = pathlib.Path("/usr/share/java/jna.jar")
KOFFI = CACHE / "node/node_modules/koffi"
BUILD_S = 300


class Missing(Exception):
    """Why a language cannot be had here."""


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Missing(f"there is no {program}")


def need_path(path, what):
    if not path.exists():
        raise Missing(f"{what} is not there; ffi-tests/setup would fetch it")


def run(*command, cwd=None, **environment):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=BUILD_S, cwd=cwd,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"[-4000:])


def once(folder, sources, make):
    """Makes what is in `folder` anew if a source is another than the last time; one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(sources))).hexdigest()
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "made-from"
        if not stamp.exists() or stamp.read_text() != digest:
            make()
            stamp.write_text(digest)


def python(library, _folder):
    return ["python3", HERE / "python/main.py", library]


def luajit(library, _folder):
    need("luajit")
    return ["luajit", HERE / "luajit-ffi/main.lua", library]


def fiddle(library, _folder):
    need("ruby")
    if subprocess.run(["ruby", "-e", "require 'fiddle'"], capture_output=True).returncode != 0:
        raise Missing("this Ruby has no Fiddle")
    return ["ruby", HERE / "fiddle/main.rb", library]


def perl(library, _folder):
    need("perl")
    if subprocess.run(["perl", "-MFFI::Platypus", "-e", "1"], capture_output=True).returncode != 0:
        raise Missing("there is no FFI::Platypus")
    return ["perl", HERE / "perl/main.pl", library]


def node(library, _folder):
    fetched = CACHE.parent / "node/bin/node"  # because the system's was too old
    tool = fetched if fetched.exists() else "node"
    need(tool)
    need_path(KOFFI, "koffi")
    return [tool, HERE / "node/main.js", library, KOFFI]


def java(library, folder):
    need("javac", "java")
    need_path(JNA, "JNA")
    sources = list((HERE / "java").glob("*.java"))
    once(folder, sources, lambda: run("javac", "-Xlint:all", "-proc:none", "-cp", JNA, "-d", folder, *sources))
    return ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{JNA}:{folder}", "Main", library]


def rust(library, folder):
    need("rustc", "cc")
    once(folder, [*(HERE / "rust").glob("*.rs")],
         lambda: run("rustc", "--edition", "2021", "-O", "-L", library.parent,
                     "-C", f"link-arg=-Wl,-rpath,{library.parent}", "-o", folder / "player", HERE / "rust/main.rs"))
    return [folder / "player"]


def new_enough_go():
    """One that can pin memory, 1.21 or newer; setup may have put one into the cache."""
    folders = [*os.environ.get("PATH", "").split(":"), "/usr/local/go/bin", CACHE.parent / "go/bin"]
    for tool in (pathlib.Path(folder) / "go" for folder in folders):
        if tool.exists():
            said = subprocess.run([tool, "version"], capture_output=True, text=True,
                                  env={**os.environ, "GOTOOLCHAIN": "local"}).stdout
            version = re.search(r" go1\.(\d+)", said)
            if version and int(version[1]) >= 21:
                return tool
    raise Missing("there is no Go of 1.21 or newer")


def go(library, folder):
    tool, source = new_enough_go(), HERE / "go-dlopen"
    need_path(CACHE / "go", "purego")
    environment = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOMODCACHE": str(CACHE / "go"), "GOPROXY": "off",
                   "GOFLAGS": "-mod=readonly -modcacherw"}
    once(folder, [path for path in source.iterdir() if path.is_file()],
         lambda: run(tool, "build", "-o", folder / "player", ".", cwd=source, **environment))
    return [folder / "player", library]


PLAYERS = {"python": python, "luajit-ffi": luajit, "fiddle": fiddle, "perl": perl, "node": node, "java": java,
           "rust": rust, "go-dlopen": go}


def command(language, build):
    """Words that start the player; Missing says why there is none."""
    library = build / "libtocsin.so"
    return [str(word) for word in PLAYERS[language](library, build / "ffi-tests/raw" / language)]
