"""Compiles examples, runs them against the library and the test server, and looks at the outcome."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

import expect

WARNINGS = (
    "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wstrict-prototypes"
    " -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wwrite-strings -Wvla -Wformat=2"
    " -Werror"
).split()

STATEMENTS = """\
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tocsin/c.h>

{top}
static void example(tocsin_client client, tocsin_scope scope)
{{
    (void)client;
    (void)scope;
{body}
}}

static int count_open_handles(void)
{{
    int open = 0;
    for (int kind = TOCSIN_KIND_OPTIONS; kind <= TOCSIN_KIND_ENVELOPE; kind++) {{
        open += (int)tocsin_handle_count(kind);
    }}
    return open;
}}

int main(int count, char **words)
{{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "transport", words[count - 1]);
{options}
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_handle_close(options);
    example(client, scope);
    tocsin_handle_close(scope);
    tocsin_status st = tocsin_client_close(client, 10000);
    tocsin_handle_close(client);
    if (st != TOCSIN_OK) fprintf(stderr, "close: %d\\n", (int)st);
    if (count_open_handles() != 0) fprintf(stderr, "%d handles left open\\n", count_open_handles());
    return st != TOCSIN_OK || count_open_handles() != 0;
}}
"""


def placed(blocks, path):
    return "\n".join(f'#line {block.line} "{path}"\n{block.text}' for block in blocks)


class Bench:
    def __init__(self, top, build):
        self.top = top
        self.build = os.path.realpath(build)
        self.counter = 0
        self.lock = threading.Lock()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tocsin-docs-")
        self.sanitize = self.read_cache("TSN_SANITIZE")
        self.is_sanitized = self.sanitize != ""
        self.server = None
        if os.path.exists(os.path.join(self.build, "ffi-tests/server/tsn_server")):
            self.start_server()
        return self

    def __exit__(self, *why):
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait()
            self.server.stdout.close()
        self.folder.cleanup()

    def read_cache(self, key):
        with open(os.path.join(self.build, "CMakeCache.txt"), encoding="utf-8") as file:
            found = re.search(rf"^{key}:\w+=(.*)$", file.read(), re.M)
        return found[1] if found else ""

    def start_server(self):
        program = os.path.join(self.build, "ffi-tests/server/tsn_server")
        self.store = self.path("store")
        self.server = subprocess.Popen(
            [program, "--idle-exit", "600", "--project", "1", "--store", self.store],
            stdout=subprocess.PIPE, text=True)
        port = self.server.stdout.readline().split()[1]
        self.dsn = f"http://key@127.0.0.1:{port}/1"

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def fresh(self, suffix):
        with self.lock:
            self.counter += 1
            return self.path(f"{self.counter}{suffix}")

    def compile(self, source, *more):
        """A program made of a source file; what the compiler says is what is wrong."""
        program = self.fresh("")
        command = ["cc", "-std=c11", "-g", *WARNINGS, f"-I{self.top}/abi/include", source, *more]
        if self.is_sanitized:
            command.append(f"-fsanitize={self.sanitize}")
        command += [f"-L{self.build}", f"-Wl,-rpath,{self.build}", "-ltocsin", "-o", program]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return program

    def compile_text(self, text):
        source = self.fresh(".c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        return self.compile(source)

    def environment(self, **more):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SENTRY_")}
        clean.update({"TOCSIN_BUILD": self.build}, **more)
        return clean

    def run(self, command, folder=None, **environment):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300,
                              cwd=folder or self.top, env=self.environment(**environment),
                              stdin=subprocess.DEVNULL)
        done.said = f"ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def run_statements(self, example):
        text = STATEMENTS.format(top=placed(example.top, example.page.path),
                                 options=placed(example.options, example.page.path),
                                 body=placed([example.block], example.page.path))
        sent = self.fresh(".envelopes")
        done = self.run([self.compile_text(text), f"file:{sent}"])
        events = expect.read(sent) if os.path.exists(sent) else []
        return done, events

    def run_program(self, example):
        """On the side of the server its events are known by their ids, which it prints or not."""
        text = placed(example.top + [example.block], example.page.path)
        done = self.run([self.compile_text(text)], SENTRY_DSN=self.dsn)
        return done, expect.events(done.stdout)

    def run_python(self, example):
        """Without a binding: it finds the library where the system would."""
        source = self.fresh(".py")
        with open(source, "w", encoding="utf-8") as file:
            file.write(example.block.text)
        done = self.run([sys.executable, "-B", source], LD_LIBRARY_PATH=self.build,
                        PYTHONPATH=os.path.join(self.top, "docs/examples"))
        return done, expect.events(done.stdout)

    def run_shell(self, example):
        """In a folder that looks like the tree and has the build where a reader has it."""
        tree = self.fresh(".tree")
        os.mkdir(tree)
        for name in os.listdir(self.top):
            if name not in ("build", ".git"):
                os.symlink(os.path.join(self.top, name), os.path.join(tree, name))
        os.symlink(self.build, os.path.join(tree, "build"))
        done = self.run(["bash", "-euc", example.block.text], folder=tree)
        return done, expect.events(done.stdout)

    def prove(self, example):
        if example.block.file:
            with open(os.path.join(self.top, example.block.file), encoding="utf-8") as file:
                assert file.read() == example.block.text, (
                    f"not the text of {example.block.file}; ffi-tests/docs/run --update mends that")
        if example.language == "sh":
            done, events = self.run_shell(example)
        elif example.language == "python":
            done, events = self.run_python(example)
        elif example.is_program:
            done, events = self.run_program(example)
        else:
            done, events = self.run_statements(example)
        assert done.returncode == 0, done.said
        if example.output is not None:
            expect.check_output(example.output, done.stdout)
        expect.check_lines(example.shows, done.stdout)
        if example.event is not None:
            assert events, "no event came of it"
            expect.check_event(json.loads(example.event), events[-1])

    def who_set_what(self, *tags_of_events):
        """What the examples' judge says of a server's store with these events; a tag "trace" becomes
        the event's."""
        store = self.fresh(".store")
        with open(store, "w", encoding="utf-8") as file:
            for tags in tags_of_events:
                trace = {"trace": {"trace_id": tags.get("trace", "t")}}
                tags = {key: value for key, value in tags.items() if key != "trace"}
                file.write(json.dumps({"verdict": "ok", "event": 0, "items": [
                    {"payload": {"tags": tags, "contexts": trace}}]}) + "\n")
        return self.run([os.path.join(self.build, "docs/examples/who_set_what"), store,
                         "host:h=1", "a:x=2", "b:y=3", "+c:z=4"])

    def judge_cases(self):
        """docs/examples/run is worth as much as its judge."""
        a, b = {"h": "1", "plugin": "a", "x": "2"}, {"h": "1", "guest": "b", "y": "3"}
        c = {"worker": "c", "z": "4"}
        def case(name, code, *events):
            def prove():
                done = self.who_set_what(*events)
                assert done.returncode == code, done.said
                assert (code == 1) == ("WRONG" in done.stdout), done.said
            return f"the judge of the examples {name}", prove
        yield case("takes the right events", 0, a, b, c)
        yield case("sees a guest's tag in the other's event", 1, {**a, "y": "3"}, b, c)
        yield case("misses a tag of the host", 1, a, {"guest": "b", "y": "3"}, c)
        yield case("misses a guest's own tag", 1, {"h": "1", "plugin": "a"}, b, c)
        yield case("sees a value that nobody set", 1, {**a, "x": "9"}, b, c)
        yield case("sees a tag from nowhere", 1, {**a, "w": "?"}, b, c)
        yield case("sees a tag of the host in another process", 1, a, b, {**c, "h": "1"})
        yield case("sees another trace", 1, a, b, {**c, "trace": "u"})
        yield case("misses an event", 2, a, c)

    def verify_setup_cases(self):
        """What the quickstart says that examples/verify-setup.c prints."""
        source = os.path.join(self.top, "docs/examples/verify-setup.c")
        def case(name, dsn, code, *lines):
            def prove():
                done = self.run([self.compile(source)], **({"SENTRY_DSN": dsn} if dsn else {}))
                assert done.returncode == code, done.said
                expect.check_lines(lines, done.stdout)
            return f"verify-setup {name}", prove
        yield case("delivers", self.dsn, 0, "event …", "server: 200…")
        yield case("says that it is not active", None, 1, "nothing was sent: SENTRY_DSN is not set")
        yield case("shows what is wrong with a DSN", "https://key@h.example", 1,
                   "the client does not open: dsn: …")
        yield case("shows a refusal", self.dsn.replace("/1", "/2"), 1, "event …",
                   "server: 403…")
        yield case("shows why there is no answer", "http://key@127.0.0.1:1/1", 1, "event …",
                   "server: no answer: …")
