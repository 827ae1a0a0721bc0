"""RL-1: every form of limits, through `tocsin_envelope_done`, on a clock that stands still.

Where SDKs differ, tocsin does as follows: an entry that cannot be read is skipped alone and the rest
counts (others drop the whole header); fractions round up (others cut them off); unknown categories never
mean all; a header with one readable entry hides Retry-After even on 429; a limit never gets shorter."""
import datetime
import email.utils
import time

from badd import unpack
from cases import Clock, case, own_clock
from net_status import attach
from program import LIBRARY, expect, handle, program, text

DAY = 86400
LIMITS, AFTER = "X-Sentry-Rate-Limits: ", "Retry-After: "
ALL, NOTHING = "all", {}

# Status, headers, and until which second the category is held back.
ROWS = [
    (200, LIMITS + value, effect) for value, effect in (
        ("60:error:organization", {"error": 60}), ("60:error", {"error": 60}), ("60:error:", {"error": 60}),
        ("60:error:key:quota", {"error": 60}), ("60:error:key:quota:ns;ns2:more:and:more", {"error": 60}),
        ("60:error:unheard_of_scope", {"error": 60}), ("60:attachment:key", {"attachment": 60}),
        ("60:error;attachment:key", {"error": 60}), ("60:transaction;error:key", {"error": 60}),
        ("60:unheard_of;error:key", {"error": 60}), ("60:error;unheard_of:key", {"error": 60}),
        ("60:error;;attachment:key", {"error": 60}), ("60:;error:key", {"error": 60}),
        ("60:error;metric_bucket:key:reason:custom", {"error": 60}),
        ("60::key", {ALL: 60}), ("60: :key", {ALL: 60}), ("60::", {ALL: 60}), ("60:", {ALL: 60}),
        ("10::organization", {ALL: 10}), ("60:unheard_of:key", NOTHING), ("60:;:key", NOTHING),
        ("60:transaction:key", NOTHING), ("60:session;log_item;monitor:key", NOTHING),
        ("60:metric_bucket:organization:quota:custom", NOTHING), ("60:default:key", NOTHING),
        ("60:ERROR:key", NOTHING), ("60:errors:key", NOTHING), ("60:\u00e9rror:key", NOTHING),
        ("60:error:key, 2700::project", {ALL: 2700}), ("2700::project,60:error:key", {ALL: 2700}),
        ("10::key,60:error:key", {"error": 60}), ("60:error:key,10:error:key", {"error": 60}),
        ("10:error:key,60:error:key", {"error": 60}), ("5:error:key,5:attachment:key", {"error": 5}),
        ("abc:error:key,5:error:key", {"error": 5}), ("5:error:key,abc:error:key", {"error": 5}),
        (",,60:error:key,,", {"error": 60}), (" 60 : error : key ", {"error": 60}),
        ("\t60\t:\terror ; transaction\t: key", {"error": 60}),
        ("2.5:error:key", {"error": 3}), ("2.0:error:key", {"error": 2}), ("0.001:error:key", {"error": 1}),
        (".5:error:key", {"error": 1}), ("5.:error:key", {"error": 5}), ("007:error:key", {"error": 7}),
        ("1.2.3:error:key", NOTHING), (".:error:key", NOTHING), ("1e2:error:key", NOTHING),
        ("0x10:error:key", NOTHING), ("+5:error:key", NOTHING), ("-5:error:key", NOTHING),
        ("NaN:error:key", NOTHING), ("inf:error:key", NOTHING), ("Infinity:error:key", NOTHING),
        ("5s:error:key", NOTHING), ("6 0:error:key", NOTHING), (":error:key", NOTHING), (" :error:key", NOTHING),
        ("0:error:key", NOTHING), ("0::key", NOTHING), ("0.0:error:key", NOTHING),
        ("86400:error:key", {"error": DAY}), ("86401:error:key", {"error": DAY}),
        ("100000000000000000:error:key", {"error": DAY}), ("9" * 400 + ":error:key", {"error": DAY}),
        ("60", NOTHING), ("error", NOTHING), ("", NOTHING), (";;", NOTHING), ("::", NOTHING), (":" * 500, NOTHING),
        ("60;error;key", NOTHING), ("60:error:key\n" + LIMITS + "90:error:key", {"error": 90}),
        ("60:transaction:key\n" + LIMITS + "60:error:key", {"error": 60}))
] + [
    (429, AFTER + value, effect) for value, effect in (
        ("7", {ALL: 7}), (" 7 ", {ALL: 7}), ("2.5", {ALL: 3}), ("0", NOTHING), ("", {ALL: 60}),
        ("soon", {ALL: 60}), ("-5", {ALL: 60}), ("+5", {ALL: 60}), ("1e3", {ALL: 60}), ("NaN", {ALL: 60}),
        ("7, 9", {ALL: 60}), ("7s", {ALL: 60}), ("99999999999999999999", {ALL: DAY}),
        ("Thu, 01 Jan 1970 00:00:00 GMT", NOTHING), ("Thu, 32 Jan 2099 00:00:00 GMT", {ALL: 60}),
        ("Fri, 01 Jan 2100 00:00:00 GMT", {ALL: DAY}), ("@imf", {ALL: 90}), ("@rfc850", {ALL: 90}),
        ("@asctime", {ALL: 90}))
] + [
    (429, "", {ALL: 60}), (429, "X-Other: 1", {ALL: 60}), (429, "retry-after: 7", {ALL: 7}),
    (429, LIMITS + "60:error:key\n" + AFTER + "7", {"error": 60}),
    (429, AFTER + "7\n" + LIMITS + "60:error:key", {"error": 60}),
    (429, LIMITS + "60:unheard_of:key\n" + AFTER + "7", NOTHING), (429, LIMITS + "\n" + AFTER + "7", {ALL: 7}),
    (429, LIMITS + "abc:error:key\n" + AFTER + "7", {ALL: 7}), (429, LIMITS + "abc:error:key", {ALL: 60}),
    (429, LIMITS + "0:error:key", NOTHING), (429, "x-sentry-rate-limits: 60:error:key", {"error": 60}),
    (200, AFTER + "7", NOTHING), (503, AFTER + "7", NOTHING), (503, LIMITS + "60:error:key", {"error": 60}),
    (404, LIMITS + "60:error:key", {"error": 60}), (302, LIMITS + "60::key", {ALL: 60}),
]


def dated(headers):
    """@FORM: the date in a minute and a half, in one of the three forms that HTTP knows."""
    then = datetime.datetime.fromtimestamp(time.time() + 90, datetime.timezone.utc)
    forms = {"@imf": email.utils.format_datetime(then, usegmt=True),
             "@rfc850": then.strftime("%A, %d-%b-%y %H:%M:%S GMT"), "@asctime": then.strftime("%a %b %e %H:%M:%S %Y")}
    for name, value in forms.items():
        headers = headers.replace(name, value)
    return headers


class Puller:
    """A program that carries its envelopes itself; every event has an attachment."""

    def __init__(self, made):
        self.made = made
        attach(made, 10)

    def is_held(self):
        status, _ = self.made.scope.message("probe", "error")
        return status == 2

    def kinds(self, status=200, headers=""):
        """The types of the items of the next envelope, which gets this answer."""
        taken = LIBRARY.call("client_next_envelope", handle(self.made.number), handle(0))
        assert taken > 0, "no envelope"
        items = unpack(LIBRARY.read("envelope_text", handle(taken)).encode())
        LIBRARY.status("envelope_done", handle(taken), status, *text(headers))
        return {header["type"] for header, _ in items} - {"client_report"}

    def drain(self):
        while (taken := LIBRARY.call("client_next_envelope", handle(self.made.number), handle(0))) > 0:
            LIBRARY.status("envelope_done", handle(taken), 200, *text(""))


def check_row(row, clock):
    status, headers, effect = row
    with program("", transport="pull") as made:
        puller = Puller(made)
        expect(puller.is_held(), False, "held before")
        expect(puller.kinds(status, dated(headers)), {"event", "attachment"}, "items before")
        whole = effect.get("error", effect.get(ALL))
        if whole:
            clock.shift(whole * 1000 - 1)
            expect(puller.is_held(), True, "held a millisecond before the end")
            clock.shift(1)
        expect(puller.is_held(), False, "held at the end")
        if "attachment" in effect:
            expect(puller.kinds(), {"event"}, "items within the limit")
            clock.shift(effect["attachment"] * 1000)
            expect(puller.is_held(), False, "held afterwards")
        expect(puller.kinds(), {"event", "attachment"}, "items afterwards")
        made.account()


@case(f"RL-1 {len(ROWS)} forms of limits have the effect that they should, to the millisecond", environment=own_clock)
def rows():
    clock = Clock()
    clock.freeze()
    wrong = []
    for row in ROWS:
        try:
            check_row(row, clock)
        except AssertionError as problem:
            wrong.append(f"{row}: {problem}")
    assert len(ROWS) >= 60
    expect("\n".join(wrong), "", "wrong")


@case("RL-1 a shorter limit after a longer one changes nothing, a longer one extends it", environment=own_clock)
def successive():
    clock = Clock()
    clock.freeze()
    with program("", transport="pull") as made:
        puller = Puller(made)
        for _ in range(3):
            expect(puller.is_held(), False, "held before")
        for seconds in 60, 10, 90:
            puller.kinds(200, f"{LIMITS}{seconds}:attachment:key")
        puller.drain()
        clock.shift(89999)
        puller.is_held()
        expect(puller.kinds(), {"event"}, "items within")
        clock.shift(1)
        puller.is_held()
        expect(puller.kinds(), {"event", "attachment"}, "items after")


@case("RL-1 the limits of one client are not those of another", environment=own_clock)
def of_one_client():
    with program("", transport="pull") as one, program("", transport="pull") as other:
        puller, beside = Puller(one), Puller(other)
        puller.is_held()
        puller.kinds(429)
        expect((puller.is_held(), beside.is_held()), (True, False), "held")
