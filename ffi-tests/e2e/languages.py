"""One event of each language, made by a program of that language and read back from the server."""
import functools
import os
import subprocess

from kit import BUILD, ROOT, expect, expect_within

HERE = ROOT / "ffi-tests/e2e/languages"
RAISED = "raised here"  # the comment on the line that fails


def run(command, **environment):
    done = subprocess.run([str(word) for word in command], env={**os.environ, **environment}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def line_of(source):
    lines = source.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if RAISED in line), lines


def check_frames(frames, source):
    """The innermost frame is where the comment is, with the lines around it; one frame is not the program's."""
    number, lines = line_of(source)
    last = frames[-1]
    expect(os.path.basename(last.get("abs_path") or last["filename"]), source.name)
    expect_within(last, {"lineno": number, "in_app": True, "context_line": lines[number - 1],
                         "pre_context": lines[number - 6:number - 1],
                         "post_context": lines[number:number + 5]})
    functions = [frame["function"] for frame in frames if frame["in_app"]]
    for name in ("serve", "charge"):
        assert any(name in function for function in functions), (name, functions)
    assert any(not frame["in_app"] for frame in frames), frames


def event_arrives(world, language, source, command, environment):
    event_id = run(command, SENTRY_DSN=world.options["dsn"], **environment).split()[-1]
    event = world.event(event_id)
    expect_within(event, {"level": "error", "sdk": {"name": f"tocsin.{language}"},
                          "tags": {"language": language}, "user": {"id": "7"}})
    error = event["exception"]["values"][-1]
    assert "CardRefused" in error["type"], error["type"]
    expect(error["value"], "limit is 100")
    check_frames(error["stacktrace"]["frames"], source)
    expect(event["breadcrumbs"]["values"][-1]["message"], "checked out")
    assert event["contexts"]["runtime"]["name"], event["contexts"]
    assert event["sdk"]["integrations"], event["sdk"]


def go_event_arrives(world):
    folder, program = HERE / "go", BUILD / "bindings/go/e2e"
    run(["sh", "-c", f"cd {folder} && {ROOT}/bindings/go/with {BUILD} go build -o {program} ."])
    event_arrives(world, "go", folder / "main.go", [program], {})


def lua_event_arrives(world, interpreter):
    source = HERE / "shop.lua"
    command = [ROOT / "bindings/lua/with", BUILD, interpreter, source]
    event_arrives(world, "lua", source, command, {})


def ruby_event_arrives(world):
    source = HERE / "shop.rb"
    places = f"{ROOT}/bindings/ruby/lib:{BUILD}/bindings/ruby"
    event_arrives(world, "ruby", source, ["ruby", source], {"RUBYLIB": places})


def named(name, case):
    case.__name__ = name
    return case


LANGUAGES = [
    go_event_arrives,
    named("lua_event_arrives", functools.partial(lua_event_arrives, interpreter="lua5.4")),
    named("luajit_event_arrives", functools.partial(lua_event_arrives, interpreter="luajit")),
    ruby_event_arrives,
]
