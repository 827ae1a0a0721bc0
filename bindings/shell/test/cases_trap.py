"""tocsin trap: bash scripts that report how they fail."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from kit import LIMIT_S, PROGRAM, ROOT, Server, case, environment, expect, expect_in, tocsin

HEAD = 'eval "$(tocsin trap)"\n'


def run_script(server, text):
    """The script's outcome and the events that came."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(PROGRAM, os.path.join(folder, "tocsin"))
        script = pathlib.Path(folder, "job.sh")
        script.write_text(text)
        path = folder + ":" + os.environ["PATH"]
        done = subprocess.run(["bash", str(script), "a b", "c"], env=environment(server.dsn, PATH=path), check=False,
                              capture_output=True, text=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
        return done, server.events()


@case("a script that a failing command ends reports the command, its line, its code and the calls")
def errexit():
    with Server() as server:
        done, events = run_script(server, HEAD + "set -eu\nTOCSIN_TRAP_OPTIONS=(-t 'job:night ly')\n"
                                  "inner() {\n    ls /no-such-folder\n}\nouter() { inner; }\nouter\necho not here\n")
        expect((done.returncode, done.stdout), (2, ""))
        expect(len(events), 1, done.stderr)
        expect(events[0]["logentry"]["formatted"], "job.sh: ls /no-such-folder: exit code 2")
        expect(events[0]["tags"], {"script": "job.sh", "exit_code": "2", "line": "5", "job": "night ly"})
        expect_in("inner (", events[0]["extra"]["calls"])
        expect_in("outer (", events[0]["extra"]["calls"])


@case("a script that exits with a code reports that; one that succeeds, or is interrupted, does not")
def exits():
    for text, message in (("exit 9\n", "job.sh: exit 9: exit code 9"), ("false\ntrue\n", None), ("exit 130\n", None),
                          ("if ! false; then true; fi; false || true\n", None),
                          ("false\n", "job.sh: false: exit code 1")):
        with Server() as server:
            done, events = run_script(server, HEAD + text)
            expect([event["logentry"]["formatted"] for event in events], [message] if message else [], text)
            expect(done.stderr, "", text)


@case("a trap for EXIT that was there runs afterwards, sees the code, and arguments stay what they are")
def earlier_trap():
    with Server() as server:
        done, events = run_script(server, "trap 'echo \"it'\\''s $? $# $1\"' EXIT\n" + HEAD + "echo \"$# $1\"\nexit 4\n")
        expect((done.returncode, done.stdout, len(events)), (4, "2 a b\nit's 4 2 a b\n", 1), done.stderr)


@case("without a DSN, or without the program, a script ends as it would have")
def harmless():
    with Server() as server:
        done, _ = run_script(server, HEAD + "unset SENTRY_DSN\nexit 6\n")
        expect(done.returncode, 6)
        done, _ = run_script(server, HEAD + "PATH=/usr/bin:/bin\nexit 6\n")
        expect(done.returncode, 6)


@case("tocsin trap prints tocsin.sh, which other shells pass over")
def text():
    script = (ROOT / "bindings/shell/tocsin.sh").read_bytes()
    expect(tocsin("trap").out, script)
    done = subprocess.run(["dash" if shutil.which("dash") else "sh", "-n"], input=script, capture_output=True, check=False)
    if done.returncode == 0:
        done = subprocess.run(["dash", "-e"], input=script + b"\nexit 3", capture_output=True, check=False)
        expect((done.returncode, done.stderr), (3, b""))
