"""Workload W on scopes of sentry-sdk, and the client that takes it."""
import sentry_sdk
from sentry_sdk.scope import Scope
from sentry_sdk.transport import Transport


def message(number):
    """A text of its own each time: some libraries leave out what they have just sent."""
    return f"checkout failed for customer {number}"


class Nowhere(Transport):
    """Throws everything away; with `serialises`, after it became bytes.

    It counts what it got, as a capture that was turned away on the way here takes next to no time."""

    serialises = False
    events = 0
    length = 0  # of the last one's bytes

    def capture_envelope(self, envelope):
        if envelope.get_event() is not None:
            Nowhere.events += 1
        if self.serialises:
            Nowhere.length = len(envelope.serialize())


class Bytes(Nowhere):
    serialises = True


def init(dsn="http://public@127.0.0.1:9/1", transport=None, queue=0, max_breadcrumbs=100):
    more = {"transport_queue_size": queue} if queue else {}
    sentry_sdk.init(dsn=dsn, release="shop@4.2.1", environment="production", server_name="web-3",
                    transport=transport, max_breadcrumbs=max_breadcrumbs, shutdown_timeout=0, **more)


def breadcrumb(number):
    path = f"/api/v2/orders/{number % 100000:05d}"
    return {"message": f"GET {path} returned 200 after some milliseconds", "category": "http.client",
            "level": "info", "data": {"url": "https://orders.example.com" + path, "status_code": 200}}


def fill(scope, tags=10, breadcrumbs=100, surroundings=True):
    for number in range(tags):
        scope.set_tag(f"tag.{number}", f"value-{number}")
    for number in range(breadcrumbs):
        scope.add_breadcrumb(breadcrumb(number))
    if not surroundings:
        return
    for number in range(5):
        sentry_sdk.get_global_scope().set_tag(f"global.{number}", f"value-{number}")
        sentry_sdk.get_isolation_scope().set_tag(f"isolation.{number}", f"value-{number}")
        scope.set_extra(f"extra.{number}", "some text of a moderate length")
    scope.set_user({"id": "1042", "username": "ada", "email": "ada@example.com", "segment": "beta"})
    for name in ("order", "cart", "shipment"):
        scope.set_context(name, {"id": "A-1042", "items": 7, "total": 129.5, "currency": "EUR", "express": True})


def filled(**sizes):
    scope = Scope(client=sentry_sdk.get_client())
    fill(scope, **sizes)
    return scope
