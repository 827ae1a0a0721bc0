"""NET-12: proxies."""
import os

from badd import Badd, deaf
from cases import case
from kit import free_port
from nginx import fronts
from program import KEY, OK, PROXY_PASSWORD, SECRET, dsn, expect, program, settle, wait_for
from proxy import WELCOME, Proxy

QUICK = {"connect_timeout": 400, "transfer_timeout": 600}


def arrives(made, server, count=3):
    made.capture(count)
    expect(made.flush(), OK, "flush")
    settle(made, server)
    expect(server.ids(200), made.ids, "ids")


def stays(made):
    made.capture(2)
    wait_for(lambda: "transport.no_answer" in "".join(made.said()), "the notice")
    made.await_(queued=2, in_flight=0)
    made.close(0)
    made.await_(network_error=2)


@case("NET-12 http: a proxy with a password passes events on, and its password stays with it")
def plain():
    with Badd() as server, Proxy() as proxy, program(server.port, http_proxy=proxy.url()) as made:
        arrives(made, server)
        assert all("Proxy-Authorization: Basic " + WELCOME in head for head in proxy.heads), proxy.heads
        assert WELCOME.encode() not in server.all_bytes()


@case("NET-12 https: the proxy is asked to CONNECT and sees neither key nor event, the server no password")
def connect():
    with fronts("good") as (front, server, trusted):
        with Proxy() as proxy, program(dsn(front["good"], scheme="https"), https_proxy=proxy.url(),
                                       ca_certs=trusted) as made:
            arrives(made, server)
            assert all(head.startswith("CONNECT ") for head in proxy.heads), proxy.heads
            wire = proxy.all_bytes()
            for word in KEY, SECRET, "Sentry", "sentry", "envelope":
                assert word.encode() not in wire, word
            assert WELCOME.encode() not in server.all_bytes()


@case("NET-12 a proxy that wants another password keeps events, http and https alike")
def wrong_password():
    for scheme in "http", "https":
        with Badd() as server, Proxy() as proxy:
            wrong = proxy.url(password="not" + PROXY_PASSWORD)
            with program(dsn(server.port, scheme=scheme), http_proxy=wrong, https_proxy=wrong, **QUICK) as made:
                stays(made)
            expect(len(server.accepted), 0, "connections to the server")


@case("NET-12 a dead proxy keeps events, and nobody goes around it")
def dead():
    for scheme in "http", "https":
        with Badd() as server:
            proxy = f"http://harriet:{PROXY_PASSWORD}@127.0.0.1:{free_port()}"
            with program(dsn(server.port, scheme=scheme), http_proxy=proxy, https_proxy=proxy, **QUICK) as made:
                stays(made)
            expect(len(server.accepted), 0, "connections to the server")


@case("NET-12 a proxy that takes a CONNECT and hangs is cut, and keeps events")
def silent():
    def hang(wire):
        wire.head()
        wire.hang()
    with Badd() as server, Proxy(behave=hang) as proxy, \
            program(dsn(server.port, scheme="https"), https_proxy=proxy.url(), **QUICK) as made:
        stays(made)
        expect(len(server.accepted), 0, "connections to the server")


@case("NET-12 a proxy that refuses to CONNECT, with whatever status, keeps events")
def refuses():
    for status in 302, 403, 502:
        def refuse(wire, status=status):
            wire.head()
            wire.say(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
        with Badd(then=deaf) as server, Proxy(behave=refuse) as proxy, \
                program(dsn(server.port, scheme="https"), https_proxy=proxy.url(), **QUICK) as made:
            stays(made)


@case("NET-12 socks5 with a password passes events on, with another it keeps them")
def socks():
    with Badd() as server, Proxy() as proxy:
        proxy.then = proxy.speak_socks
        with program(server.port, http_proxy=proxy.url(scheme="socks5h")) as made:
            arrives(made, server)
        with program(server.port, http_proxy=proxy.url("not" + PROXY_PASSWORD, "socks5h"), **QUICK) as made:
            stays(made)


@case("NET-12 a proxy that cannot be spoken to keeps events, and its password out of the notices")
def unknown_kind():
    with Badd() as server:
        odd = f"gopher://harriet:{PROXY_PASSWORD}@127.0.0.1:{free_port()}"
        with program(server.port, http_proxy=odd, **QUICK) as made:
            stays(made)
            assert PROXY_PASSWORD not in "".join(made.said()) + made.last_answer()


def without_proxies(**more):
    """The environment of a child, with no proxies but these."""
    kept = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
    return lambda: {**kept, **{name: str(value) for name, value in more.items()}}


@case("NET-12 hosts in no_proxy are reached directly, whoever named the proxy",
      environment=without_proxies(no_proxy="localhost,127.0.0.1"))
def no_proxy():
    with Badd() as server, Proxy() as proxy:
        with program(server.port, http_proxy=proxy.url()) as made:
            arrives(made, server)
        expect(len(proxy.accepted), 0, "connections to the proxy")


@case("NET-12 proxies of the environment count, and an empty option turns them off", environment=without_proxies())
def of_environment():
    with Badd() as server, Badd() as other, Proxy() as proxy:
        os.environ["http_proxy"] = proxy.url()
        with program(server.port) as made:
            arrives(made, server)
        passed = len(proxy.heads)
        assert passed > 0
        with program(other.port, http_proxy="") as made:
            arrives(made, other)
        expect(len(proxy.heads), passed, "requests through the proxy")
