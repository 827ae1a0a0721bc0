"""Proxies: they note all that they are told in the clear, and hand on what they are to hand on."""
import base64
import contextlib
import select
import socket

from badd import Badd, Gone
from program import PROXY_PASSWORD

USER = "harriet"
WELCOME = base64.b64encode(f"{USER}:{PROXY_PASSWORD}".encode()).decode()
DENIED = b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"


class Proxy(Badd):
    """`heads`: what was said to it, requests and CONNECTs alike."""

    def __init__(self, demands=True, behave=None):
        self.heads, self.demands = [], demands
        super().__init__(then=behave or self.speak_http)

    def url(self, password=PROXY_PASSWORD, scheme="http"):
        return f"{scheme}://{USER}:{password}@127.0.0.1:{self.port}"

    def speak_http(self, wire):
        while True:
            head = wire.head()
            self.heads.append(head.decode("latin-1"))
            method, target, _ = self.heads[-1].split("\r\n")[0].split(" ")
            if self.demands and f"Basic {WELCOME}" not in self.heads[-1]:
                take_body(wire, head)
                wire.say(DENIED)
            elif method == "CONNECT":
                host, _, port = target.rpartition(":")
                wire.say(b"HTTP/1.1 200 Go on\r\n\r\n")
                join(wire, (host, int(port)), b"")
            else:
                address = target.split("/")[2].split(":")
                join(wire, (address[0], int(address[1])), direct(head))

    def speak_socks(self, wire):
        """Version 5, name and password."""
        greeting = take(wire, 2)
        take(wire, greeting[1])
        wire.say(b"\x05\x02")
        user = take(wire, take(wire, 2)[1])
        password = take(wire, take(wire, 1)[0])
        is_welcome = (user, password) == (USER.encode(), PROXY_PASSWORD.encode())
        wire.say(b"\x01\x00" if is_welcome else b"\x01\x01")
        if not is_welcome:
            return
        kind = take(wire, 4)[3]
        host = socket.inet_ntoa(take(wire, 4)) if kind == 1 else take(wire, take(wire, 1)[0]).decode()
        port = int.from_bytes(take(wire, 2), "big")
        wire.say(b"\x05\x00\x00\x01" + bytes(6))
        join(wire, (host, port), b"")


def take(wire, count):
    while len(wire.rest) < count:
        wire.more()
    taken, wire.rest = wire.rest[:count], wire.rest[count:]
    return taken


def take_body(wire, head):
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    take(wire, int(lengths[0].split(b":")[1]) if lengths else 0)


def direct(head):
    """The request as the server is to see it."""
    first, *others = head.split(b"\r\n")
    method, target, version = first.split(b" ")
    path = b"/" + target.split(b"/", 3)[3]
    kept = [line for line in others if not line.lower().startswith(b"proxy-")]
    return b"\r\n".join([b" ".join([method, path, version]), *kept, b"", b""])


def join(wire, address, first):
    """Both ways, until one side ends."""
    with contextlib.closing(socket.create_connection(address, 5)) as far:
        far.sendall(first + wire.rest)
        wire.rest = b""
        while True:
            for one in select.select([wire.sock, far], [], [])[0]:
                data = one.recv(1 << 16)
                if not data:
                    raise Gone
                (far if one is wire.sock else wire.sock).sendall(data)
