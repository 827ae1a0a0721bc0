"""Scopes through phases, coroutines, redirects and timers of a real nginx."""
import signal
from concurrent.futures import ThreadPoolExecutor

from world import at_once, expect, wait_for, world

PHASES = ("set", "rewrite", "access", "content", "header_filter", "body_filter", "log")


def messages(events):
    return sorted(one.said for one in events)


def every_phase_captures_and_shares_the_scope_of_its_request():
    with world() as (nginx, events):
        expect(nginx.get("/phases?id=a")[0], 200)
        own = events.await_(len(PHASES) - 1, request="a")
        expect(messages(own), sorted(f"in {phase}" for phase in PHASES if phase != "set"))
        for one in own:
            expect(one["tags"], {"process": "nginx", "worker": one["tags"]["worker"], "request": "a",
                                 "only.a": "true"})
            expect(one["transaction"], "GET /phases")
            expect(one["request"]["method"], "GET")
        expect(len({one["contexts"]["trace"]["trace_id"] for one in own}), 1)
        timer = events.await_(1, timer="its own")[0]
        expect((timer.said, "request" in timer), ("in timer", False))
        nginx.quit()
        rest = messages(one for one in events.got() if "request" not in one["tags"])
        expect(rest, ["in exit_worker", "in init", "in init_worker", "in set", "in timer"])
        expect([one["request"]["url"] for one in events.got() if one.said == "in set"],
               [f"http://127.0.0.1:{nginx.port}/phases"])


def requests_at_a_time_never_meet():
    """Some leave a block by ngx.exit and kill light threads, whose coroutines nginx then uses again."""
    with world(workers=2) as (nginx, events):
        statuses = at_once(nginx, [f"/load?id={n}" for n in range(300)])
        expect(sorted(statuses), [200] * 225 + [204] * 75)
        wait_for(lambda: len(events.got()) >= 300 * 3 - 75 + 3, "all events")
        loads = [one for one in events.got() if "request" in one["tags"]]
        expect(len(loads), 300 * 3 - 75)
        for one in loads:
            number = one["tags"]["request"]
            want = {"process", "worker", "request", f"only.{number}"}
            if one.said == "in block":
                want.add("inner")
                expect(one["tags"]["inner"], number)
            expect(set(one["tags"]), want)
            expect(one["request"]["query_string"], f"id={number}")
        expect(len({one["contexts"]["trace"]["trace_id"] for one in loads}), 300)


def hooks_run_in_every_phase():
    with world(before_send=True) as (nginx, events):
        nginx.get("/phases?id=h")
        at_once(nginx, [f"/load?id={n}" for n in range(40)])
        nginx.quit()
        said = [one for one in events.got() if one.said not in ("in load", "in block", "in after")]
        expect({one.said for one in said}, {f"in {one['tags']['seen']}" for one in said})
        expect(len(said), len(PHASES) + 4)
        expect(sum(one["tags"]["seen"] == "content" for one in events.got()), 40 * 3 - 10 + 1)


def light_threads_in_blocks_see_their_own():
    with world() as (nginx, events):
        expect(nginx.get("/threads?id=t")[1], "".join(str(n) * 13 + "\n" for n in (1, 2, 3, 4)))
        for one in events.await_(4, request="t"):
            expect(one.said, f"in thread {one['tags']['thread']}")


def light_threads_inherit_and_write_for_themselves():
    with world() as (nginx, events):
        expect(nginx.get("/spawned?id=s")[1], "x\nfalse\n")
        expect([one.said for one in events.await_(1, request="s", thread="bound")], ["in bound"])
        failed = events.await_(1, request="s", thread="spawned")[0]
        expect((failed.raised["value"], failed.raised["mechanism"]["handled"]), ("no room left", False))
        content = [one for one in events.await_(3, request="s") if one.said == "in content"]
        expect("thread" in content[0]["tags"], False)


def an_error_is_reported_once_with_all_there_is_to_it():
    with world() as (nginx, events):
        expect(nginx.get("/fails?id=f&x=1")[0], 500)
        one = events.await_(1, request="f")[0]
        expect((one["transaction"], one["transaction_info"]), ("GET /fails/:id", {"source": "route"}))
        expect(one["tags"]["block"], "inner")
        expect(one["request"]["query_string"], "id=f&x=1")
        frames = one.raised["stacktrace"]["frames"]
        expect((frames[-1]["function"], frames[-1]["in_app"]), ("deep", True))
        assert frames[-1]["filename"].endswith("app.lua") and frames[-1]["lineno"] > 0, frames
        assert any("content_by_lua" in frame["filename"] for frame in frames), frames
        assert not any("tocsin/nginx" in frame["filename"] for frame in frames), frames
        expect(nginx.get("/fails-in-access?id=g")[0], 500)
        events.await_(1, request="g")
        assert nginx.log().count("no room left") >= 2, "nginx logs as ever"


def an_answer_of_500_without_an_error_is_reported_where_asked():
    with world() as (nginx, events):
        for status in (204, 404, 429, 500, 503):
            nginx.get(f"/status?id=s{status}&status={status}")
        expect(nginx.get("/fails-unseen?id=u")[0], 500)
        for status in (500, 503):
            one = events.await_(1, request=f"s{status}")[0]
            expect((one.said, one["level"]), (f"HTTP {status} without an error", "error"))
            expect(one["contexts"]["response"]["status_code"], status)
        expect(events.await_(1, request="u")[0].said, "HTTP 500 without an error")
        expect(sum("request" in one["tags"] for one in events.got()), 3)
        expect(nginx.get("/upstream?id=o")[0], 503)
        upstream = events.await_(1, request="o")[0]["contexts"]["upstream"]
        expect((upstream["addr"], upstream["status"]), (f"127.0.0.1:{nginx.port}", "503"))


def a_redirect_and_a_subrequest_stay_in_the_request():
    with world() as (nginx, events):
        nginx.get("/exec?id=e")
        one = events.await_(1, before="exec")[0]
        expect((one["tags"].get("request"), "left" in one["tags"], one["transaction"]), ("e", False, "GET /exec"))
        expect(nginx.get("/broken?id=b")[0], 500)
        said = {one.said for one in events.await_(2, request="b")}
        expect(said, {None, "message"})
        expect(nginx.get("/main?id=m")[0], 200)
        events.await_(1, request="m", main="yes")


def timers_take_their_scope_along_and_report_errors():
    with world() as (nginx, events):
        nginx.get("/timers?id=t")
        said = events.await_(4, request="t")
        expect({one["tags"]["from"] for one in said}, {"request"})
        expect({(one.said, one["tags"].get("call")) for one in said},
               {("in false timer", None), (None, None), ("in every", "1"), ("in every", "2")})


def scopes_of_requests_that_are_over_are_collected():
    with world() as (nginx, _):
        before = int(nginx.get("/live")[1])
        at_once(nginx, [f"/load?id={n}" for n in range(120)])
        wait_for(lambda: int(nginx.get("/live")[1]) <= before + 4, "the scopes to go")


def what_is_left_is_sent_when_nginx_ends_or_starts_anew():
    with world(workers=2) as (nginx, events):
        at_once(nginx, ["/message?id=1"] * 20)
        old = nginx.workers()
        slow = ThreadPoolExecutor(1).submit(nginx.get, "/slow?id=3")
        wait_for(lambda: "begins slowly" in nginx.log(), "the slow request")
        nginx.tell(signal.SIGHUP)
        wait_for(lambda: len(nginx.workers()) == 2 and not set(old) & set(nginx.workers()), "new workers")
        at_once(nginx, ["/message?id=2"] * 20)
        nginx.quit()
        events.await_(20, request="1")
        events.await_(20, request="2")
        expect(slow.result()[0], 200)
        events.await_(1, request="3")
        said = messages(one for one in events.got() if "request" not in one["tags"])
        expect(said, ["in exit_worker"] * 4 + ["in init"] * 2 + ["in init_worker"] * 4)


def a_worker_told_to_stop_at_once_sends_what_it_has():
    """Within three seconds; then nginx kills it, as it may on a busy machine, and it is tried again."""
    killed = "exited on signal 9"
    for _ in range(5):
        with world() as (nginx, events):
            events.script(*[{"delay_ms": 200}] * 2)
            nginx.get("/message?id=1")
            nginx.quit(signal.SIGTERM)
            nginx.pardoned += (killed,)
            if killed not in nginx.log():
                events.await_(1, request="1")
                return
    raise AssertionError("its workers do not end")


def a_daemon_reports_what_was_captured_before_it_left_its_parent():
    with world(daemon=True, workers=2) as (nginx, events):
        nginx.get("/message?id=1")
        nginx.quit()
        events.await_(1, request="1")
        expect(messages(one for one in events.got() if "request" not in one["tags"]),
               ["in exit_worker"] * 2 + ["in init"] + ["in init_worker"] * 2)
