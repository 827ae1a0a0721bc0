"""Lines about what is being done, on standard error, so that nobody wonders; and an end to it."""
import sys
import time

_started = time.monotonic()
BUDGET_S = {"times": 120, "limits": 60, "peers": 180, "startup": 60, "bursts": 480, "masses": 120, "compression": 30,
            "tls": 150, "overload": 60, "spool": 60}


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
