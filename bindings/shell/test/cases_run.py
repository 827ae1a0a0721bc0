"""tocsin run: transparent while the command runs, an event when it fails."""
import fcntl
import os
import resource
import signal
import subprocess
import sys
import tempfile
import termios

from kit import LIMIT_S, Server, case, expect, expect_in, free_dsn, start, stored, tocsin


def value_of(event):
    return event["exception"]["values"][0]["value"]


@case("a command that succeeds is not reported, and its streams and code are its own")
def success():
    with Server() as server:
        done = tocsin("run", "--", "sh", "-c", "cat; echo err >&2", dsn=server.dsn, input=b"in\0\xff")
        expect((done.code, done.out, done.err), (0, b"in\0\xff", b"err\n"))
        expect(server.events(), [])


@case("a command that fails is reported with code, arguments, duration and the end of its standard error")
def failure():
    script = "for i in $(seq 1 150); do echo line $i >&2; done; echo out; exit 3"
    with Server() as server:
        done = tocsin("run", "-t", "job:nightly", "-r", "shop@1", "--", "sh", "-c", script, dsn=server.dsn)
        expect((done.code, done.out), (3, b"out\n"))
        expect(done.err.decode(), "".join(f"line {number}\n" for number in range(1, 151)))
        event = server.event()
        expect(value_of(event), "sh ended with exit code 3")
        expect(event["tags"], {"command": "sh", "job": "nightly"})
        expect((event["release"], event["level"]), ("shop@1", "error"))
        context = event["contexts"]["command"]
        expect((context["arguments"], context["exit_code"]), (["sh", "-c", script], 3))
        assert 0 < context["duration_ms"] < 60000, context
        expect(event["extra"]["stderr"].splitlines(), [f"line {number}" for number in range(51, 151)])


@case("arguments that look like secrets are filtered, and --no-arguments leaves all of them out")
def secrets():
    words = ["false", "--password", "hidden1", "--api-key=hidden2", "http://me:hidden3@host/", "TOKEN=hidden4", "plain"]
    with Server() as server:
        tocsin("run", *words, dsn=server.dsn)
        tocsin("run", "--no-arguments", *words, dsn=server.dsn)
        first, second = (event["contexts"]["command"]["arguments"] for event in server.events())
        expect(first, ["false", "--password", "[Filtered]", "--api-key=[Filtered]", "http://[Filtered]@host/",
                       "TOKEN=[Filtered]", "plain"])
        expect(second, ["false"])


@case("a command that is not there: 127, one that cannot be run: 126, both reported; no command: 125")
def cannot_start():
    with Server() as server, tempfile.NamedTemporaryFile() as file:
        done = tocsin("run", "no-such-command", dsn=server.dsn)
        expect(done.code, 127)
        expect_in(b"no-such-command: No such file", done.err)
        expect(tocsin("run", file.name, dsn=server.dsn).code, 126)
        values = [value_of(event) for event in server.events()]
        expect_in("no-such-command cannot be started: No such file", values[0])
        expect_in("cannot be started: Permission denied", values[1])
    expect(tocsin("run").code, 125)
    expect(tocsin("run", "--no-such-option", "true").code, 125)


@case("without a server or a DSN the code is the command's all the same; with --cache-dir the event is kept")
def undelivered():
    expect(tocsin("run", "--timeout", "0.1", "--", "sh", "-c", "exit 7", dsn=free_dsn()).code, 7)
    done = tocsin("run", "--", "sh", "-c", "exit 7")
    expect(done.code, 7)
    expect_in(b"there is no DSN", done.err)
    expect(tocsin("run", "--dsn", "nonsense", "--", "sh", "-c", "exit 7").code, 7)
    with tempfile.TemporaryDirectory() as folder:
        expect(tocsin("run", "--cache-dir", folder, "--", "sh", "-c", "exit 7", dsn=free_dsn()).code, 7)
        expect(len(stored(folder)), 1)


@case("a command that a signal ends is reported, and we end by the same signal")
def killed():
    with Server() as server:
        for name in ("KILL", "SEGV", "ALRM"):
            done = tocsin("run", "sh", "-c", f"kill -{name} $$", dsn=server.dsn)
            expect(done.code, -getattr(signal, "SIG" + name))
        for event, number in zip(server.events(), (9, 11, 14)):
            expect_in(f"sh was ended by signal {number} (", value_of(event))


@case("a signal goes on to the command, whose answer to it is the end, and no event")
def passed_on():
    script = "trap 'echo got; exit 5' TERM USR1; echo ready; while :; do sleep 0.01; done"
    for number, is_reported in ((signal.SIGTERM, False), (signal.SIGUSR1, True)):
        with Server() as server:
            run = start("run", "sh", "-c", script, dsn=server.dsn)
            expect(run.stdout.readline(), b"ready\n")
            run.send_signal(number)
            expect(run.communicate(timeout=LIMIT_S)[0], b"got\n")
            expect(run.returncode, 5)
            expect(len(server.events()), int(is_reported))


@case("SIGTERM that ends the command ends us too, and is not reported")
def terminated():
    with Server() as server:
        run = start("run", "sh", "-c", "echo ready; exec sleep 60", dsn=server.dsn)
        expect(run.stdout.readline(), b"ready\n")
        run.terminate()
        run.communicate(timeout=LIMIT_S)
        expect((run.returncode, server.events()), (-signal.SIGTERM, []))


@case("what the command leaves running keeps a standard error that somebody reads, and nobody waits for it")
def left_behind():
    with tempfile.TemporaryDirectory() as folder:
        gate = os.path.join(folder, "gate")
        os.mkfifo(gate)
        run = start("run", "--", "sh", "-c", f"(read x <{gate}; echo late >&2; echo $? >{gate}) & exit 1", dsn=None)
        expect(run.wait(timeout=LIMIT_S), 1)
        with open(gate, "w", encoding="ascii") as file:
            file.write("go\n")
        with open(gate, encoding="ascii") as file:
            expect(file.read(), "0\n", "writing to standard error")
        expect_in(b"late\n", run.communicate(timeout=LIMIT_S)[1])


@case("the command gets our signals' dispositions and closed streams as they were, and no descriptor of ours")
def inherited():
    look = "import os, signal; print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGUSR2)," \
           " sorted(signal.pthread_sigmask(0, [])), sorted(os.listdir('/proc/self/fd')))"
    def prepare():
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    direct = subprocess.run([sys.executable, "-I", "-S", "-c", look], preexec_fn=prepare, capture_output=True,
                            check=True, stdin=subprocess.DEVNULL)
    expect(tocsin("run", sys.executable, "-I", "-S", "-c", look, preexec_fn=prepare).out, direct.stdout)
    done = tocsin("run", "sh", "-c", "test ! -e /proc/$$/fd/0 && echo closed", stdin=None, preexec_fn=lambda: os.close(0))
    expect((done.code, done.out), (0, b"closed\n"))


@case("standard error that nobody reads stops neither the command nor the report")
def broken_stderr():
    with Server() as server:
        run = start("run", "sh", "-c", "trap '' PIPE; for i in $(seq 9999); do echo line $i >&2; done; echo end; exit 4",
                    dsn=server.dsn)
        run.stderr.close()
        expect(run.stdout.read(), b"end\n")
        run.stdout.close()
        expect(run.wait(timeout=LIMIT_S), 4)
        expect_in("line 9999", server.event()["extra"]["stderr"])


@case("100 MiB on standard error pass through whole, in memory that stays small")
def much():
    with Server() as server, tempfile.TemporaryFile() as file:
        count = 100 << 20
        script = f"yes 0123456789abcde | head -c {count} >&2; grep VmHWM /proc/$PPID/status; exit 1"
        done = tocsin("run", "sh", "-c", script, dsn=server.dsn, stderr=file)
        expect((done.code, file.seek(0, 2)), (1, count))
        peak_kib = int(done.out.split()[1])
        if "ASAN_OPTIONS" not in os.environ:
            assert peak_kib < 32768, f"{peak_kib} KiB"
        expect(len(server.event()["extra"]["stderr"].splitlines()), 100)


@case("--no-stderr leaves the command the standard error that we have")
def untouched():
    with Server() as server, tempfile.NamedTemporaryFile() as file:
        done = tocsin("run", "--no-stderr", "sh", "-c", "readlink /proc/$$/fd/2; exit 1", dsn=server.dsn, stderr=file)
        expect((done.code, done.out.decode()), (1, file.name + "\n"))
        assert "stderr" not in server.event().get("extra", {})


@case("Ctrl-C at a terminal reaches the command once, and a signal to us alone reaches it too; neither is reported")
def interrupted():
    script = "trap 'echo told >&2; exit 130' INT; echo ready; while :; do sleep 0.01; done"
    def prepare():  # a shell's background jobs ignore SIGINT, and so would all that they start
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for is_typed in (True, False):
        keyboard, terminal = os.openpty()
        with Server() as server:
            run = start("run", "sh", "-c", script, dsn=server.dsn, stdin=terminal, start_new_session=True,
                        preexec_fn=prepare)
            expect(run.stdout.readline(), b"ready\n")
            if is_typed:
                os.write(keyboard, b"\x03")
            else:
                os.kill(run.pid, signal.SIGINT)
            err = run.communicate(timeout=LIMIT_S)[1]
            expect((run.returncode, err, server.events()), (130, b"told\n", []))
        os.close(keyboard)
        os.close(terminal)


@case("where it cannot be watched, for want of descriptors, the command runs all the same")
def unwatched():
    def limit(count):
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
    for count in (4, 6):
        done = tocsin("run", "sh", "-c", "echo done; exit 3", preexec_fn=limit(count))
        expect((done.code, done.out), (3, b"done\n"), done.err)
        expect_in(b"runs unwatched", done.err)
        expect(tocsin("run", "no-such-command", preexec_fn=limit(count)).code, 127)
