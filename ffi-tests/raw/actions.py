"""Hooks of vectors: lists of actions on an event or breadcrumb."""
import json

KEEP, DROP, FAILED = 0, 1, -1


def put(member):
    def act(subject, pair):
        if not isinstance(subject.get(member), dict):
            subject[member] = {}
        subject[member][pair[0]] = pair[1]
    return act


def replace(member):
    def act(subject, value):
        subject[member] = value
    return act


def remove_tag(subject, key):
    (subject.get("tags") or {}).pop(key, None)


def drop_if_tag(subject, pair):
    return DROP if (subject.get("tags") or {}).get(pair[0]) == pair[1] else KEEP


def drop_if_category(subject, category):
    return DROP if subject.get("category") == category else KEEP


ACTIONS = {
    "drop": lambda subject, wanted: DROP if wanted else KEEP,
    "fail": lambda subject, wanted: FAILED if wanted else KEEP,
    "set_tag": put("tags"), "set_extra": put("extra"), "set_data": put("data"),
    "set_level": replace("level"), "set_transaction": replace("transaction"),
    "set_fingerprint": replace("fingerprint"), "set_message": replace("message"),
    "remove_tag": remove_tag, "drop_if_tag": drop_if_tag, "drop_if_category": drop_if_category,
}


def run(actions, subject, calls):
    """What the hook answers; `subject` is changed, `calls` gets the labels."""
    for step in actions:
        (name, argument), = step.items()
        if name == "trace":
            calls.append(argument)
            continue
        answer = ACTIONS[name](subject, argument)
        if answer:
            return answer
    return KEEP


def hook(call, actions, calls):
    """A hook as a player's program runs it: the event is read and written back through its own calls."""
    def seen(event):
        subject = json.loads(call("event_json", event).text)
        answer = run(actions, subject, calls)
        status = call("event_set_json", event, json.dumps(subject, ensure_ascii=False)).number
        return status if status < 0 else answer
    return seen
