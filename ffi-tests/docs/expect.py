"""What came, against what a page says came."""
import json
import re


def events(text):
    """The events among the lines of envelopes: an item's header says what the next line is."""
    found, is_next = [], False
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if is_next and isinstance(value, dict):
            found.append(value)
        is_next = isinstance(value, dict) and value.get("type") == "event" and "length" in value
    return found


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return events(file.read())


def matches(pattern, text):
    parts = (re.escape(part) for part in pattern.split("…"))
    return re.fullmatch(".*".join(parts), text) is not None


def check_output(wanted, got):
    wanted_lines, got_lines = wanted.splitlines(), got.splitlines()
    fits = len(wanted_lines) == len(got_lines) and all(map(matches, wanted_lines, got_lines))
    assert fits, f"it prints\n{got}and the page says\n{wanted}"


def check_lines(wanted, got):
    for pattern in wanted:
        fits = any(matches(pattern, line) for line in got.splitlines())
        assert fits, f"no line is like \"{pattern}\" in\n{got}"


def check_event(wanted, got, at="the event"):
    """Members that are named must be there; null or an empty object: not there, or empty."""
    if isinstance(wanted, dict):
        assert isinstance(got, dict) or not wanted, f"{at} is {json.dumps(got)}"
        if not wanted:
            assert not got, f"{at} is {json.dumps(got)}"
        for key, value in wanted.items():
            check_event(value, got.get(key), f"{at}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(got, list) and len(got) == len(wanted), f"{at} is {json.dumps(got)}"
        for i, value in enumerate(wanted):
            check_event(value, got[i], f"{at}[{i}]")
    elif isinstance(wanted, str):
        assert isinstance(got, str) and matches(wanted, got), f"{at} is {json.dumps(got)}"
    else:
        assert got == wanted, f"{at} is {json.dumps(got)}"
