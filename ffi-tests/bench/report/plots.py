"""The plots of the page, from results alone."""
import targets
import whole
from micro import SIZES

from .svg import Line, Panel, figure, span
from .table import duration

COLOURS = {"tocsin": "#c0392b", "tocsin, 32 connections": "#e67e22", targets.PYTHON: "#2e86c1", targets.GO: "#17a589",
           targets.NODE: "#8e44ad", targets.RUBY: "#b7950b", targets.RUST: "#5d6d7e"}
SHORT = {"tocsin, 32 connections": "tocsin, 32"}


def line(name, points):
    is_ours = name.startswith("tocsin")
    return Line(SHORT.get(name, name), points, COLOURS[name], 3.0 if is_ours else 2.0)


def lines(points_of, names):
    """A line for each name that has two points or more."""
    found = [(name, [point for point in points_of(name) if point[1] is not None]) for name in names]
    return [line(name, points) for name, points in reversed(found) if len(points) > 1]


def plain(value):
    return f"{value:,.0f}"


def cost(results):
    """A fork, and a fork with its first write, against the size of the scope."""
    def forks(name):
        if name == "tocsin":
            return [(size, results.get(f"ns/fork/{size}")) for size in SIZES]
        return [(size, results.get(f"peer/{name}/fork/{size}x{size}")) for size in SIZES]

    def ours(name):
        return [(size, results.get(f"ns/{name}/{size}")) for size in SIZES]
    operations = (("fork", "fork", "#c0392b"), ("first_tag", "first write", "#e67e22"), ("set_tag", "set_tag", "#b7950b"),
                  ("breadcrumb", "breadcrumb", "#17a589"), ("capture", "capture", "#2e86c1"),
                  ("to_bytes", "to bytes", "#5d6d7e"))
    mine = [Line(title, ours(name), colour) for name, title, colour in operations if results.get(f"ns/{name}/10")]
    tick = (plain, duration)
    copies = lines(forks, ["tocsin", *targets.PEERS])
    return figure([
        Panel("A copy of a scope", "tags, and as many breadcrumbs", "time for a fork or clone", (10, 1000),
              span(copies), tick, copies),
        Panel("tocsin, one operation", "tags, and as many breadcrumbs", "time", (10, 1000), span(mine), tick, mine)])


def delivery(results):
    """Delivered against offered load, by default settings."""
    panels = []
    for server, title in (("instant", "The server answers at once"), ("20ms", "The server answers after 20 ms")):
        rates = whole.RATES[server]

        def points(name, server=server, rates=rates):
            return [(rate, results.get(f"offer/{server}/{name}/{rate}/rate")) for rate in rates]
        all_of_it = Line("", [(rates[0], rates[0]), (rates[-1], rates[-1])], "#999", 1.0, "4 4")
        panels.append(Panel(title, "events offered a second", "events delivered a second", (rates[0], rates[-1]), (10, 12000),
                            (plain, plain), [all_of_it, *lines(points, ["tocsin", "tocsin, 32 connections", *targets.PEERS])]))
    return figure(panels)


def memory(results):
    """Memory against the length of the queue."""
    def points(name):
        base = results.get(f"queued/{name}/{whole.QUEUED[0]}/rss_kb")
        found = [(count, results.get(f"queued/{name}/{count}/rss_kb")) for count in whole.QUEUED]
        return [(count, max(0, rss - base) / 1024) for count, rss in found if rss is not None]
    curves = lines(points, ["tocsin", *targets.PEERS])
    most = max((y for one in curves for _, y in one.points), default=1)
    return figure([Panel("Memory that waiting events cost", "events in the queue", "MiB more than with ten", (0, 5000),
                         (0, most * 1.05), (plain, plain), curves, y_log=False, x_log=False)])


PLOTS = {"cost.svg": cost, "delivery.svg": delivery, "memory.svg": memory}
