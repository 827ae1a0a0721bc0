"""JSN-3: numbers at their limits, keys that repeat, values of another type."""
import json
import math

from cases import case, same
from library import E_JSON, E_TYPE, Stage, sized

# What is a number stays as it is spelled.
KEPT = """0 -0 1 -1 0.5 -0.0 1e0 1E+2 1e-2 0e0 -0e0 0e400 1e-400 5e-324 2.2250738585072014e-308 1e308
1.7976931348623157e308 -1.7976931348623157e308 1.7976931348623158e308
2147483647 2147483648 -2147483648 -2147483649 4294967295 4294967296
9007199254740991 9007199254740992 9007199254740993 -9007199254740993
9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
18446744073709551615 18446744073709551616 123456789012345678901234567890
0.1 0.30000000000000004 3.141592653589793238462643383279""".split()
REFUSED = """NaN nan -NaN Infinity -Infinity inf Inf 1e400 -1e400 1e309 1.8e308 -1.8e308 9e999999999 +1 .5 1. 01 -01
0x10 1e 1e+ 1_0 - --1 1e1.5 0b1 1f""".split()
REPEATED = [
    ('{"a":1,"a":2}', {"a": 2}), ('{"a":1,"b":0,"a":{}}', {"a": {}, "b": 0}), ('{"a":1,"a":1}', {"a": 1}),
    ('{"a":1,"\\u0061":2}', {"a": 2}), ('{"":1,"":2}', {"": 2}), ('{"x":{"a":1,"a":2}}', {"x": {"a": 2}}),
    ('{"\\ud800":1,"\\ufffd":2}', {"\ufffd": 2}), ('{"a":null,"a":1}', {"a": 1}), ('{"a":1,"a":null}', {"a": None}),
]
NO_OBJECTS = ['"x"', "1", "true", "false", "[]", '["a"]', '[{"a":1}]', '""', "0", "-1.5"]


@case(f"JSN-3 {len(KEPT)} numbers at the limits of integers and doubles come out as they were spelled")
def kept(library):
    with Stage(library) as stage:
        for number in KEPT:
            same(stage.set_extra(number.encode()), 0, number)
            text = library.text_of(library.scope_json, stage.scope).decode()
            same(text.split('"k":')[1].split("}")[0], number, number)
            same(math.isfinite(float(number)), True, number)


@case(f"JSN-3 {len(REFUSED)} that are no JSON, or beyond a double, are refused and leave what was there")
def refused(library):
    with Stage(library) as stage:
        same(stage.set_extra(b'"before"'), 0)
        for number in REFUSED:
            for text in (number, f"[{number}]", f'{{"a":{number}}}'):
                same(stage.set_extra(text.encode()), E_JSON, text)
        same(stage.extra(), "before")


@case(f"JSN-3 of {len(REPEATED)} repeated keys the last one counts")
def repeated(library):
    with Stage(library) as stage:
        for text, want in REPEATED:
            same(stage.set_extra(text.encode()), 0, text)
            same(stage.extra(), want, text)


@case(f"JSN-3 {len(NO_OBJECTS)} values that are no object are refused where there has to be one")
def no_objects(library):
    with Stage(library) as stage:
        setters = {
            "context": lambda text: library.scope_set_context(stage.scope, *sized(b"c"), *text),
            "user": lambda text: library.scope_set_user(stage.scope, *text),
            "tags": lambda text: library.scope_set_tags(stage.scope, *text),
            "crumb": lambda text: library.scope_add_breadcrumb(stage.scope, *text, None),
            "event": lambda text: library.scope_capture_event(stage.scope, *text, 0, None, None),
        }
        before = stage.own()
        for text in NO_OBJECTS:
            for name, setter in setters.items():
                same(setter(sized(text.encode())), E_TYPE, f"{name} {text}")
        same(stage.own(), before)
        same(json.dumps(stage.take()), "[]")
