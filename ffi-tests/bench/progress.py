"""Lines about what is being done, on standard error, so that nobody wonders; and an end to it."""
import sys
import time

_started = time.monotonic()
BUDGET_S = {"times": 90, "limits": 40, "peers": 120, "startup": 60, "bursts": 660, "masses": 100, "compression": 20,
            "tls": 130, "overload": 40, "spool": 30}  # with --full all of a run is half an hour at most


def say(text):
    print(f"[{time.monotonic() - _started:5.0f} s] {text}", file=sys.stderr, flush=True)


def rounds(part, passes, now=time.monotonic):
    """Numbers of passes. On a machine that is slow or busy there are fewer: none begins when the part's time
    is over, but one is always played."""
    began = now()
    for number in range(passes):
        if number > 0 and now() - began > BUDGET_S[part]:
            say(f"{part}: {number} of {passes} passes, for its time is over")
            return
        yield number
