"""The examples of docs/lua-nginx.md, as one configuration."""
import re
import signal

from world import ROOT, expect, wait_for, world


def configuration():
    """The page's first example, with the others as further locations of its server."""
    page = (ROOT / "docs/lua-nginx.md").read_text()
    first, *others = re.findall(r"\n```nginx\n(.*?)\n```", page, re.S)
    assert others, "one example"
    server = first.rstrip().removesuffix("}") + "\n".join(others) + "\n}\n"
    return re.sub(r"(127\.0\.0\.1:|listen )8080", r"\g<1>@PORT@", server)


CONFIGURATION = configuration()


def the_examples_of_the_page_do_what_it_says():
    with world(http=CONFIGURATION) as (nginx, events):
        expect(nginx.get("/users/7")[0], 500)
        failed = wait_for(events.got, "the error")[0]
        expect((failed.raised["value"], failed["transaction"]), ("no such user: 7", "GET /users/:id"))
        id = nginx.get("/orders?user=3")[1].strip()
        order = events.await_(1, step="stock")[0]
        expect((order["event_id"], order["user"], order.said), (id, {"id": "3"}, "out of stock"))
        expect(nginx.get("/api")[1], "prices\n")
        wait_for(lambda: len(events.got()) == 3, "what the timer says")
        later = next(one for one in events.got() if one.said == "later")
        expect((later["transaction"], "thread" in later["tags"]), ("GET /both", False))
        traced = {name.lower() for name in later["request"]["headers"]}
        assert "sentry-trace" in traced, traced
        expect(later["tags"]["shop"], "127.0.0.1")


def the_dsn_of_the_environment_is_seen_again_after_a_reload():
    with world(http=CONFIGURATION) as (nginx, events):
        old = nginx.workers()
        nginx.tell(signal.SIGHUP)
        wait_for(lambda: nginx.workers() and not set(old) & set(nginx.workers()), "a new worker")
        nginx.get("/orders?user=3")
        events.await_(1, step="stock")
