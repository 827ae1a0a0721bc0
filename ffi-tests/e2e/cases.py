"""Cases that hold for any server. A world has `library`, `options` (for a client that reports to it) and
`event(id)`, which waits for the event and gives its JSON as the server kept it."""
from kit import expect, expect_within

RELEASE = "teashop@3.1.4"
FRAMES = [
    {"function": "main", "filename": "shop.c", "lineno": 12, "in_app": True},
    {"function": "serve", "filename": "serve.c", "lineno": 80, "in_app": True},
    {"function": "pour", "filename": "kettle.c", "lineno": 7, "in_app": False},
]


def message_arrives(world):
    with world.library.client(**world.options) as client:
        status, event_id = client.scope().message("the kettle is on \u2615", "warning")
        expect(status, 0, "capture")
        client.flush()
        event = world.event(event_id)
    expect_within(event, {"event_id": event_id, "level": "warning", "platform": "native",
                          "logentry": {"formatted": "the kettle is on \u2615"}})


def exception_arrives_with_frames_and_cause(world):
    chain = [
        {"type": "IOError", "value": "no water", "stacktrace": {"frames": FRAMES[:2]}},
        {"type": "KettleError", "value": "cannot boil", "module": "teashop",
         "mechanism": {"type": "generic", "handled": True}, "stacktrace": {"frames": FRAMES}},
    ]
    with world.library.client(**world.options) as client:
        _, event_id = client.scope().exception(chain)
        client.flush()
        event = world.event(event_id)
    values = event["exception"]["values"]
    expect([value["type"] for value in values], ["IOError", "KettleError"])
    expect_within(values[1], {"value": "cannot boil", "module": "teashop"})
    expect_within(values[1]["mechanism"], {"type": "generic", "handled": True})
    got = values[1]["stacktrace"]["frames"]
    expect(len(got), len(FRAMES), "frames")
    for frame, want in zip(got, FRAMES):
        expect_within(frame, want)
    expect(event["level"], "error")


def tags_of_all_tiers_arrive_and_the_nearest_wins(world):
    with world.library.client(**world.options) as client:
        overlay = client.detached()
        current = client.scope().fork()
        tiers = {"global": client.global_scope(), "isolation": current.isolation(),
                 "current": current, "overlay": overlay}
        for name, scope in tiers.items():
            scope.tag(name, "here")
            scope.tag("nearest", name)
        _, event_id = current.message("tiers", overlay=overlay)
        client.flush()
        event = world.event(event_id)
    want = dict.fromkeys(tiers, "here")
    expect_within(event["tags"], {**want, "nearest": "overlay"}, "tags.")


def neighbour_scopes_stay_apart(world):
    with world.library.client(**world.options) as client:
        root = client.scope()
        root.tag("host", "yes")
        first, second = root.fork(), root.fork()
        first.tag("plugin", "first")
        second.tag("plugin", "second")
        ids = [scope.message("apart")[1] for scope in (first, second, root)]
        client.flush()
        tags = [world.event(event_id)["tags"] for event_id in ids]
    expect([t.get("plugin") for t in tags], ["first", "second", None])
    expect([t["host"] for t in tags], ["yes"] * 3)


def user_arrives(world):
    user = {"id": "42", "username": "ada", "email": "ada@example.com"}
    with world.library.client(**world.options) as client:
        scope = client.scope()
        scope.user(user)
        _, event_id = scope.message("who")
        client.flush()
        expect_within(world.event(event_id)["user"], user, "user.")


def breadcrumbs_arrive_in_order(world):
    with world.library.client(**world.options) as client:
        scope = client.scope()
        for step in range(20):
            scope.crumb({"category": "http", "type": "http", "message": f"step {step}",
                         "data": {"status_code": 200 + step}})
        _, event_id = scope.message("after twenty steps")
        client.flush()
        crumbs = world.event(event_id)["breadcrumbs"]["values"]
    expect([crumb["message"] for crumb in crumbs], [f"step {step}" for step in range(20)])
    expect(crumbs[19]["data"], {"status_code": 219})
    assert all(a["timestamp"] <= b["timestamp"] for a, b in zip(crumbs, crumbs[1:])), "times"


def release_and_environment_arrive(world):
    options = {**world.options, "release": RELEASE, "environment": "tasting", "dist": "7",
               "server_name": "samovar"}
    with world.library.client(**options) as client:
        _, event_id = client.scope().message("where from")
        client.flush()
        event = world.event(event_id)
    expect_within(event, {"release": RELEASE, "environment": "tasting", "dist": "7",
                          "server_name": "samovar"})
    expect_within(event["sdk"], {"name": "tocsin.c"})


def everything_a_scope_holds_arrives(world):
    with world.library.client(**world.options) as client:
        scope = client.scope()
        scope.update({
            "tags": {"leaf": "oolong"},
            "extra": {"pots": [1, 2, {"deep": True}]},
            "contexts": {"tea": {"temperature": 95.5, "sugar": None}},
            "fingerprint": ["{{ default }}", "tea"],
            "transaction": "POST /brew",
            "level": "fatal",
            "request": {"url": "http://teashop.example/brew", "method": "POST"},
        })
        _, event_id = scope.event({"logentry": {"formatted": "all of it"}, "logger": "teashop.brew"})
        client.flush()
        event = world.event(event_id)
    expect_within(event, {
        "level": "fatal", "transaction": "POST /brew", "logger": "teashop.brew",
        "extra": {"pots": [1, 2, {"deep": True}]}, "fingerprint": ["{{ default }}", "tea"],
        "contexts": {"tea": {"temperature": 95.5, "sugar": None}},
        "request": {"method": "POST"}, "tags": {"leaf": "oolong"}})
    trace = event["contexts"]["trace"]
    assert len(trace["trace_id"]) == 32 and len(trace["span_id"]) == 16, trace


def every_event_of_a_burst_arrives_once(world):
    with world.library.client(**world.options) as client:
        scope = client.scope()
        ids = [scope.message(f"cup {n}")[1] for n in range(25)]
        client.flush()
        expect(len(set(ids)), 25, "ids")
        expect([world.event(i)["logentry"]["formatted"] for i in ids], [f"cup {n}" for n in range(25)])


COMMON = [
    message_arrives,
    exception_arrives_with_frames_and_cause,
    tags_of_all_tiers_arrive_and_the_nearest_wins,
    neighbour_scopes_stay_apart,
    user_arrives,
    breadcrumbs_arrive_in_order,
    release_and_environment_arrive,
    everything_a_scope_holds_arrives,
    every_event_of_a_burst_arrives_once,
]
