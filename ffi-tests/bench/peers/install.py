"""Puts the other libraries, at pinned versions, into the user's cache by the registries' own tools.

What is there already at that version is left alone. Each returns the player's command and environment,
or raises RuntimeError: why there is none."""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "tocsin/bench"
LIMIT_S = 900

SENTRY_SDK = "2.75.0"


def do(command, folder, **environment):
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
                              timeout=LIMIT_S, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise RuntimeError(said[-1] if said else f"{command[0]} ended with code {done.returncode}")


def python():
    folder = CACHE / "python"
    mark = folder / f"sentry-sdk-{SENTRY_SDK}"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        do([sys.executable, "-m", "venv", str(folder)], HERE)
        do([str(folder / "bin/pip"), "install", "-q", "--disable-pip-version-check", f"sentry-sdk=={SENTRY_SDK}"], HERE)
        mark.touch()
    return [str(folder / "bin/python"), "-B", str(HERE / "python/player.py")], {}


def go():
    folder = CACHE / "go"
    folder.mkdir(parents=True, exist_ok=True)
    newer = CACHE.parent / "go/bin/go"
    do([str(newer) if newer.exists() else "go", "build", "-o", str(folder / "peer"), "."], HERE / "go")
    return [str(folder / "peer")], {}


def node():
    folder = CACHE / "node"
    ours, theirs = HERE / "node/package.json", folder / "installed.json"
    tool = CACHE.parent / "node/bin"
    environment = {"PATH": f"{tool}:{os.environ['PATH']}"} if (tool / "npm").exists() else {}
    if not (theirs.exists() and filecmp.cmp(ours, theirs, shallow=False)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(ours, folder / "package.json")
        do(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], folder, **environment)
        shutil.copy(ours, theirs)
    return (["node", "--expose-gc", str(HERE / "node/player.js")],
            {"NODE_PATH": str(folder / "node_modules"), **environment})


DEBIAN_RUBY = ("ruby-sentry-ruby-core", "ruby-concurrent")


def ruby():
    """Debian's package; where it is not installed, unpacked into the cache."""
    player = ["ruby", str(HERE / "ruby/player.rb")]
    try:
        do(["ruby", "-e", 'require "sentry-ruby"'], HERE)
        return player, {}
    except RuntimeError:
        pass
    folder = CACHE / "ruby"
    if not folder.exists():
        fresh = CACHE / "ruby.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        do(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *DEBIAN_RUBY], fresh)
        for package in fresh.glob("*.deb"):
            do(["dpkg-deb", "-x", str(package), "."], fresh)
        fresh.rename(folder)
    libraries = [*folder.glob("usr/share/rubygems-integration/all/gems/*/lib"), *folder.glob("usr/lib/ruby/vendor_ruby")]
    environment = {"RUBYLIB": ":".join(str(path) for path in libraries)}
    do(["ruby", "-e", 'require "sentry-ruby"'], HERE, **environment)
    return player, environment


def rust():
    """Built in a copy, so that cargo writes nothing into the tree."""
    folder = CACHE / "rust"
    shutil.copytree(HERE / "rust", folder / "peer", dirs_exist_ok=True)
    do(["cargo", "build", "--release", "--quiet"], folder / "peer", CARGO_TARGET_DIR=str(folder / "target"))
    return [str(folder / "target/release/peer")], {}


PLAYERS = {"sentry-python": python, "sentry-go": go, "sentry-node": node, "sentry-ruby": ruby, "sentry-rust": rust}


def install(say):
    """({player: (command, environment)}, {player: why it is not there})."""
    there, absent = {}, {}
    for name, prepare in PLAYERS.items():
        say(f"{name}: installing or finding it")
        try:
            there[name] = prepare()
        except RuntimeError as why:
            absent[name] = str(why)
    return there, absent
