"""SEC-2: comes last, for it reads what all other cases made the library say."""
import base64
import ctypes
import os
import pathlib
import re

from badd import Badd
from cases import case
from kit import ROOT, Skip, free_port
from program import KEY, LIBRARY, PROXY_PASSWORD, SECRET, as_json, dsn, expect, handle, note, program, wait_for
from proxy import WELCOME

HIDDEN = {"the key": KEY, "the secret": SECRET, "the proxy's password": PROXY_PASSWORD,
          "the proxy's header": WELCOME, "the header": "sentry_key=", "the secret, encoded":
          base64.b64encode(SECRET.encode()).decode().rstrip("=")}
ADDRESS = f"{KEY}:{SECRET}@127.0.0.1:9"
NO_DSNS = (f"http://{ADDRESS}", f"http://{ADDRESS}/", f"http://{ADDRESS}/x", f"ftp://{ADDRESS}/1", f"{ADDRESS}/1",
           f"http://{KEY}:{SECRET}@/1", f"http://{KEY}:{SECRET}@h:0/1", f"http://{KEY}:{SECRET}@h h/1",
           f"http://{KEY}:{SECRET}@h:{SECRET}/1", f"http://h/{SECRET}", f"http:// {ADDRESS}/1", f"http://@{ADDRESS}/1")
PROXY = f"//somebody:{PROXY_PASSWORD}@127.0.0.1:9"
REFUSED = [{"dsn": one} for one in NO_DSNS] + [{"http_proxy": f"http:{PROXY}/{'x' * 9000}"}, {"spotlight": f"ftp:{PROXY}/"}]
ENVIRONMENT = {"SENTRY_DSN": NO_DSNS[3], "SENTRY_SPOTLIGHT": f"ftp:{PROXY}", "SENTRY_SAMPLE_RATE": "many",
               "http_proxy": f"socks9:{PROXY}", "all_proxy": f"nonsense:{PROXY}"}
HOOK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
FAILING = HOOK(lambda event, hint, user: -7)
A_LINE = re.compile(r'tsn_diag_(?:log|note)\([^;]*?"([a-z_]+\.[a-z_]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', re.S)


def expect_silence(said, what):
    for hidden, word in HIDDEN.items():
        assert word not in said, f"{hidden} in {what}: {said}"


def quoting(wire):
    """A server that answers with all that it was sent, as some proxies do."""
    while True:
        request = wire.request()
        wire.answer(request, 400, [f"X-Sentry-Error: {request.headers['x-sentry-auth']}"], request.head)


@case("SEC-2 an answer that quotes the request does not bring the key into the log")
def quoted():
    with Badd(then=quoting) as server, program(server.port) as made:
        made.capture(3)
        made.await_(send_error=3)
        said = "".join(made.said()) + made.last_answer()
        assert "the key is in it" in said, said
        expect_silence(said, "what it says")


def refused(**options):
    """What is said of options that no client can be opened with."""
    made = LIBRARY.call("options_new")
    problem = ""
    try:
        for call in (lambda: LIBRARY.status("options_set_json", handle(made), *as_json(options)),
                     lambda: LIBRARY.call("client_open", handle(made))):
            try:
                call()
            except RuntimeError:
                problem = LIBRARY.read("options_problem", handle(made))
                break
    finally:
        LIBRARY.status("handle_close", handle(made))
    note("problem", problem)
    return problem


@case("SEC-2 a DSN, proxy or Spotlight that is refused is told without its secrets, at the call and on the log")
def refusals():
    for options in REFUSED:
        said = refused(**{"dsn": dsn(9), "debug": True, **options})
        (name, text), = options.items()
        assert said.startswith(f"{name}: "), (text, said)
        expect_silence(said, "the problem")


@case("SEC-2 trouble with environment, proxy, Spotlight, folder, file and hook is told without a secret",
      environment=lambda: ENVIRONMENT)
def trouble():
    spotlight = f"http://somebody:{PROXY_PASSWORD}@127.0.0.1:{free_port()}/stream"
    with program(free_port(), spotlight=spotlight, cache_dir="/proc/none/spool", durability="spool") as made:
        scope = handle(made.scope.number)
        LIBRARY.status("scope_add_attachment", scope, None, handle(-1), *as_json({"path": "/none", "filename": "none"}))
        made.capture()
        made.scope.fork()
        LIBRARY.status("scope_add_processor", scope, ctypes.c_int32(1), None, handle(-1), FAILING, None, None)
        made.capture()
        for line in "spotlight.no_answer", "transport.no_answer", "spool.trouble", "attachment.refused", "hook.failed":
            wait_for(lambda: any(line in one for one in made.said()), line)
        expect_silence("".join(made.said()), "a notice")
        assert [one for one in made.said() if "SENTRY_SPOTLIGHT is ignored" in one], made.said()


def lines_with_words():
    """Ids of what the library may say with a text of others in it."""
    sources = ((ROOT / "core").rglob("*.c"))
    found = [match for one in sources for match in A_LINE.findall(one.read_text())]
    return {name for name, words in found if re.search(r"%(\.\*)?s", words)}


@case("SEC-2 neither key nor secret nor a proxy's password is in any log, notice or count of this suite", alone=True)
def whole_log():
    log = pathlib.Path(os.environ["FAULTS_LOG"]).read_bytes()
    assert b"tocsin: " in log and b"client_stats: " in log and b"notice: " in log, "nothing was logged"
    found = [what for what, word in HIDDEN.items() if word.encode() in log]
    expect(found, [], f"in {len(log)} bytes")
    print(f"   {len(log)} bytes looked through")


@case("SEC-2 every line of the library's in which a text of others can stand has been looked through there", alone=True)
def all_lines():
    if "FAULTS_WHOLE" not in os.environ:
        raise Skip("only a part of the cases was run")
    log = pathlib.Path(os.environ["FAULTS_LOG"]).read_text(errors="replace")
    wanted = lines_with_words()
    assert len(wanted) >= 10, wanted
    expect({one for one in wanted if f" {one}: " not in log}, set(), "lines that were never said")
