"""tocsin send-event and tocsin check."""
import json
import tempfile

from kit import Server, case, expect, expect_in, free_dsn, tocsin, tocsin_in_time

ID = "0123456789abcdef0123456789abcdef"


@case("an event has what its options say, and its id is printed")
def everything():
    with Server() as server:
        done = tocsin(
            "send-event", "-m", "disk %s", "-m", "twice", "-a", "full", "--level", "fatal", "-t", "host:db1",
            "--tag", "rack=7:b", "-e", "free:0 bytes", "-u", "id:7", "-u", "email:a@b.c", "--context",
            'disk={"size":5}', "-f", "one", "-f", "two", "--env", "test", "--rel", "shop@1", "-d", "d9",
            "--logger", "cron", "--timestamp", "2026-01-31T12:00:00Z", "--transaction", "backup", "-p", "perl",
            "--breadcrumb", "before", "-o", "server_name=db1", dsn=server.dsn)
        event = server.event()
        expect((done.code, done.err), (0, b""), "the end")
        expect(done.out.decode(), event["event_id"] + "\n", "printed")
        expect(event["logentry"], {"message": "disk %s\ntwice", "params": ["full"]}, "message")
        expect(event["level"], "fatal", "level")
        expect(event["tags"], {"host": "db1", "rack": "7:b"}, "tags")
        expect(event["extra"], {"free": "0 bytes"}, "extra")
        expect(event["user"], {"id": "7", "email": "a@b.c"}, "user")
        expect(event["contexts"]["disk"], {"size": 5}, "context")
        expect(event["fingerprint"], ["one", "two"], "fingerprint")
        expect([event[key] for key in ("environment", "release", "dist", "logger", "transaction", "platform",
                                       "server_name")],
               ["test", "shop@1", "d9", "cron", "backup", "perl", "db1"], "fields")
        expect(event["timestamp"], "2026-01-31T12:00:00.000000Z", "time")
        expect(event["breadcrumbs"]["values"][0]["message"], "before", "breadcrumb")
        expect(event["sdk"]["name"], "tocsin.shell", "sdk")


@case("an event without options is an error, of platform other, without the environment's variables")
def defaults():
    with Server() as server:
        expect(tocsin("send-event", "-m", "x", "--no-environ", dsn=server.dsn, env={"A": "b"}).code, 0)
        event = server.event()
        expect((event["level"], event["platform"]), ("error", "other"))
        assert "environ" not in event.get("extra", {}), event["extra"]


@case("seconds since 1970 are a time as well")
def seconds():
    with Server() as server:
        expect(tocsin("send-event", "-m", "x", "--timestamp", "1700000000.5", dsn=server.dsn).code, 0)
        expect(server.event()["timestamp"], "2023-11-14T22:13:20.500000Z")


@case("a file is attached")
def attached():
    with Server() as server, tempfile.NamedTemporaryFile(suffix=".conf") as file:
        file.write(b"a=\x00\xff")
        file.flush()
        expect(tocsin("send-event", "-m", "x", "--attach", file.name, dsn=server.dsn).code, 0)
        items = server.records()[0]["items"]
        heads = [item["header"] for item in items if item["header"]["type"] == "attachment"]
        expect([(head["filename"], head["length"]) for head in heads], [(file.name.rsplit("/", 1)[1], 4)])


@case("a JSON event from a file and from standard input keeps its id, and options add to it")
def from_json():
    event = json.dumps({"event_id": ID, "message": "from json", "level": "info", "tags": {"a": "event"}})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(event)
        file.flush()
        for words, given in ((["--json", "-"], event), (["-"], event), ([file.name], None)):
            with Server() as server:
                done = tocsin("send-event", *words, "-t", "b:option", dsn=server.dsn,
                              input=given and given.encode())
                expect((done.code, done.out.decode()), (0, ID + "\n"), done.err)
                got = server.event()
                expect((got["logentry"]["formatted"], got["level"]), ("from json", "info"))
                expect(got["tags"], {"a": "event", "b": "option"})


@case("the last 100 lines of a log become breadcrumbs, from a file or standard input")
def logs():
    text = b"".join(b"line %d\r\n" % number for number in range(1, 251))
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        for words, given in (([file.name], None), (["-"], text), (["/dev/stdin"], text)):
            with Server() as server:
                done = tocsin("send-event", "-m", "x", "--logfile", *words, dsn=server.dsn, input=given)
                expect(done.code, 0, done.err)
                lines = [crumb["message"] for crumb in server.event()["breadcrumbs"]["values"]]
                expect(lines, [f"line {number}" for number in range(151, 251)])


@case("with --send-environ variables go along, and what looks like a secret does not")
def variables():
    secrets = {"DB_PASSWORD": "hidden1", "API_Key": "hidden2", "URL": "see http://me:hidden3@host/x http://u:hidden4@h"}
    with Server() as server:
        expect(tocsin("send-event", "-m", "x", "--send-environ", dsn=server.dsn, env={**secrets, "PLAIN": "yes"}).code, 0)
        event = server.event()
        found = event["extra"]["environ"]
        expect(found["PLAIN"], "yes")
        expect((found["DB_PASSWORD"], found["API_Key"]), ("[Filtered]", "[Filtered]"))
        expect(found["URL"], "see http://[Filtered]@host/x http://[Filtered]@h")
        assert "hidden" not in json.dumps(event) and server.dsn not in json.dumps(event), event


@case("the trace of SENTRY_TRACE is gone on with")
def trace():
    trace_id = "771a43a4192642f0b136d5159a501700"
    with Server() as server:
        tocsin("send-event", "-m", "x", dsn=server.dsn, env={"SENTRY_TRACE": f"{trace_id}-7c51afd529da4a2a-1"})
        expect(server.event()["contexts"]["trace"]["trace_id"], trace_id)


@case("no DSN: 3, and it says what to do; a DSN that is none: 2")
def no_dsn():
    for words in (["send-event", "-m", "x"], ["check"]):
        done = tocsin(*words)
        expect((done.code, done.out), (3, b""))
        expect_in(b"set SENTRY_DSN or give --dsn", done.err)
        done = tocsin(*words, "--dsn", "localhost")
        expect((done.code, done.out), (2, b""))
        expect_in(b"dsn: ", done.err)


@case("no server: 1 after the time that was given, with the reason")
def no_server():
    for words in (["send-event", "-m", "x"], ["check"]):
        done, seconds = tocsin_in_time(*words, dsn=free_dsn(), is_enough=lambda done: b"no answer: " in done.err)
        expect(done.code, 1)
        expect_in(b"no answer: ", done.err)
        expect_in(f"not delivered within {seconds} seconds".encode(), done.err)
        if words[0] == "send-event":
            expect(done.out, b"", "an id would promise too much")


@case("a server that refuses: 1, with what it said")
def refused():
    with Server() as server:
        for status in (400, 413, 500):
            server.script(answers=[{"status": status}])
            done = tocsin("send-event", "-m", "x", dsn=server.dsn)
            expect((done.code, done.out), (1, b""), str(status))
            expect_in(b"lost: send_error", done.err)
        server.script(answers=[{"status": 429}])
        done = tocsin("send-event", "-m", "x", dsn=server.dsn)
        expect(done.code, 1)
        expect_in(b"the server said: 429", done.err)


@case("what an option keeps back: 5")
def kept_back():
    with Server() as server:
        done = tocsin("send-event", "-m", "x", "-o", "sample_rate=0", dsn=server.dsn)
        expect((done.code, done.out), (5, b""), done.err)
        expect(server.events(), [])


@case("check sends one event and prints its id and the answer, not the key")
def check():
    with Server() as server:
        done = tocsin("check", dsn=server.dsn.replace("key@", "longsecretkey@"))
        expect(done.code, 0, done.err)
        expect_in(server.event()["event_id"].encode(), done.out)
        expect_in(b"server  200", done.out)
        assert b"longsecretkey" not in done.out + done.err, done.out
