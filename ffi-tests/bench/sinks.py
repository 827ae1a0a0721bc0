"""Programs that report to a server of ours which does as little as a server can."""
import contextlib
import json
import os
import subprocess

LIMIT_S = 150
SERVERS = {"instant": (0, 0), "20ms": (20, 0), "lossy": (0, 10), "silent": (1000000, 0)}  # ms; loses every n-th
NO_SENTRY = {name: value for name, value in os.environ.items() if not name.startswith("SENTRY_")}


@contextlib.contextmanager
def sink(build, server):
    """(DSN, function that ends the server and tells what it received)."""
    delay, lost = SERVERS[server]
    process = subprocess.Popen([str(build / "ffi-tests/bench/bench_sink"), str(delay), str(lost)],
                               stdout=subprocess.PIPE, text=True)

    def account():
        process.terminate()
        return json.loads(process.communicate(timeout=30)[0])

    try:
        yield f"http://public@127.0.0.1:{process.stdout.readline().split()[1]}/1", account
    finally:
        process.kill()
        process.wait()


def run(command, environment=None):
    """What a program printed, or RuntimeError with the first line of its complaint."""
    try:
        done = subprocess.run(command, env={**NO_SENTRY, **(environment or {})}, capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise RuntimeError(said[-1] if said else f"{command[0]} ended with code {done.returncode}")
    return done.stdout


def attempt(results, name, work):
    """What `work` returns; None: it failed, which is noted and keeps nobody else from playing."""
    try:
        return work()
    except (RuntimeError, ValueError, KeyError) as why:
        results.about.setdefault("failed", {})[name] = str(why)
        return None


def report_to(build, server, command, environment=None):
    """(what the program says of itself, what the server received); "DSN" in the command is filled in."""
    with sink(build, server) as (dsn, account):
        said = json.loads(run([dsn if word == "DSN" else word for word in command], environment))
        return said, account()
