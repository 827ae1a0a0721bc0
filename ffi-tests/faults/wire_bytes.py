"""SEC-3, SEC-4: what goes over the wire is what was meant, byte by byte, and libcurl does no more."""
import json
import os
import pathlib

from badd import Badd, good
from cases import case, is_sanitized, preload
from kit import Skip, scratch_folder
from program import KEY, LIBRARY, OK, SECRET, as_json, dsn, expect, handle, program

VERSION = "1.0.0"
NASTY = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b", "x" * 9000, "\x1b[31m", "\x7f",
         "a b", "\u202eabc", "a, sentry_secret=evil", '"', "a\r\n\r\nPOST /evil HTTP/1.1")


def golden(server, request):
    """The whole head of a request."""
    return "\r\n".join((
        "POST /api/1/envelope/ HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Accept: */*",
        f"X-Sentry-Auth: Sentry sentry_key={KEY}, sentry_version=7, sentry_client=tocsin.c/{VERSION}, "
        f"sentry_secret={SECRET}",
        f"User-Agent: tocsin.c/{VERSION}", "Content-Type: application/x-sentry-envelope",
        *(f"Content-Encoding: {name}" for name in [request.headers.get("content-encoding")] if name),
        f"Content-Length: {request.headers['content-length']}"))


def goes_out_clean(server, made, count):
    made.capture(count)
    expect(made.flush(), OK, "flush")
    for request in server.requests:
        expect(request.head.decode("latin-1"), golden(server, request), "head")
        assert all(item["type"] == "event" for item, _ in request.items), request.items
    expect(server.ids(200), made.ids, "ids")


@case("SEC-3 the head of a request is these bytes, with and without compression")
def head():
    for compression in "gzip", "zstd", "none":
        for words in "short", "long " * 2000:
            with Badd() as server, program(server.port, compression=compression) as made:
                made.capture(words=words)
                goes_out_clean(server, made, 2)
                packed = {request.headers.get("content-encoding") for request in server.requests}
                expect(compression in packed, compression != "none" and words != "short", "packed")


@case("SEC-3 no release, environment, name or user agent gets a line of its own into a request")
def option_values():
    for name in "release", "environment", "dist", "server_name", "sdk_name", "org_id":
        for value in NASTY:
            with Badd() as server:
                try:
                    with program(server.port, **{name: value}) as made:
                        goes_out_clean(server, made, 1)
                except RuntimeError as refused:
                    assert name in str(refused), refused


@case("SEC-3 a DSN with a line break, a NUL or too many bytes is refused, and its secret not repeated")
def bad_dsns():
    for odd in ("\r\nX-Evil: 1", "\0", " b", "\x7f", "\u00e9", "x" * 9000, "%0d%0aX-Evil:%201", ","):
        for text in (f"http://{KEY}{odd}@127.0.0.1:9/1", f"http://{KEY}:{SECRET}{odd}@127.0.0.1:9/1",
                     f"http://{KEY}:{SECRET}@127.0.0.1{odd}:9/1", f"http://{KEY}:{SECRET}@127.0.0.1:9/{odd}1"):
            try:
                with program(text):
                    raise AssertionError(f"taken: {text!r}")
            except RuntimeError as refused:
                assert SECRET not in str(refused) and KEY not in str(refused), refused


@case("SEC-3 no line break gets out through the URL of a proxy")
def bad_proxies():
    for odd in NASTY[:4] + ("a%0d%0aX-Evil: 1",):
        with Badd(then=good) as server:
            try:
                with program(server.port, http_proxy=f"http://me:{odd}@127.0.0.1:{server.port}") as made:
                    made.capture()
                    made.flush(300)
            except RuntimeError:
                pass
            assert b"\nX-Evil" not in server.all_bytes(), server.all_bytes()


@case("SEC-3 names and types of attachments are data, whatever is in them")
def attachments():
    for odd in NASTY + ("../../etc/passwd", "/etc/passwd", "\\\\host\\share", ".", "", '{"length":1}'):
        with Badd() as server, program(server.port) as made:
            data = b"\n{\"type\":\"event\"}\n\0\r\n" * 3
            try:
                LIBRARY.status("scope_add_attachment", handle(made.scope.number), data, handle(len(data)),
                               *as_json({"filename": odd or "none", "content_type": odd}))
            except RuntimeError as refused:
                assert "E_RANGE" in str(refused) and odd in (".", "\x7f"), (odd, refused)
                continue
            made.capture()
            expect(made.flush(), OK, "flush")
            (request,) = server.requests
            expect(request.head.decode(), golden(server, request), "head")
            expect([item["type"] for item, _ in request.items], ["event", "attachment"], "items")
            expect(request.items[1][1], data, "bytes")
            name = request.items[1][0]["filename"]
            visible = "".join(one for one in odd.replace("\0", "\ufffd") if one >= " " and one != "\x7f")
            assert name in (visible, "none", "unnamed") or visible.endswith(name), (odd, name)


# All that is ever set on an easy handle; `*` where the value is the client's own.
OPTIONS = """CAINFO *
CLOSESOCKETDATA set
CLOSESOCKETFUNCTION set
CONNECTTIMEOUT_MS 5000
ERRORBUFFER set
FOLLOWLOCATION 0
HEADERDATA set
HEADERFUNCTION set
HTTP09_ALLOWED 0
HTTPHEADER set
NETRC 0
NOSIGNAL 1
OPENSOCKETDATA set
OPENSOCKETFUNCTION set
POSTFIELDS set
POSTFIELDSIZE_LARGE set
PRIVATE set
PROTOCOLS_STR http,https
PROXY *
QUICK_EXIT 1
SSLCERT *
SSLKEY *
SSLVERSION 6
SSL_VERIFYHOST 2
SSL_VERIFYPEER 1
SUPPRESS_CONNECT_HEADERS 1
TCP_KEEPALIVE 1
TCP_KEEPIDLE 45
TCP_KEEPINTVL 10
TIMEOUT_MS 60000
URL *
WRITEDATA set
WRITEFUNCTION set""".split("\n")


@case("SEC-1 SEC-4 the options that libcurl is given are exactly these, verification among them",
      environment=lambda: {} if is_sanitized() else preload("libfaults_curl.so"))
def curl_options():
    if is_sanitized():
        raise Skip("two libraries put before libcurl do not end well; the plain build looks")
    with scratch_folder() as folder, Badd() as server:
        log = pathlib.Path(folder) / "options"
        os.environ["CURL_OPTIONS_LOG"] = str(log)
        for more in {}, {"ca_certs": "/nowhere", "cert_file": "/nowhere", "key_file": "/nowhere", "http_proxy": ""}:
            with program(server.port, **more) as made:
                made.capture()
                made.flush(500)
        said = sorted(set(log.read_text().splitlines()))
    free = [line.split()[0] for line in OPTIONS if line.endswith(" *")]
    seen = {f"{line.split()[0]} *" if line.split()[0] in free else line for line in said}
    expect(sorted(seen), OPTIONS, "options")


@case("SEC-4 no cookie, referer, alternative service or netrc is taken up",
      environment=lambda: {"HOME": os.environ["FAULTS_CERTIFICATES"]})
def no_extras():
    (pathlib.Path(os.environ["HOME"]) / ".netrc").write_text("default login netrcuser password netrcpassword\n")

    def behave(wire):
        while True:
            wire.answer(wire.request(), 200, [
                "Set-Cookie: taken=up; Path=/", f'Alt-Svc: h2=":{elsewhere.port}"; ma=999', "Refresh: 0; url=/x",
                "Strict-Transport-Security: max-age=99999", 'WWW-Authenticate: Basic realm="x"'])
    with Badd() as elsewhere, Badd(then=behave) as server, program(server.port) as made:
        goes_out_clean(server, made, 3)
        expect(len(elsewhere.accepted), 0, "connections to the alternative")


@case("SEC-4 only http and https are spoken")
def schemes():
    for scheme in "ftp", "file", "gopher", "ws", "unix", "javascript":
        try:
            with program(dsn(9, scheme=scheme)):
                raise AssertionError(f"taken: {scheme}")
        except RuntimeError as refused:
            assert "dsn" in json.dumps(str(refused)), refused
