"""SEC-8, SEC-10, SEC-11: what is not for others stays where it is."""
import contextlib
import json
import os
import pathlib

from badd import Badd, unpack
from cases import case, is_slow
from kit import free_port, scratch_folder
from program import LIBRARY, OK, SECRET, expect, handle, program, text, wait_for

CLIENTS = 8
ROUNDS = 1000 if is_slow() else 12500


@case("SEC-8 a spool holds neither the secret of the DSN nor a header, and damaged files are not sent")
def spool_content():
    port = free_port()
    with scratch_folder() as folder:
        spool = {"cache_dir": str(folder / "spool")}
        with program(port, **spool) as made:
            made.capture(20)
            made.close(2000)
            made.await_(spooled=20)
        files = [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
        everything = b"".join(path.read_bytes() for path in files)
        for word in SECRET, "X-Sentry-Auth", "sentry_key", "Authorization":
            assert word.encode() not in everything, word
        envelopes = [path for path in files if path.suffix == ".envelope"]
        expect(len(envelopes), 20, "files")
        damaged = envelopes[0]
        damaged.write_bytes(damaged.read_bytes().replace(b"it went wrong", b"it went wrogn"))
        with Badd(port=port) as server, program(port, **spool) as again:
            wait_for(lambda: len(server.ids(200)) == 19, "the others", 30)
            wait_for(lambda: any("bad" in path.parts for path in pathlib.Path(folder).rglob("*")), "it set aside")
            assert b"wrogn" not in server.all_bytes()
            assert server.ids(200) < made.ids
            again.account()


@case("SEC-10 what the user set by hand is sent untouched, secret-looking names and URLs included")
def by_hand():
    url = "https://me:hunter2@example.com/?token=1"
    with Badd() as server, program(server.port) as made:
        made.scope.tag("password", "hunter2")
        made.scope.update({"extra": {"api_key": "hunter2"}, "contexts": {"mine": {"secret": url}}})
        made.scope.crumb({"message": url, "data": {"cookie": "hunter2"}})
        made.capture(words=url)
        expect(made.flush(), OK, "flush")
        (request,) = server.requests
        event = json.loads(request.items[0][1])
        expect(event["tags"]["password"], "hunter2")
        expect(event["extra"]["api_key"], "hunter2")
        expect(event["contexts"]["mine"]["secret"], url)
        crumb = event["breadcrumbs"]["values"][-1] if isinstance(event["breadcrumbs"], dict) \
            else event["breadcrumbs"][-1]
        expect((crumb["message"], crumb["data"]), (url, {"cookie": "hunter2"}))
        expect(event["logentry"]["formatted"], url)


@case("SEC-10 the core takes nothing from command line, environment or user of the process",
      environment=lambda: {"USER": "agatha-of-the-tests", "A_TOKEN": "env-hunter2"})
def nothing_automatic():
    with Badd() as server, program(server.port, host_contexts=True) as made:
        made.capture()
        expect(made.flush(), OK, "flush")
        (request,) = server.requests
        for word in "agatha-of-the-tests", "env-hunter2", "--case", "{{auto}}", os.path.expanduser("~") + "/":
            assert word.encode() not in request.body, word


class Mixed:
    """One of several clients in a process."""

    def __init__(self, made, number):
        self.made, self.number = made, number
        self.captured = self.delivered = self.limited = 0
        self.reported = {}
        made.scope.tag("client", str(number))

    def capture(self):
        status, _ = self.made.scope.message(f"from {self.number}", "error")
        self.captured += 1
        self.limited += status == 2

    def carry(self, headers=""):
        """All that is there; the limits, if any, come with each answer."""
        while (taken := LIBRARY.call("client_next_envelope", handle(self.made.number), handle(0))) > 0:
            said = LIBRARY.read("envelope_text", handle(taken))
            LIBRARY.status("envelope_done", handle(taken), 200, *text(headers))
            for header, payload in unpack(said.encode()):
                self.look_at(header, json.loads(payload))

    def look_at(self, header, payload):
        if header["type"] == "client_report":
            for entry in payload["discarded_events"]:
                self.reported[entry["reason"]] = self.reported.get(entry["reason"], 0) + entry["quantity"]
            return
        self.delivered += 1
        expect(payload["tags"], {"client": str(self.number)}, "tags")
        expect(payload["logentry"]["formatted"], f"from {self.number}")
        expect(payload["release"], f"r@{self.number}")


@case(f"SEC-11 {CLIENTS} clients and {CLIENTS * ROUNDS:,} interleaved captures: no tag, limit or report strays",
      alone=True)
def interleaved():
    with contextlib.ExitStack() as stack:
        mixed = [Mixed(stack.enter_context(program("", transport="pull", debug=False, release=f"r@{number}")), number)
                 for number in range(CLIENTS)]
        for turn in range(ROUNDS):
            for one in mixed:
                one.capture()
            if turn % 10 == 9:
                for one in mixed:
                    one.carry("X-Sentry-Rate-Limits: 3600:error:key" if one.number == 3 else "")
        for one in mixed:
            one.made.flush(0)  # asks for the report
            one.carry()
            account = one.made.account()
            expect((account["captured"], account["delivered"]), (one.captured, one.delivered), "captured, delivered")
            lost = one.captured - one.delivered
            expect(account["discarded"], {"ratelimit_backoff": lost} if one.number == 3 else {}, "discarded")
            expect(one.reported, account["discarded"], "reported")
            expect(one.limited > 0, one.number == 3, f"whether {one.number} is limited")
