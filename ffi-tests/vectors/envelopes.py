"""A reader of envelopes that shares nothing with the library, and what it makes of them: events in
the form in which vectors state them, and the losses that client reports tell."""
import json


class Malformed(Exception):
    """Bytes that are no envelope."""


def read(data):
    """The header and a list of (item header, payload bytes)."""
    header, rest = take_line(data)
    items = []
    while rest:
        item, rest = take_line(rest)
        length = item.get("length")
        if length is None:
            payload, _, rest = rest.partition(b"\n")
        else:
            payload, rest = rest[:length], rest[length:]
            if len(payload) != length:
                raise Malformed("an item is shorter than its header says")
            if rest and rest[:1] != b"\n":
                raise Malformed("an item is longer than its header says")
            rest = rest[1:]
        items.append((item, payload))
    return header, items


def take_line(data):
    line, _, rest = data.partition(b"\n")
    value = parse(line)
    if not isinstance(value, dict):
        raise Malformed("a header that is no object: %r" % line[:80])
    return value, rest


def parse(data):
    def refuse(word):
        raise Malformed("%s in JSON" % word)

    def unique(pairs):
        members = dict(pairs)
        if len(members) != len(pairs):
            raise Malformed("a member twice: %s" % [key for key, _ in pairs])
        return members

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=unique)
    except ValueError as error:
        raise Malformed("%s: %r" % (error, data[:80])) from error


def collect(texts):
    """All events with their attachments, and the lost ones as a list, from envelopes in order."""
    events, lost = [], []
    for text in texts:
        header, items = read(text)
        event, files = None, []
        for item, payload in items:
            kind = item.get("type")
            if kind == "event":
                event = parse(payload)
            elif kind == "attachment":
                files.append({"filename": item.get("filename"), "data": payload.decode("latin-1")})
            elif kind == "client_report":
                lost += [(entry["reason"], entry["category"], entry["quantity"])
                         for entry in parse(payload)["discarded_events"]]
            else:
                raise Malformed("an item of type %r" % kind)
        if event is not None:
            if header.get("event_id") != event.get("event_id"):
                raise Malformed("the event ids of header and event differ")
            events.append((event, files))
    return events, lost


def normal(event, files, trace_group):
    """An event in the form of the vectors; `more` names what only some vectors ask for."""
    contexts = event.get("contexts") or {}
    crumbs = (event.get("breadcrumbs") or {}).get("values") or []
    remark = ((event.get("_meta") or {}).get("breadcrumbs") or {}).get("") or {}
    flags = (contexts.get("flags") or {}).get("values") or []
    exceptions = (event.get("exception") or {}).get("values")
    return {
        "message": (event.get("logentry") or {}).get("formatted", event.get("message")),
        "level": event.get("level"),
        "transaction": event.get("transaction"),
        "fingerprint": event.get("fingerprint"),
        "user": event.get("user"),
        "tags": event.get("tags") or {},
        "extra": event.get("extra") or {},
        "contexts": {key: value for key, value in contexts.items()
                     if key not in ("trace", "runtime", "flags")},
        "flags": [[flag["flag"], flag["result"]] for flag in flags],
        "breadcrumbs": [{key: value for key, value in crumb.items() if key != "timestamp"}
                        for crumb in crumbs],
        "breadcrumbs_total": remark.get("len"),
        "exception": exceptions and [{"type": one.get("type"), "value": one.get("value")}
                                     for one in exceptions],
        "attachments": files,
        "trace_group": trace_group,
    }


# What an expected event may hold beyond the members above.
MORE = {
    "request": lambda event: event.get("request"),
    "platform": lambda event: event.get("platform"),
    "sdk": lambda event: {key: (event.get("sdk") or {}).get(key) for key in ("name", "version")},
    "modules": lambda event: event.get("modules"),
    "runtime": lambda event: (event.get("contexts") or {}).get("runtime"),
    "trace": lambda event: {key: ((event.get("contexts") or {}).get("trace") or {}).get(key)
                            for key in ("trace_id", "parent_span_id")},
    "transaction_source": lambda event: (event.get("transaction_info") or {}).get("source"),
}
