"""Lines about what is being done, on standard error, so that nobody wonders."""
import sys
import time

_started = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - _started:5.0f} s] {text}", file=sys.stderr, flush=True)
