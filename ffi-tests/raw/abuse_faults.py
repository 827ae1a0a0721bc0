"""What ffi-tests/abuse does to handles and hooks, done through ctypes: the faults HND-1 to HND-5 and HND-7 to HND-10 of
ffi-tests/catalogue.txt. HND-6, calls of chance, is the storm in abuse_calls.py. Each case yields what is not as it should be."""
import random
import sys
import threading

import signatures
from abuse_bench import KEEP, OK, Bench, text
from abuse_handles import ANY_KIND, ERRORS, STATUS
from abuse_values import KIND_OF

WORDS, REUSES, RAISES, PROGRAMS, STEPS = 1_000_000, 200_000, 1000, 200, 40
SHARED, USES, HANDLES = 6, 3000, 2**20


# --- HND-1: ways in which a handle's time is over; what is to be closed afterwards comes second

def closed(bench, kind):
    handle = bench.make(kind)
    bench.call("handle_close", handle)
    return handle, []


def closed_twice(bench, kind):
    handle, left = closed(bench, kind)
    bench.call("handle_close", handle)
    return handle, left


def closed_before_its_twin(bench, kind):
    handle = bench.make(kind)
    twin = bench.call("handle_dup", handle)
    bench.call("handle_close", handle)
    return handle, [twin]


def replaced_by_its_kind(bench, kind):
    handle, left = closed_before_its_twin(bench, kind)
    return handle, [*left, bench.call("handle_dup", left[0])]


def replaced_by_another_kind(bench, kind):
    handle, _ = closed(bench, kind)
    return handle, [bench.call("handle_dup", bench.client if kind == STATUS["KIND_SCOPE"] else bench.scope)]


def forked_again(bench, kind):
    if kind != STATUS["KIND_SCOPE"]:
        return closed(bench, kind)
    handle = bench.call("scope_fork", bench.scope)
    bench.call("handle_close", handle)
    return handle, [bench.call("scope_fork", bench.scope)]


def closed_after_its_client(bench, kind):
    own = Bench(bench)
    handle = own.make(kind)
    own.close()
    bench.call("handle_close", handle)
    return handle, []


ENDS = [closed, closed_twice, closed_before_its_twin, replaced_by_its_kind, replaced_by_another_kind, forked_again,
        closed_after_its_client]


def stale_answers(library, matrix, end, kind):
    """With a client of its own: an envelope that is closed without an answer is not to be had again at once."""
    bench = Bench(library)
    before = bench.read("scope_merged_json", bench.scope)
    handle, left = end(bench, kind)
    yield from (f"tocsin_{one.name} answers {outcome}" for one in matrix.rows
                for outcome in [matrix.answer(one, handle)] if outcome != STATUS["E_STALE"])
    if any(bench.call("handle_close", one) != OK for one in left):
        yield "another was closed"
    if bench.read("scope_merged_json", bench.scope) != before:
        yield "it had an effect"
    bench.close()


def hnd_1_a_handle_whose_time_is_over_is_stale_to_each_function(library, matrix):
    for end in ENDS:
        for kind in KIND_OF.values():
            yield from (f"one of kind {kind} {end.__name__}: {what}" for what in stale_answers(library, matrix, end, kind))


def hnd_2_a_handle_of_another_kind_is_refused_by_each_function(library, matrix):
    bench = Bench(library)
    for c_type, kind in KIND_OF.items():
        handle = bench.make(kind)
        yield from (f"tocsin_{one.name} answers {outcome} to a {c_type}" for one in matrix.rows
                    if one.types[0] not in (c_type, ANY_KIND)
                    for outcome in [matrix.answer(one, handle)] if outcome != STATUS["E_KIND"])
        if bench.call("handle_close", handle) != OK:
            yield f"a {c_type} did not live through it"
    bench.close()


def hnd_3_a_number_of_chance_is_no_handle(library, _matrix):
    bench, dice = Bench(library), random.Random(signatures.__name__)
    functions = [library.functions[name] for name in ("handle_kind", "handle_close", "scope_clear")]
    for turn in range(WORDS):
        word = dice.getrandbits(53 if turn % 2 else 64)
        if functions[turn % 3](word) not in ERRORS:
            yield f"{word} is taken for a handle"
    bench.close()


def hnd_4_an_old_number_never_names_a_new_object(library, _matrix):
    bench, kept = Bench(library), {}
    new, close, kind_of = (library.functions[name] for name in ("scope_new", "handle_close", "handle_kind"))
    for turn in range(REUSES):
        handle = new(bench.client)
        if turn % 100 in kept and kind_of(kept[turn % 100]) != STATUS["E_STALE"]:
            yield f"{kept[turn % 100]} lives again"
        close(handle)
        kept[turn % 100] = handle
    bench.close()


def hnd_5_scopes_are_used_and_closed_by_threads_at_a_time(library, _matrix):
    bench, strange, swap = Bench(library), [], threading.Lock()
    scopes = [bench.call("scope_fork", bench.scope) for _ in range(SHARED)]

    def use(seed):
        dice = random.Random(seed)
        for _ in range(USES):
            place, other = dice.randrange(SHARED), scopes[dice.randrange(SHARED)]
            answers = [bench.call("scope_set_tag", scopes[place], *text("k"), *text(str(seed))),
                       bench.call("scope_merge", scopes[place], other), bench.call("scope_fork", other)]
            bench.call("handle_close", answers[-1])
            if dice.random() < 0.1:
                with swap:
                    old, scopes[place] = scopes[place], bench.call("scope_fork", bench.scope)
                answers.append(bench.call("handle_close", old))
            strange.extend(one for one in answers if one < 0 and one not in (STATUS["E_STALE"], STATUS["E_ARG"]))

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    yield from (f"a function answers {one}" for one in set(strange))
    for one in scopes:
        bench.call("handle_close", one)
    bench.close()


def hnd_7_as_many_handles_as_there_can_be(library, _matrix):
    options = library.call("options_new")
    dup, close = library.functions["handle_dup"], library.functions["handle_close"]
    made = []
    while len(made) <= HANDLES and (handle := dup(options)) > 0:
        made.append(handle)
    if handle != STATUS["E_LIMIT"]:
        yield f"of {HANDLES} handles the last answers {handle}"
    if any(close(one) != OK for one in made):
        yield "one of them could not be closed"
    again = dup(options)
    if again < 0:
        yield f"afterwards there are none: {again}"
    for one in options, again:
        close(one)


def hnd_8_a_hook_captures_and_closes_what_it_runs_for(library, _matrix):
    answers = []

    def before_send(_event, _hint, _user):
        answers.append(bench.message("inside"))
        for handle in bench.scope, bench.client:
            bench.call("handle_close", handle)
        return KEEP

    bench = Bench(library, before_send=before_send)
    kept = library.call("handle_dup", bench.client)
    outcome = bench.message("outside")
    if answers != [STATUS["E_REENTRANT"]] or outcome != OK:
        yield f"outside {outcome}, inside {answers}"
    if bench.message("after") != STATUS["E_STALE"]:
        yield "what the hook closed is open"
    library.call("client_close", kept, 0)
    library.call("handle_close", kept)


def hnd_8_after_a_thousand_exceptions_in_a_hook_a_capture_passes(library, _matrix):
    """What ctypes answers for a function that raises is anything."""
    raised = []

    def before_send(_event, _hint, _user):
        if len(raised) < RAISES:
            raised.append(1)
            raise ValueError
        return KEEP

    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    bench = Bench(library, before_send=before_send)
    outcomes = [bench.message("m") for _ in range(RAISES + 1)]
    sys.unraisablehook = before
    if outcomes[-1] != OK or set(outcomes) - {OK, STATUS["DROPPED"]} or len(raised) != RAISES:
        yield f"{len(raised)} were raised, captures answered {set(outcomes)} and {outcomes[-1]}"
    if bench.errors().get("captured") != RAISES + 1:
        yield f"{bench.errors()}"
    bench.close()


def hnd_9_a_hook_for_log_lines_that_captures_does_not_go_round(library, _matrix):
    lines = []

    def again(_event, _hint, _user):
        lines.append(bench.message("from a hook"))
        return KEEP

    bench = Bench(library, before_send=again, log=again)
    outcome = bench.message("m")
    if outcome != OK or bench.errors().get("captured") != 1 or set(lines) != {STATUS["E_REENTRANT"]} or len(lines) < 2:
        yield f"outcome {outcome}, in the hooks {lines}, {bench.errors()}"
    bench.close()


def hnd_10_programs_of_chance_do_as_a_model(library, _matrix):
    bench, dice = Bench(library), random.Random(signatures.__name__)
    for _ in range(PROGRAMS):
        scopes = [(bench.call("scope_new", bench.client), {})]
        for _ in range(STEPS):
            (one, tags), (other, theirs), key = dice.choice(scopes), dice.choice(scopes), dice.choice("abc")
            action = dice.choice(("set", "set", "remove", "fork", "merge", "clear"))
            if action == "set":
                tags[key] = str(dice.random())
                bench.call("scope_set_tag", one, *text(key), *text(tags[key]))
            elif action == "remove":
                tags.pop(key, None)
                bench.call("scope_remove_tag", one, *text(key))
            elif action == "fork":
                scopes.append((bench.call("scope_fork", one), dict(tags)))
            elif action == "clear":
                tags.clear()
                bench.call("scope_clear", one)
            elif bench.call("scope_merge", one, other) != (STATUS["E_ARG"] if one == other else OK):
                yield "a merge answers otherwise"
            else:
                tags.update(theirs)
        for handle, tags in scopes:
            if bench.read("scope_json", handle).get("tags", {}) != tags:
                yield f"{bench.read('scope_json', handle)} is not {tags}"
            bench.call("handle_close", handle)
    bench.close()


def wrong(library, matrix):
    """What all of them find."""
    cases = [case for name, case in globals().items() if name.startswith("hnd_")]
    return [f"{case.__name__}: {what}" for case in cases for what in case(library, matrix)]
