"""A server that does what servers do at their worst, byte by byte. One behaviour a connection, in the
order in which they come; what it was sent, and which answers it kept back, can be asked afterwards."""
import contextlib
import ctypes
import json
import socket
import struct
import threading
import time
import zlib

from kit import place

READ_MAX = 1 << 16


class Gone(Exception):
    """The other side has left, or the server ends."""


def unpack(body):
    """[(item header, payload bytes)] of an envelope."""
    _, _, rest = body.partition(b"\n")
    items = []
    while rest:
        head, _, rest = rest.partition(b"\n")
        header = json.loads(head)
        items.append((header, rest[:header["length"]]))
        rest = rest[header["length"] + 1:]
    return items


def unzstd(body):
    """A frame that says how long it is, unpacked by the system's libzstd."""
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    library.ZSTD_decompress.restype = ctypes.c_size_t
    size = library.ZSTD_getFrameContentSize(body, ctypes.c_size_t(len(body)))
    assert size < 1 << 28, f"no zstd frame of a known size: {body[:16]!r}"
    plain = ctypes.create_string_buffer(size + 1)
    done = library.ZSTD_decompress(plain, ctypes.c_size_t(size), body, ctypes.c_size_t(len(body)))
    assert done == size, "the zstd frame is not whole"
    return plain.raw[:size]


PLAIN = {None: bytes, "gzip": lambda body: zlib.decompress(body, 31), "zstd": unzstd}


class Request:
    def __init__(self, head, body, connection):
        self.head, self.connection, self.at = head, connection, time.monotonic()
        lines = head.decode("latin-1").split("\r\n")
        self.line, self.header_lines = lines[0], lines[1:]
        self.headers = {name.lower(): value.strip()
                        for name, _, value in (line.partition(":") for line in self.header_lines)}
        self.body = PLAIN[self.headers.get("content-encoding")](body)
        self.items = unpack(self.body)
        self.ids = {json.loads(payload)["event_id"] for item, payload in self.items if item["type"] == "event"}
        self.status = None  # None: the answer is lost

    @property
    def reports(self):
        return [json.loads(payload) for header, payload in self.items if header["type"] == "client_report"]


class Wire:
    """One connection, as a behaviour sees it."""

    def __init__(self, server, sock, number):
        self.server, self.sock, self.number, self.rest = server, sock, number, b""

    def more(self):
        try:
            data = self.sock.recv(READ_MAX)
        except OSError:
            data = b""
        if not data:
            raise Gone
        with self.server.lock:
            self.server.bytes[self.number] = self.server.bytes.get(self.number, b"") + data
        self.rest += data

    def head(self):
        """All up to an empty line."""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head

    def request(self):
        """The next whole request; it counts as unanswered until `answer`."""
        head = self.head()
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                      if line.lower().startswith(b"content-length:"))
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        made = Request(head, body, self.number)
        with self.server.lock:
            self.server.requests.append(made)
        return made

    def say(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            raise Gone from None

    def drip(self, data, gap=0.1):
        """A byte at a time, for as long as anyone listens."""
        for one in data:
            self.say(bytes([one]))
            if self.server.over.wait(gap):
                raise Gone

    def answer(self, request, status=200, headers=(), body=b'{"id":""}', reason="OK"):
        head = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *headers, "", ""]
        request.status = status  # before it can be read
        try:
            self.say("\r\n".join(head).encode("latin-1") + body)
        except Gone:
            request.status = None
            raise

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        raise Gone

    def hang(self):
        """Says nothing until the other side has had enough."""
        while True:
            self.more()


def good(wire):
    while True:
        wire.answer(wire.request())


def refusing(status, *headers, body=b"", reason="Nope"):
    def behave(wire):
        while True:
            wire.answer(wire.request(), status, headers, body, reason)
    return behave


def saying(data, whole=None):
    """Reads a request, answers with these very bytes and hangs up. `whole`: the status, if what is said
    amounts to an answer."""
    def behave(wire):
        wire.request().status = whole
        wire.say(data)
    return behave


def hanging(wire):
    wire.hang()


def deaf(wire):
    """Takes a request and never answers."""
    wire.request()
    wire.hang()


def resetting(wire):
    wire.reset()


class Badd:
    """Listens on this machine. `plan`: what to do with the first connections; `then`: with all others."""

    def __init__(self, *plan, then=good, port=0):
        self.plan, self.then = list(plan), then
        self.lock, self.over = threading.Lock(), threading.Event()
        self.requests, self.bytes, self.accepted = [], {}, []
        self.socks = set()
        self.place = place()
        self.port = port or self.place.getsockname()[1]
        self.up()

    def up(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(200)
        threading.Thread(target=self._listen, args=(self.listener,), daemon=True).start()

    def _listen(self, listener):
        while not self.over.is_set():
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                number = len(self.accepted)
                self.accepted.append(time.monotonic())
                self.socks.add(sock)
            behave = self.plan[number] if number < len(self.plan) else self.then
            threading.Thread(target=self._serve, args=(sock, number, behave), daemon=True).start()

    def _serve(self, sock, number, behave):
        with contextlib.suppress(Gone, OSError):  # of another connection that a behaviour has
            behave(Wire(self, sock, number))
        with self.lock:
            self.socks.discard(sock)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)  # a FIN now, whoever else has the socket
        sock.close()

    def ids(self, *statuses):
        """Of the requests answered with one of these; None: not answered; nothing given: of all."""
        with self.lock:
            found = [one for one in self.requests if not statuses or one.status in statuses]
        return set().union(*(one.ids for one in found))

    def copies(self, event_id):
        with self.lock:
            return sum(event_id in one.ids for one in self.requests)

    def all_bytes(self):
        with self.lock:
            return b"".join(self.bytes.values())

    def reported(self):
        """{(reason, category): quantity} of the client reports in requests that were answered well."""
        sums = {}
        with self.lock:
            reports = [one for request in self.requests if request.status == 200 for one in request.reports]
        for report in reports:
            for entry in report["discarded_events"]:
                key = entry["reason"], entry["category"]
                sums[key] = sums.get(key, 0) + entry["quantity"]
        return sums

    def down(self):
        """As when its process is ended."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            socks = list(self.socks)
        for sock in socks:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.over.set()
        self.down()
        self.place.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
