"""What a player showed, in the form of a vector's expectation, and how the two differ."""
import json

import envelopes

# An empty value says as much as none once everything is merged, and `error` is what no level means.
SAME_AS_NULL = {"user": {}, "fingerprint": [], "transaction": ""}


def result_of(shown):
    """The result a vector speaks of, and the whole events beside it."""
    events, reported = envelopes.collect(bytes.fromhex(text) for text in shown["envelopes"])
    ids = [event["event_id"] for event, _ in events]
    traces = []
    normal = []
    for event, files in events:
        trace = event["contexts"]["trace"]["trace_id"]
        if trace not in traces:
            traces.append(trace)
        normal.append(envelopes.normal(event, files, traces.index(trace)))
    lost = losses(shown["stats"])
    if sorted(add_up(lost)) != sorted(add_up(reported)):
        raise envelopes.Malformed("lost by the statistics %s, by the client reports %s"
                                  % (add_up(lost), add_up(reported)))
    return {
        "captures": [None if id is None else position(ids, id) for id in shown["captures"]],
        "events": normal,
        "reads": [None if id is None else position(shown["captures"], id) for id in shown["reads"]],
        "calls": shown["calls"],
        "lost": [list(loss) for loss in lost],
    }, [event for event, _ in events]


def position(ids, id):
    return ids.index(id) if id in ids else "an id that was never sent: %s" % id


def losses(snapshots):
    """What was lost between one look at the statistics and the next."""
    lost, before = [], {}
    for stats in snapshots:
        now = {(reason, category): count
               for category, fates in stats["categories"].items()
               for reason, count in fates["discarded"].items()}
        lost += [(reason, category, count - before.get((reason, category), 0))
                 for (reason, category), count in now.items()
                 if count != before.get((reason, category), 0)]
        before = now
    return lost


def add_up(lost):
    sums = {}
    for reason, category, quantity in lost:
        sums[reason, category] = sums.get((reason, category), 0) + quantity
    return [(*key, quantity) for key, quantity in sums.items()]


def differences(vector, shown):
    """Where the result is not what the vector rules, as (place, expected, got)."""
    wanted = vector.get("ruled") or vector["expect"]
    got, whole = result_of(shown)
    found = []
    for member in ("captures", "reads", "calls", "lost"):
        compare(member, wanted[member], got[member], found)
    if len(wanted["events"]) != len(got["events"]):
        found.append(("number of events", len(wanted["events"]), len(got["events"])))
    for index, (one, other, event) in enumerate(zip(wanted["events"], got["events"], whole)):
        compare_event("events[%d]" % index, one, other, event, found)
    for index, (op, status) in enumerate(zip(vector["ops"], shown["statuses"])):
        if op.get("status", status) != status:
            found.append(("status of operation %d, %s" % (index, json.dumps(op)[:100]),
                          op["status"], status))
    return found


def compare_event(place, wanted, got, whole, found):
    for member, value in wanted.items():
        if member in envelopes.MORE:
            compare("%s.%s" % (place, member), value, envelopes.MORE[member](whole), found)
        elif member == "trace_group" and value is None:
            continue
        elif member == "level" and value is None and got[member] == "error":
            continue
        elif member in SAME_AS_NULL and value == SAME_AS_NULL[member] and got[member] is None:
            continue
        else:
            compare("%s.%s" % (place, member), value, got[member], found)


def compare(place, wanted, got, found):
    """Goes as deep as both sides agree on what there is to compare."""
    if isinstance(wanted, dict) and isinstance(got, dict) and wanted.keys() == got.keys():
        for key in wanted:
            compare("%s.%s" % (place, key), wanted[key], got[key], found)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, pair in enumerate(zip(wanted, got)):
            compare("%s[%d]" % (place, index), *pair, found)
    elif isinstance(wanted, bool) or isinstance(got, bool) or type_of(wanted) != type_of(got):
        if wanted is not got:
            found.append((place, wanted, got))
    elif wanted != got:
        found.append((place, wanted, got))


def type_of(value):
    return float if isinstance(value, int) else type(value)
