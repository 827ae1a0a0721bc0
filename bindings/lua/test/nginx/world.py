"""A real nginx with the Lua binding in it, and the test server that it reports to."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path.insert(0, str(ROOT / "ffi-tests/e2e"))
from kit import BUILD, CACHE, ending, expect, free_port, http_call, scratch_folder, wait_for  # noqa: E402, F401

NGINX = CACHE / "nginx-lua"
LIBRARIES = [str(path) for path in NGINX.glob("**/x86_64-linux-gnu")] or [
    str(path.parent) for path in NGINX.glob("**/libluajit-5.1.so.2")
]
SERVER = BUILD / "ffi-tests/server/tsn_server"
CORE = BUILD / "bindings/lua/5.1"


# Errors that the tests raise themselves.
RAISED = ("no room left", "no such user")
LIMIT_S = 120  # for what hangs


def missing():
    """Why there can be no nginx here; None: it can be had."""
    if not (NGINX / "installed").exists():
        return "nginx with its Lua module is not there: ffi-tests/setup could not fetch it"
    if not (CORE / "tocsin_core.so").exists():
        return "the Lua module was not built for LuaJIT"
    return None


def lua(value):
    """A Lua literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f'["{key}"] = {lua(one)}' for key, one in value.items()) + " }"
    return json.dumps(value)


class Event(dict):
    """An event's JSON, and what is asked of it most."""

    @property
    def said(self):
        return (self.get("logentry") or {}).get("formatted") or (self.get("logentry") or {}).get("message")

    @property
    def raised(self):
        return self["exception"]["values"][-1]


class Events:
    """The test server; what it got, as events."""

    def __init__(self):
        self.process = subprocess.Popen([SERVER, "--with-parent", "--key", "abc"], stdout=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().split()[1])
        self.dsn = f"http://abc@127.0.0.1:{self.port}/1"

    def got(self):
        records = json.loads(http_call(self.port, "GET", "/_events")[2])
        assert all(record["verdict"] == "ok" for record in records), records
        return [Event(item["payload"]) for record in records for item in record["items"]
                if item["header"]["type"] == "event"]

    def await_(self, want, **tags):
        """So many events that have these tags, no more and no less."""
        def found():
            return [one for one in self.got() if tags.items() <= one.get("tags", {}).items()]
        wait_for(lambda: len(found()) >= want, f"{want} events of {tags}")
        events = found()
        assert len(events) == want, [one.said for one in events]
        return events

    def script(self, *answers):
        status, _, text = http_call(self.port, "POST", "/_control", json.dumps({"answers": answers}))
        assert status == 200, text

    def close(self):
        self.process.terminate()
        self.process.communicate(timeout=LIMIT_S)


class Nginx:
    """One nginx in a folder of its own."""

    def __init__(self, folder, dsn, workers=1, daemon=False, http=None, **options):
        self.folder, self.port, self.is_daemon, self.worker_count = folder, free_port(), daemon, workers
        self.pardoned = RAISED  # by case
        (folder / "tmp").mkdir()
        self.environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(LIBRARIES), "SENTRY_DSN": dsn}
        names = {
            "HTTP": http or (HERE / "app.conf.in").read_text(),
            "USER": "user root;" if os.geteuid() == 0 else "",
            "MODULES": NGINX / "usr/lib/nginx/modules",
            "WORKERS": workers,
            "DAEMON": "on" if daemon else "off",
            "LUA": f"{HERE}/?.lua;{ROOT}/bindings/lua/?.lua;{NGINX}/usr/share/lua/5.1/?.lua;;",
            "CORE": CORE,
            "OPTIONS": lua({"dsn": dsn, "release": "shop@1", "shutdown_timeout": 60000, **options}),
            "PORT": self.port,
        }
        text = (HERE / "nginx.conf.in").read_text()
        for name, value in names.items():
            text = text.replace(f"@{name}@", str(value))
        (folder / "nginx.conf").write_text(text)
        self.process = self._start()
        wait_for(self._answers, "nginx")

    def _start(self):
        command = [NGINX / "usr/sbin/nginx", "-p", self.folder, "-c", self.folder / "nginx.conf",
                   "-e", self.folder / "error.log"]
        process = subprocess.Popen(command if self.is_daemon else ending(*command), env=self.environment,
                                   stdin=subprocess.DEVNULL)
        if self.is_daemon:
            assert process.wait(LIMIT_S) == 0, self.log()
        return process

    def _answers(self):
        assert self.is_daemon or self.process.poll() is None, f"nginx does not start: {self.log()}"
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return self.is_running() and len(self.workers()) == self.worker_count

    def log(self):
        path = self.folder / "error.log"
        return path.read_text() if path.exists() else ""

    def complaints(self):
        """What nginx holds for worth a warning."""
        grave = ("[warn]", "[error]", "[crit]", "[alert]", "[emerg]")
        return [line for line in self.log().splitlines()
                if any(level in line for level in grave) and not any(one in line for one in self.pardoned)]

    def get(self, path, headers=None):
        status, _, body = http_call(self.port, "GET", path, headers=headers)
        return status, body.decode()

    def master(self):
        return int((self.folder / "nginx.pid").read_text())

    def workers(self):
        children = pathlib.Path(f"/proc/{self.master()}/task/{self.master()}/children").read_text()
        return children.split()

    def tell(self, number):
        os.kill(self.master(), number)

    def quit(self, number=signal.SIGQUIT):
        """Ends it, gracefully unless told otherwise; waits until it has."""
        master = self.master()
        self.tell(number)
        if self.is_daemon:
            wait_for(lambda: not pathlib.Path(f"/proc/{master}").exists(), "the end of nginx")
        else:
            assert self.process.wait(LIMIT_S) == 0

    def is_running(self):
        """Whether its number is in its file, which is empty for a moment before, and gone at the end."""
        path = self.folder / "nginx.pid"
        return path.exists() and path.stat().st_size > 0


@contextlib.contextmanager
def world(**options):
    """An nginx and the events it reports. It must end by itself and have nothing to complain of."""
    with scratch_folder() as folder:
        events = Events()
        nginx = None
        try:
            nginx = Nginx(folder, events.dsn, **options)
            yield nginx, events
            if nginx.is_running():
                nginx.quit()
            complaints = nginx.complaints()
            assert not complaints, f"{len(complaints)} lines in nginx's error log, such as {complaints[0]}"
        finally:
            if nginx and nginx.is_running():
                with contextlib.suppress(OSError):
                    nginx.quit(signal.SIGTERM)
            events.close()


def at_once(nginx, paths, clients=16):
    """Gets all paths over so many kept-alive connections; the statuses."""
    left, statuses, lock = list(paths), [], threading.Lock()

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=LIMIT_S)
        while True:
            with lock:
                if not left:
                    break
                path = left.pop()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            with lock:
                statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
