"""Help, manual page, completion: each option in each of them."""
import re
import subprocess

from kit import PROGRAM, ROOT, case, environment, expect, expect_in, tocsin

HERE = ROOT / "bindings/shell"
COMMANDS = (["send-event"], ["run"], ["trap"], ["spool", "list"], ["spool", "send"], ["check"], ["version"])


def options_of(command):
    done = tocsin(*command, "--help")
    expect((done.code, done.err), (0, b""), command)
    found = re.findall(r"^  (?:(-\w), |    )(--[a-z-]+)", done.out.decode(), re.M)
    assert found, command
    return found


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60, **more)


@case("every command has --help on standard output, within 100 columns")
def helps():
    for command in (*COMMANDS, ["spool"], []):
        done = tocsin(*command, "--help")
        expect((done.code, done.err), (0, b""), command)
        expect([line for line in done.out.decode().split("\n") if len(line) > 100], [])
    listed = re.findall(r"^  ([a-z-]+)  ", tocsin("--help").out.decode(), re.M)
    expect(sorted(listed), sorted({command[0] for command in COMMANDS}))


@case("every option is in the manual page, and the page has no other; groff finds no fault with it")
def manual():
    page = (HERE / "tocsin.1").read_text().replace("\\-", "-")
    headings = "\n".join(re.findall(r"^\.B.*", page, re.M))
    documented = set(re.findall(r"--[a-z][a-z-]*", headings))
    known = {name for command in COMMANDS for _, name in options_of(command)}
    expect(documented, known)
    for command in COMMANDS:
        for letter, name in options_of(command):
            if letter:
                assert re.search(rf"{letter}\b.*{name}", headings), (letter, name)
        expect_in(" ".join(command).replace("trap", "$(tocsin trap)"), page)
    done = run("groff", "-man", "-ww", "-z", "-Tutf8", str(HERE / "tocsin.1"))
    expect((done.returncode, done.stderr), (0, ""))


def complete(*words):
    script = f'. "{HERE}/tocsin.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tocsin; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = run("bash", "-euc", script, "bash", *words, env=environment())
    expect((done.returncode, done.stderr), (0, ""), words)
    return done.stdout.split()


@case("bash completes commands, every option, levels and folders")
def completion():
    expect(sorted(complete(PROGRAM, "")), sorted([*{command[0] for command in COMMANDS}, "--help"]))
    expect(complete(PROGRAM, "spool", "s"), ["send"])
    for command in COMMANDS:
        expect(sorted(complete(PROGRAM, *command, "--")), sorted(name for _, name in options_of(command)))
    expect(complete(PROGRAM, "send-event", "-l", "w"), ["warning"])
    expect(complete(PROGRAM, "spool", "list", "--dir", str(HERE)[:-1]), [str(HERE)])
    expect(complete(PROGRAM, "send-event", str(HERE / "tocsin.1")), [str(HERE / "tocsin.1")])


@case("shellcheck has nothing to say")
def shellcheck():
    done = run("shellcheck", "-s", "bash", str(HERE / "tocsin.sh"), str(HERE / "tocsin.bash"))
    expect(done.stdout, "")


@case("version tells those of program and library")
def version():
    for word in ("version", "--version"):
        done = tocsin(word)
        expect(done.code, 0)
        assert re.fullmatch(rb"tocsin (\d+\.\d+\.\d+) \(libtocsin \1, ABI 1\)\n", done.out), done.out
