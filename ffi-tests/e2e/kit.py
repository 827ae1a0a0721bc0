"""What both end-to-end suites share: running cases, running servers, looking at the wire."""
import contextlib
import http.client
import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "tocsin"
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD") or ROOT / "build")


class Skip(Exception):
    """The suite cannot run here, and that is nobody's fault."""


def expect(got, want, what=""):
    assert got == want, f"{what or 'value'}: got {got!r}, want {want!r}"


def expect_within(got, want, what=""):
    """Every member of `want` is in `got`, with that value; `got` may hold more."""
    for key, value in want.items():
        assert key in got, f"{what}{key}: missing"
        if isinstance(value, dict) and isinstance(got[key], dict):
            expect_within(got[key], value, f"{what}{key}.")
        else:
            expect(got[key], value, f"{what}{key}")


def wait_for(question, what, seconds=120):
    """The first true answer; asks until then, and fails when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.05)


def place():
    """A socket whose port nobody else is given while it is open; who knows the number can listen there."""
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for who comes to listen, and has it too
    return made


_places = []


def free_port():
    """Nobody listens there until the caller does, and nobody else is given it while this process lives."""
    _places.append(place())
    return _places[-1].getsockname()[1]


def http_call(port, method, path, body=None, headers=None):
    """(status, headers, body) of one request to this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def answers(port, path):
    """Whether a GET of the path gives 200 by now."""
    try:
        return http_call(port, "GET", path)[0] == 200
    except OSError:
        return False


LOG_SHOWN = 20


def ending(*command):
    """The command as one that ends with this process: a test that crashes takes its server along. Not by a preexec_fn:
    a child that has threads behind it and the sanitizer's allocator in it may wait for ever."""
    return ["setpriv", "--pdeathsig", "TERM", *command]


@contextlib.contextmanager
def running(command, folder, environment, log):
    """A server process and all that it starts, for as long as the block runs."""
    with open(log, "wb") as out:
        process = subprocess.Popen(ending(*command), cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its folder goes too: there is nothing to save
        process.wait()


@contextlib.contextmanager
def scratch_folder():
    folder = tempfile.mkdtemp(prefix="tocsin-e2e-")
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Relay:
    """Stands between tocsin and a server, hands everything on and remembers it: `seen` is a list of
    (headers, body, status)."""

    def __init__(self, port):
        self.seen = []
        seen = self.seen

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = http_call(port, "POST", self.path, body, dict(self.headers))
                seen.append((self.headers, body, status))
                self.send_response(status)
                for name in ("X-Sentry-Rate-Limits", "Retry-After"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def run_suite(name, cases, open_world):
    """Runs every case in the world that `open_world` makes, and prints the closing line. Never returns."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are ended, too
    passed = failed = skipped = 0
    try:
        with open_world() as world:
            for case in cases:
                try:
                    case(world)
                    passed += 1
                except Skip as reason:
                    skipped += 1
                    print(f"SKIPPED {name}: {title(case)}: {reason}")
                except Exception:
                    failed += 1
                    print(f"FAILED {name}: {title(case)}\n{traceback.format_exc()}")
                    print_last_words(world.log)
    except Skip as reason:
        skipped = len(cases)
        print(f"SKIPPED {name}: {reason}")
    except Exception:
        failed += 1
        print(f"FAILED {name}: the server\n{traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


def print_last_words(log):
    """What the server said, but for our own questions."""
    lines = [line for line in log.read_text().splitlines() if '"GET ' not in line]
    print("the server's last words:", *lines[-LOG_SHOWN:], sep="\n    ")


def title(case):
    return case.__name__.replace("_", " ")
