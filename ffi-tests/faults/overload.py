"""OVL-1, OVL-3, OVL-5 and the burst: more than goes through."""
import json
import os
import re
import shutil
import subprocess
import time

from badd import Badd, hanging
from cases import IS_NIGHTLY, built, case, in_time, is_sanitized
from kit import Skip, ending, http_call, scratch_folder
from program import BUILD, FINE, dsn, expect, program, wait_for

RATE, EXACT, GROWTH_KIB = 1_000_000, 1_000_000, 48 * 1024
BURST = 2000
TIMEOUT = 4
# Of a thread that captures: memory, waking a worker that sleeps, entropy for ids now and then.
HARMLESS = {"futex", "getrandom", "mmap", "munmap", "madvise", "mprotect", "brk", "getpid", "rt_sigprocmask"}


def run(name, *arguments, before=()):
    done = subprocess.run(ending(*before, built(name), *map(str, arguments)), capture_output=True, text=True, timeout=120)
    expect(done.returncode, 0, done.stderr)
    return json.loads(done.stdout)


def error_counts(stats):
    counts = stats["categories"]["error"]
    total = sum(number for name, number in counts.items() if name not in ("captured", "discarded"))
    expect(total + sum(counts["discarded"].values()), counts["captured"], f"the sum of {counts}")
    return counts


@case("OVL-1 four threads against a server that hangs: a million captures a second, 48 MiB, books exact", alone=True)
def flood():
    for seconds in (10,) if IS_NIGHTLY else (2, 10, 50):
        with Badd(then=hanging) as server:
            said = run("faults_flood", dsn(server.port), 4, seconds)
        if said["captures"] >= EXACT:
            break
    full, closed = error_counts(said["full"]), error_counts(said["closed"])
    expect(full["captured"], said["captures"], "captured")
    assert is_sanitized() or said["captures"] >= EXACT, said["captures"]
    expect(closed["captured"], said["captures"], "captured at the end")
    expect((closed["queued"], closed["in_flight"]), (0, 0), "left at the end")
    expect(closed["discarded"]["queue_overflow"] + closed["discarded"]["network_error"], said["captures"], "lost")
    processors = min(4, len(os.sched_getaffinity(0)))
    rate = said["captures"] / said["wall_s"]
    if not IS_NIGHTLY:  # other programs may have had their share of the processors
        rate = max(rate, said["captures"] / said["cpu_s"] * processors)
    print(f"   {said['captures'] / said['wall_s'] / 1e6:.2f} million captures a second, "
          f"{said['captures'] / said['cpu_s'] / 1e6:.2f} a second of processor, {said['rss_growth_kib']} KiB more")
    assert is_sanitized() or (rate >= RATE and said["rss_growth_kib"] <= GROWTH_KIB), said


def calls_of_caller(trace):
    """System calls of the first thread between its two calls of getppid."""
    lines = trace.read_text().splitlines()
    caller = next(line.split()[0] for line in lines)
    own = [line.split(None, 1)[1] for line in lines if line.split()[0] == caller]
    marks = [number for number, line in enumerate(own) if line.startswith("getppid")]
    return own[marks[-2] + 1:marks[-1]]


@case("OVL-3 a thread that captures makes no system call on network or disk, and wakes the worker at most")
def system_calls():
    if not shutil.which("strace"):
        raise Skip("there is no strace: ffi-tests/setup could not install it")
    for behaviour in (hanging, None):
        with scratch_folder() as folder, (Badd(then=behaviour) if behaviour else Badd()) as server:
            trace = folder / "trace"
            before = ("strace", "-f", "-yy", "-o", trace, "-e", "signal=none")
            run("faults_flood", dsn(server.port), 0, 0, 2000, before=before)
            calls = calls_of_caller(trace)
        others = [line for line in calls if re.match(r"\w+", line) and re.match(r"\w+", line)[0] not in HARMLESS]
        wakes = [line for line in others if is_wake_up(line)]
        expect([line for line in others if line not in wakes], [], "calls")
        assert len(wakes) <= 2000, len(wakes)
        print(f"   2,000 captures made {len(calls)} system calls, {len(wakes)} of them wake-ups through a descriptor")


def is_wake_up(line):
    """One byte, without waiting, to a pair of sockets or an eventfd that only this process has."""
    return re.match(r"(sendto|write)\(\d+<(UNIX-STREAM:\[\d+->\d+\]|anon_inode:\[eventfd\]|pipe:\[\d+\])>, "
                    r'"\\1(\\0)*", [18]\b', line)


def close_counts_once(timeout_ms, limit_s):
    """How long it took, and whether that is in time, with 1,000 queued against a server that hangs."""
    with Badd(then=hanging) as server, program(server.port, transfer_timeout=60000) as made:
        made.capture(1000)
        wait_for(lambda: server.accepted, "a connection")
        begun = time.monotonic()
        expect(made.flush(0), TIMEOUT, "flush(0)")
        assert time.monotonic() - begun < 10, "flush(0) does not wait"
        status, seconds = made.close(timeout_ms)
        expect(status, TIMEOUT, "close")
        account = made.account()
        expect(account["captured"], 1000, "captured")
        expect(account["discarded"], {"network_error": 1000}, "discarded")
        return seconds, seconds <= limit_s


@case("OVL-5 close with 1,000 queued against a server that hangs ends in time, and all 1,000 are counted",
      alone=True)
def close_counts():
    for timeout_ms, limit_s in ((2000, 2.5), (0, 0.3)):
        in_time(close_counts_once, timeout_ms, limit_s)


def burst(answer):
    server = subprocess.Popen([BUILD / "ffi-tests/server/tsn_server", "--with-parent"], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True)
    try:
        port = int(server.stdout.readline().split()[1])
        http_call(port, "POST", "/_control", json.dumps({"default": answer}))
        said = run("faults_burst", dsn(port), BURST)
        expect(said["flush"], 0, "flush")
        expect(error_counts(said["stats"])["delivered"], BURST, "delivered")
        counts = json.loads(http_call(port, "GET", "/_count")[2])
        expect((counts["events"], counts["malformed"]), (BURST, 0), "events at the server")
        print(f"   {BURST} full events in {said['seconds']:.2f} s")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


@case("OVL-1 a burst of 2,000 full events with default settings is delivered whole by an instant server", alone=True)
def instant():
    burst({"status": 200})


@case("OVL-1 and by one that takes 20 ms for each: a burst of 2,000 full events with default settings", alone=True)
def slow():
    burst({"status": 200, "delay_ms": 20})
