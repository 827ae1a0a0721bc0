"""What stands in a case for an argument or an outcome."""
import json

from caller import Text
from stage import CONSTANTS


def number_of(value, known):
    """A number, a constant without its TOCSIN_, a sum of them, or the name of a handle, which "flip" makes a wrong one."""
    if isinstance(value, list):
        return sum(number_of(one, known) for one in value)
    if isinstance(value, dict):
        name, bit = value["flip"]
        flipped = known[name] ^ 1 << bit
        return flipped - (1 << 64) if flipped >> 63 else flipped
    if isinstance(value, str):
        return known[value] if value in known else CONSTANTS[value]
    return value


def text_of(value):
    """Texts stand for themselves; objects say what those cannot."""
    if not isinstance(value, dict):
        return value
    if "json" in value:
        return json.dumps(value["json"])
    if "z" in value:
        return Text(value["z"].encode() + b"\0", -1)
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    if "null" in value:
        return Text(None, value["null"])
    text, times = value["repeat"]
    return value.get("before", "") + text * times + value.get("after", "")


def argument(kind, value, known):
    if kind == "text":
        return text_of(value)
    return value if kind in ("function", "user") else number_of(value, known)


def lacks(wanted, got, place=""):
    """Where `got` is not all that `wanted` says; null in an object means that there is no such member."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [one for key, value in wanted.items() for one in lacks(value, got.get(key), f"{place}.{key}")]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [one for index, value in enumerate(wanted) for one in lacks(value, got[index], f"{place}[{index}]")]
    if wanted == got:
        return []
    return [f"{place or ': all'}: expected {json.dumps(wanted)[:300]}, got {json.dumps(got)[:300]}"]
