"""SEC-2: comes last, for it reads what all other cases made the library say."""
import base64
import os
import pathlib

from badd import Badd
from cases import case
from program import KEY, PROXY_PASSWORD, SECRET, expect, program
from proxy import WELCOME

HIDDEN = {"the key": KEY, "the secret": SECRET, "the proxy's password": PROXY_PASSWORD,
          "the proxy's header": WELCOME, "the header": "sentry_key=", "the secret, encoded":
          base64.b64encode(SECRET.encode()).decode().rstrip("=")}


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
        for word in HIDDEN.values():
            assert word not in said, said


@case("SEC-2 neither key nor secret nor a proxy's password is in any log, notice or count of this suite", alone=True)
def whole_log():
    log = pathlib.Path(os.environ["FAULTS_LOG"]).read_bytes()
    assert b"tocsin: " in log and b"client_stats: " in log and b"notice: " in log, "nothing was logged"
    found = [what for what, word in HIDDEN.items() if word.encode() in log]
    expect(found, [], f"in {len(log)} bytes")
    print(f"   {len(log)} bytes looked through")
