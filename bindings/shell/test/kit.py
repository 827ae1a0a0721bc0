"""What the cases share: the list of them, a server to report to, and the program under test."""
import http.client
import json
import os
import pathlib
import socket
import subprocess
import time
import types

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD") or ROOT / "build").resolve()
PROGRAM = os.environ.get("TOCSIN_PROGRAM") or str(BUILD / "bindings/shell/tocsin")
LIMIT_S = 120  # for what hangs
CASES = []


def case(name):
    def register(function):
        CASES.append((name, function))
        return function

    return register


def expect(got, want, what=""):
    assert got == want, f"{what}: {got!r} is not {want!r}"


def expect_in(part, whole):
    assert part in whole, f"{part!r} is not in {whole!r}"


def wait_until(is_so, what):
    """Looks until it is so."""
    deadline = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline, f"it never came that {what}"
        time.sleep(0.01)


class Server:
    """A running tsn_server; ends with the `with` block."""

    def __init__(self, *options):
        program = os.environ.get("TOCSIN_SERVER") or str(BUILD / "ffi-tests/server/tsn_server")
        self.process = subprocess.Popen([program, "--with-parent", *options], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])
        self.dsn = f"http://key@127.0.0.1:{self.port}/1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=LIMIT_S)

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        connection.request(method, path, body=body)
        text = connection.getresponse().read()
        connection.close()
        return text

    def script(self, **document):
        expect(self.call("POST", "/_control", json.dumps(document)), b"", "control")

    def records(self):
        return json.loads(self.call("GET", "/_events"))

    def events(self):
        found = self.records()
        for one in found:
            expect(one["verdict"], "ok", "what the server thinks of it")
        return [one["items"][one["event"]]["payload"] for one in found]

    def event(self):
        """The only one."""
        found = self.events()
        expect(len(found), 1, "events")
        return found[0]


_places = []


def free_dsn():
    """Of a port where nobody listens, and nobody will."""
    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    _places.append(place)
    return f"http://key@127.0.0.1:{place.getsockname()[1]}/1"


def environment(dsn=None, **more):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SENTRY_", "TOCSIN_"))}
    if dsn is not None:
        clean["SENTRY_DSN"] = dsn
    return {**clean, **more}


def start(*words, dsn=None, env=None, **more):
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.Popen([PROGRAM, *words], env=environment(dsn, **(env or {})), **pipes)


def tocsin(*words, dsn=None, env=None, input=None, **more):
    """What it ended with: code, out and err as bytes."""
    if input is not None:
        more["input"] = input
    else:
        more.setdefault("stdin", subprocess.DEVNULL)
    if "stdout" not in more:
        more["stdout"] = subprocess.PIPE
    if "stderr" not in more:
        more["stderr"] = subprocess.PIPE
    done = subprocess.run([PROGRAM, *words], env=environment(dsn, **(env or {})), timeout=LIMIT_S,
                          check=False, **more)
    err = done.stderr or b""
    assert b"Sanitizer" not in err and b"runtime error" not in err, err.decode(errors="replace")
    return types.SimpleNamespace(code=done.returncode, out=done.stdout or b"", err=err)


def tocsin_in_time(*words, is_enough, **more):
    """What it ended with, and the --timeout: one that was enough, for a busy machine may need longer ones."""
    for seconds in ("0.2", "1", "5", "25"):
        done = tocsin(*words, "--timeout", seconds, **more)
        if is_enough(done):
            break
    return done, seconds


def stored(folder):
    return sorted(pathlib.Path(folder).glob("run-*/*.envelope"))
