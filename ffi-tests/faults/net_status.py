"""NET-6, NET-7, NET-8: answers that say no."""
from badd import Badd, deaf, good, refusing
from cases import Clock, case, own_clock
from kit import free_port
from nginx import nginx
from program import KEY, LIBRARY, OK, SECRET, as_json, dsn, expect, handle, program, settle, wait_for

REFUSALS = (300, 304, 400, 401, 403, 404, 405, 410, 413, 418, 451, 500, 502, 503, 504, 599)
REDIRECTS = (301, 302, 303, 307, 308)


def attach(made, size):
    LIBRARY.status("scope_add_attachment", handle(made.scope.number), b"x" * size, handle(size),
                   *as_json({"filename": "x.bin"}))


@case("NET-6 each status that refuses costs the event, once, as send_error, and is never retried")
def refusals():
    for status in REFUSALS:
        with Badd(then=refusing(status, "Retry-After: 1")) as server, program(server.port) as made:
            made.capture(2)
            made.await_(send_error=2, queued=0, in_flight=0)
            settle(made, server)
            expect([server.copies(one) for one in made.ids], [1, 1], f"copies with {status}")


@case("NET-6 an attachment that is refused is counted too, in bytes")
def refused_attachment():
    with Badd(then=refusing(400)) as server, program(server.port) as made:
        attach(made, 5000)
        made.capture()
        made.await_(send_error=1)
        expect(made.client.stats()["categories"]["attachment"]["discarded"], {"send_error": 5000})


def refusals_of(made):
    return [one for one in made.said() if " transport.refused: " in one]


@case("NET-6 401 and 403 are told once a client, 413 each time and as an error")
def notices():
    for status, level, times in ((401, "warning", 1), (403, "warning", 1), (413, "error", 3)):
        with Badd(then=refusing(status, "X-Sentry-Error: no")) as server, program(server.port) as made:
            for number in range(1, 4):
                made.capture()
                wait_for(lambda: len(refusals_of(made)) >= number, "a line of the log")
            told = [one for one in refusals_of(made) if one.startswith(level)]
            expect(len(told), times, f"{told}")


@case("NET-6 nginx: 413, 502 and 504 of a gateway are final, as the protocol has it")
def gateway():
    with Badd(then=deaf) as behind, nginx(
            small="client_max_body_size 10; location / { proxy_pass http://127.0.0.1:%d; }" % behind.port,
            dead="location / { proxy_pass http://127.0.0.1:%d; }" % free_port(),
            late="proxy_read_timeout 200ms; location / { proxy_pass http://127.0.0.1:%d; }" % behind.port) as front:
        for name, status in (("small", 413), ("dead", 502), ("late", 504)):
            with program(front[name]) as made:
                made.capture()
                made.await_(send_error=1)
                expect(made.last_answer(), str(status), "last answer")
                event, = made.ids
                if name == "late":
                    wait_for(lambda: behind.copies(event), "the request to come through")
                expect(behind.copies(event), int(name == "late"), "requests with the event that came through")


@case("NET-6 nginx: with retry_5xx 502 and 504 are waited out, and nothing is lost")
def gateway_waited_out():
    with nginx(front="location / { proxy_pass http://127.0.0.1:%d; }" % (port := free_port())) as front:
        with program(front["front"], retry_5xx=True) as made:
            made.capture(3)
            made.await_(queued=3, in_flight=0)
            with Badd(port=port) as server:
                expect(made.flush(20000), OK, "flush")
                settle(made, server)
                expect(server.ids(200), made.ids, "ids")


@case("NET-6 with retry_5xx a server that is broken for good ends an event after six tries", environment=own_clock)
def broken_for_good():
    clock = Clock()
    with Badd(then=refusing(503)) as server, program(server.port, retry_5xx=True) as made:
        made.capture()
        for tries in range(1, 7):
            wait_for_tries(made, server, tries)
            clock.shift(60000)
            made.poke()
        made.await_(network_error=1, queued=0)
        expect([server.copies(one) for one in made.ids], [6], "requests with the event")


def wait_for_tries(made, server, tries):
    wait_for(lambda: len([one for one in list(server.requests) if one.ids]) >= tries, f"try {tries}")
    made.await_(in_flight=0)


@case("NET-7 429 costs the event without a report, what follows is held back and reported")
def too_many():
    with Badd(refusing(429, "Retry-After: 1", reason="Slow Down"), then=good) as server, \
            program(server.port) as made:
        made.capture()
        made.await_(refused429=1)
        for _ in range(5):
            made.capture()
        made.await_(captured=6, refused429=1, ratelimit_backoff=5)
        settle(made, server)
        made.flush()
        expect(server.reported(), {}, "429 refuses reports too")


@case("NET-7 limits on a 200 hold back what follows, whose report goes out at once")
def limited_success():
    def behave(wire):
        wire.answer(wire.request(), 200, ["X-Sentry-Rate-Limits: 60:error:key"])
        good(wire)
    with Badd(then=behave) as server, program(server.port) as made:
        made.capture()
        made.await_(delivered=1)
        for _ in range(5):
            made.capture()
        made.await_(captured=6, ratelimit_backoff=5)
        expect(made.flush(), OK, "flush")
        expect(server.reported(), {("ratelimit_backoff", "error"): 5}, "reported")
        settle(made, server)


def is_not_followed(status, location):
    elsewhere = Badd()
    target = location.format(port=elsewhere.port)
    with elsewhere, Badd(then=refusing(status, f"Location: {target}")) as server, program(server.port) as made:
        made.capture()
        made.await_(send_error=1)
        settle(made, server)
        expect(len(elsewhere.accepted), 0, f"connections to {target}")
        expect(elsewhere.all_bytes(), b"", "bytes elsewhere")


@case("NET-8 a redirect is not followed to another host, another port, a file or another scheme")
def redirects():
    for status in REDIRECTS:
        is_not_followed(status, "http://localhost:{port}/api/1/envelope/")
    for location in ("http://127.0.0.1:{port}/", "//localhost:{port}/", "file:///etc/passwd",
                     "ftp://localhost:{port}/x", "gopher://localhost:{port}/x"):
        is_not_followed(302, location)


@case("NET-8 nginx: the target of a redirect sees neither a request nor the key")
def nginx_redirects():
    with Badd() as elsewhere:
        rules = {f"r{status}": f"return {status} http://localhost:{elsewhere.port}$request_uri;"
                 for status in REDIRECTS}
        with nginx(**rules) as front:
            for name in rules:
                with program(dsn(front[name])) as made:
                    made.capture()
                    made.await_(send_error=1)
        seen = elsewhere.all_bytes()
        expect(len(elsewhere.accepted), 0, "connections")
        assert KEY.encode() not in seen and SECRET.encode() not in seen
