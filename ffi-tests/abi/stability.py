"""Today's library against the last release, and proof that a break is found wherever it is made."""
import subprocess
import tempfile
from pathlib import Path

import reference
import stub
import surface as surfaces
from expect import LIBRARY, nothing_but, same

HERE = Path(__file__).resolve().parent


def found(declared, library):
    return [text for _, text in reference.problems(declared, library)]


def test_programs_of_the_last_release_need_nothing_that_has_gone_or_changed():
    problems = reference.problems(surfaces.declared(), LIBRARY)
    broken = [text for kind, text in problems if kind == reference.BREAKS]
    assert not broken, "\n    ".join(broken)


def test_a_released_version_node_does_not_grow():
    problems = reference.problems(surfaces.declared(), LIBRARY)
    grown = [text for kind, text in problems if kind == reference.GROWTH]
    nothing_but(grown, "a node of its own, or if that release is not out yet: ffi-tests/abi/update. These")


def test_the_reference_is_of_one_piece():
    same(reference.surface().functions, reference.symbols(), "headers.txt", "symbols.txt")
    dumped = {name for name in reference.symbols() if f"'{name}@@" in reference.DUMP.read_text()}
    same(reference.symbols(), dumped, "symbols.txt", "tocsin.abi")


def test_each_suppression_gives_its_reason():
    nothing_but(reference.reasonless(reference.SUPPRESSIONS.read_text()), "without a comment")
    assert reference.reasonless("# never called by anybody\n[a]\n\n[b]\n") == ["[b]"]


# --- each change to the interface that breaks programs, or does not, as a library of its own


def without_a_function(then, symbols):
    del then.functions["tocsin_scope_set_tag"]
    del symbols["tocsin_scope_set_tag"]


def with_a_narrower_parameter(then, symbols):
    line = then.functions["tocsin_client_flush"]
    then.functions["tocsin_client_flush"] = line.replace("int64_t timeout_ms", "int32_t timeout_ms")


def with_a_parameter_more(then, symbols):
    line = then.functions["tocsin_scope_fork"]
    then.functions["tocsin_scope_fork"] = line.replace(")", ", int32_t deep)")


def with_another_result(then, symbols):
    line = then.functions["tocsin_handle_close"]
    then.functions["tocsin_handle_close"] = line.replace("tocsin_status", "int64_t")


def with_another_constant(then, symbols):
    then.constants["TOCSIN_LEVEL_ERROR"] = "4"


def without_a_constant(then, symbols):
    del then.constants["TOCSIN_E_STALE"]


def with_another_type(then, symbols):
    then.types["tocsin_scope"] = "typedef int32_t tocsin_scope"


def with_another_callback(then, symbols):
    line = then.types["tocsin_hook_fn"]
    then.types["tocsin_hook_fn"] = line.replace("const void *hint, ", "")


def with_a_function_in_another_node(then, symbols):
    symbols["tocsin_version"] = "TOCSIN_1.1"


def with_a_function_more_in_an_old_node(then, symbols):
    then.functions["tocsin_more"] = "int32_t tocsin_more(void)"
    symbols["tocsin_more"] = "TOCSIN_1.0"


def with_nothing_changed(then, symbols):
    pass


def with_a_parameter_renamed(then, symbols):
    line = then.functions["tocsin_client_flush"]
    then.functions["tocsin_client_flush"] = line.replace("timeout_ms", "milliseconds")


def with_a_function_and_a_constant_in_a_new_node(then, symbols):
    then.functions["tocsin_more"] = "int32_t tocsin_more(void)"
    then.constants["TOCSIN_MORE"] = "77"
    symbols["tocsin_more"] = "TOCSIN_1.1"


# What must be found, and by whom: abidiff sees what a compiler has compiled, the rest is seen by name.
BREAKS = {
    without_a_function: {"function", "symbol", "abidiff:"},
    with_a_narrower_parameter: {"function", "abidiff:"},
    with_a_parameter_more: {"function", "abidiff:"},
    with_another_result: {"function", "abidiff:"},
    with_another_constant: {"constant"},
    without_a_constant: {"constant"},
    with_another_type: {"type", "abidiff:"},
    with_another_callback: {"type", "abidiff:"},
    with_a_function_in_another_node: {"symbol", "abidiff:"},
    with_a_function_more_in_an_old_node: {"tocsin_more"},
}
HARMLESS = [with_nothing_changed, with_a_parameter_renamed, with_a_function_and_a_constant_in_a_new_node]


def library_with(change, folder, **how):
    """A surface and a library that has it and nothing behind it."""
    symbols = reference.symbols()
    then = stub.altered(reference.surface(), lambda copy: change(copy, symbols))
    return then, stub.build(then, symbols, Path(folder), **how)


def is_found(change, by):
    with tempfile.TemporaryDirectory() as folder:
        told = found(*library_with(change, folder))
        same(by, {text.split()[0] for text in told}, "what was expected", "what was found")


def test_a_library_of_another_name_is_found():
    with tempfile.TemporaryDirectory() as folder:
        told = found(*library_with(with_nothing_changed, folder, soname="libtocsin.so.2"))
        assert any("libtocsin.so.2, not libtocsin.so.1" in text for text in told), told


def test_what_has_nothing_new_is_told_from_what_has():
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert reference.is_of(*library_with(with_nothing_changed, one))
        assert not reference.is_of(*library_with(with_a_function_and_a_constant_in_a_new_node, other))


# --- a program of that time


def build_old_program(folder):
    """Compiled with the headers of the last release, linked with its names and nothing else."""
    then = reference.surface()
    stub.build(then, reference.symbols(), folder)
    (folder / "names.h").write_text("".join(f"NAME({name})\n" for name in then.functions))
    (folder / "constants.h").write_text("".join(f"CONSTANT({name})\n" for name in then.constants))
    subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", folder, HERE / "old_program.c", "-L", folder,
                    "-ltocsin", "-o", folder / "old"], check=True, capture_output=True, text=True)


def run_old_program(folder, place):
    environment = {"LD_LIBRARY_PATH": str(place), "LD_BIND_NOW": "1"}
    done = subprocess.run([folder / "old"], env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_program_linked_with_the_last_release_runs_on_this_one():
    with tempfile.TemporaryDirectory() as folder:
        build_old_program(Path(folder))
        assert run_old_program(Path(folder), LIBRARY.parent) == (0, "")


def test_the_same_program_does_not_run_where_a_function_is_gone_or_does_nothing():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        build_old_program(Path(folder))
        code, told = run_old_program(Path(folder), folder)
        assert code == 1 and "tocsin_version" in told, told
        library_with(without_a_function, other)
        code, told = run_old_program(Path(folder), other)
        assert code == 127 and "tocsin_scope_set_tag" in told, told


def more_cases():
    for change, by in BREAKS.items():
        yield f"a library {change.__name__.replace('_', ' ')} is found", lambda c=change, by=by: is_found(c, by)
    for change in HARMLESS:
        yield f"a library {change.__name__.replace('_', ' ')} passes", lambda c=change: is_found(c, set())
