"""Odd input, odd surroundings."""
import os
import resource
import subprocess
import tempfile

from kit import PROGRAM, Server, case, environment, expect, expect_in, tocsin

EVENT = b'{"message":"x","extra":{"a":"%s"}}'


@case("bytes that are no UTF-8, NUL, quotes and control characters arrive as text")
def bad_bytes():
    text = b"a\xff\xc3(\xed\xa0\x80\"\\\x01\t\x7f"
    with Server() as server:
        done = tocsin("send-event", "-m", text, "-e", b"k\xfe:" + text, "-u", b"id:" + text, "-f", text, "-t", b"t:" + text,
                      "--logfile", "-", dsn=server.dsn, input=b"one\0two\xff\n")
        expect(done.code, 0, done.err)
        event = server.event()
        repaired = "a\ufffd\ufffd(\ufffd\ufffd\ufffd\"\\\x01\t\x7f"
        for got in (event["logentry"]["formatted"], event["extra"]["k\ufffd"], event["user"]["id"], event["fingerprint"][0]):
            expect(got, repaired)
        expect(event["breadcrumbs"]["values"][0]["message"], "one\ufffdtwo\ufffd")


@case("a JSON event with NUL or bad bytes is taken or refused, and never half taken")
def bad_json():
    with Server() as server:
        expect(tocsin("send-event", "-", dsn=server.dsn, input=EVENT % b"\xff").code, 0)
        expect(server.event()["extra"], {"a": "\ufffd"})
        for bad in (b"", b"{", b"[]", b'"x"', b"{}{}", b'{"a":NaN}', EVENT % b"\n", b'{"a\0":1', b'{"type":"transaction"}'):
            done = tocsin("send-event", "-", dsn=server.dsn, input=bad)
            expect((done.code, done.out), (2, b""), bad)
        expect(len(server.events()), 1)


@case("a JSON event over 16 MiB is refused without being read to the end")
def huge_json():
    with Server() as server:
        done = tocsin("send-event", "-", dsn=server.dsn, input=EVENT % (b"x" * (17 << 20)))
        expect((done.code, done.out), (2, b""))
        expect_in(b"E_SIZE", done.err)
        with open("/dev/zero", "rb") as endless:
            expect(tocsin("send-event", "-", dsn=server.dsn, stdin=endless).code, 2)


@case("a log of 100 MiB, one without line ends and an empty one cost little, from a file and from a pipe")
def huge_log():
    def limit():
        if "ASAN_OPTIONS" not in os.environ:
            resource.setrlimit(resource.RLIMIT_DATA, (64 << 20, 64 << 20))
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["sh", "-c", f"yes 'a line of the log' | head -c {100 << 20}"], stdout=file, check=True)
        for path in (file.name, "-"):
            with Server() as server, open(file.name, "rb") as given:
                done = tocsin("send-event", "-m", "x", "--logfile", path, dsn=server.dsn, stdin=given, preexec_fn=limit)
                expect(done.code, 0, done.err)
                crumbs = server.event()["breadcrumbs"]["values"]
                expect(crumbs[-2]["message"], "a line of the log")
                expect(len(crumbs), 100)
    for text, count in ((b"x" * (8 << 20), 1), (b"", 0), (b"\n\n\n", 0), (b"\n" * (1 << 20), 0)):
        with Server() as server:
            expect(tocsin("send-event", "-m", "x", "--logfile", "-", dsn=server.dsn, input=text, preexec_fn=limit).code, 0)
            expect(len(server.event().get("breadcrumbs", {"values": []})["values"]), count)


@case("files that cannot be read: a missing attachment or JSON is wrong usage, a missing log costs only itself")
def missing_files():
    with Server() as server:
        for words in (["-m", "x", "--attach", "/no/such"], ["-m", "x", "--attach", "/dev/zero"], ["--json", "/no/such"], ["--json", "/"], ["/no/such"]):
            done = tocsin("send-event", *words, dsn=server.dsn)
            expect((done.code, done.out), (2, b""), words)
            expect_in(b"cannot ", done.err)
        expect(server.events(), [])
        done = tocsin("send-event", "-m", "x", "--logfile", "/no/such", dsn=server.dsn)
        expect(done.code, 0)
        expect_in(b"cannot read /no/such: No such file", done.err)
        expect(done.err.count(b"/no/such"), 1, done.err)


@case("standard output that is closed, broken or full is said, and the event arrives")
def broken_output():
    with Server() as server:
        reading, writing = os.pipe()
        os.close(reading)
        done = tocsin("send-event", "-m", "pipe", dsn=server.dsn, stdout=writing)
        os.close(writing)
        expect_in(b"cannot write to standard output", done.err)
        expect(done.code, 1, "pipe")
        with open("/dev/full", "wb") as full:
            expect(tocsin("send-event", "-m", "full", dsn=server.dsn, stdout=full).code, 1)
        expect(tocsin("send-event", "-m", "closed", dsn=server.dsn, stdout=None, preexec_fn=lambda: os.close(1)).code, 1)
        expect([event["logentry"]["formatted"] for event in server.events()], ["pipe", "full", "closed"])


@case("with all three streams closed an event arrives, and no socket is taken for one of them")
def closed_streams():
    def close_all():
        for stream in range(3):
            os.close(stream)
    with Server() as server:
        done = tocsin("send-event", "-m", "x", "--logfile", "-", dsn=server.dsn, stdin=None, stdout=None, stderr=None,
                      preexec_fn=close_all)
        expect((done.code, len(server.events())), (1, 1))


@case("help on a broken pipe does not end by a signal")
def broken_help():
    run = subprocess.Popen([PROGRAM, "send-event", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    run.stdout.close()
    run.stderr.read()
    run.stderr.close()
    expect(run.wait() in (0, 1), True)


@case("wrong words: 2, with the word and where to read on, and nothing is sent")
def wrong_words():
    cases = (
        ([], b"which command"), (["nonsense"], b"nonsense"), (["send-event"], b"--message"),
        (["send-event", "-m"], b"--message wants a value"), (["send-event", "--tag"], b"--tag wants a value"),
        (["send-event", "-m", "x", "--nope"], b"--nope"), (["send-event", "-m", "x", "-Z"], b"-Z"),
        (["send-event", "-m", "x", "--no-environ=1"], b"--no-environ takes no value"),
        (["send-event", "-m", "x", "-t", "novalue"], b"novalue"), (["send-event", "-m", "x", "-t", ":v"], b"--tag"),
        (["send-event", "-m", "x", "--context", "noJSON"], b"--context wants NAME=JSON"),
        (["send-event", "-m", "x", "-l", "loud"], b"loud"), (["send-event", "-m", "x", "--timeout", "soon"], b"soon"),
        (["send-event", "-m", "x", "--timeout", "-1"], b"-1"), (["send-event", "-m", "x", "--timeout", "nan"], b"nan"),
        (["send-event", "-m", "x", "--timestamp", "tomorrow"], b"tomorrow"),
        (["send-event", "-m", "x", "--timestamp", "2026-01-31"], b"2026-01-31"),
        (["send-event", "-m", "x", "-o", "color=red"], b"color"), (["send-event", "-m", "x", "-o", "debug"], b"debug"),
        (["send-event", "-m", "x", "-o", "max_connections=65"], b"1 to 64"),
        (["send-event", "-m", "x", "--json", "-"], b"JSON event"), (["send-event", "-m", "x", "file"], b"JSON event"),
        (["send-event", "a", "b"], b"b for"), (["check", "a"], b"no arguments"), (["version", "a"], b"no arguments"),
        (["trap", "a"], b"no arguments"), (["spool", "nope"], b"spool list"), (["spool", "list", "a"], b"no arguments"))
    with Server() as server:
        for words, text in cases:
            done = tocsin(*words, dsn=server.dsn, input=b"{}")
            expect((done.code, done.out), (2, b""), words)
            expect_in(text, done.err)
            expect(done.err.count(b"\n"), 1, words)
            expect_in(b"--help", done.err)
        expect(server.events(), [])
