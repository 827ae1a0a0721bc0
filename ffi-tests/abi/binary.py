"""The shared object: what it exports and imports, how it is protected, which constants it knows."""
import ctypes
import re

import elf
import headers
from expect import LIBRARY, nothing_but, same

BANNED = re.compile(r"^_*(system|popen|w?exec[vl][a-z]*|fexecve|execveat|posix_spawnp?|strcpy|stpcpy|strcat|v?sprintf|gets)"
                    r"(_chk)?$")
SONAME = "libtocsin.so.1"


def test_the_library_exports_what_the_map_lists():
    for node, names in headers.map_symbols().items():
        versioned = [name for name, version in elf.exports(LIBRARY).items() if version == node]
        same(versioned, names, LIBRARY.name, node)


def test_the_library_exports_nothing_else():
    strange = [f"{name}@{node}" for name, node in elf.exports(LIBRARY).items()
               if not name.startswith("tocsin_") or not node]
    nothing_but(strange, "symbols")


def test_the_map_begins_with_the_first_release():
    assert next(iter(headers.map_symbols())) == "TOCSIN_1.0"


def test_the_shared_object_has_its_name():
    assert elf.soname(LIBRARY) == SONAME


# --- protection: each of these takes a library, so that hardening.py can show them one without


def is_bound_at_load_time(library):
    assert re.search(r"BIND_NOW|Flags:.*\bNOW\b", elf.dynamic(library)), "not bound at load time"


def has_no_search_path(library):
    nothing_but(re.findall(r"RPATH|RUNPATH", elf.dynamic(library)), "dynamic section")


def has_no_writable_code(library):
    nothing_but(re.findall(r"TEXTREL", elf.dynamic(library)), "dynamic section")
    nothing_but(re.findall(r"LOAD.*RWE.*", elf.segments(library)), "writable code")


def has_read_only_relocations(library):
    assert "GNU_RELRO" in elf.segments(library), "no relro"


def has_no_executable_stack(library):
    stack = re.search(r"GNU_STACK.*", elf.segments(library)).group()
    assert re.search(r"\bRW\b", stack) and "RWE" not in stack, stack


def has_guarded_stacks(library):
    assert "__stack_chk_fail" in elf.imports(library), "no stack protector"


def has_checked_buffers(library):
    """FORTIFY: what has a checked form is called in no other."""
    names = elf.imports(library)
    checked = {name for name in names if re.fullmatch(r"__\w+_chk", name)}
    assert checked, "no function of FORTIFY_SOURCE"
    nothing_but(sorted(names & {"snprintf", "vsnprintf", "sprintf", "vsprintf", "fgets", "realpath"}), "not checked")


def imports_nothing_dangerous(library):
    names = elf.imports(library)
    assert names, "no imports were found"
    nothing_but(sorted(name for name in names if BANNED.match(name)), "imports")


PROTECTIONS = [is_bound_at_load_time, has_no_search_path, has_no_writable_code, has_read_only_relocations,
               has_no_executable_stack, has_guarded_stacks, has_checked_buffers, imports_nothing_dangerous]


def more_cases():
    for check in PROTECTIONS:
        yield f"the library {check.__name__.replace('_', ' ')}", lambda check=check: check(LIBRARY)


# --- the library, loaded


def loaded():
    library = ctypes.CDLL(str(LIBRARY))
    library.tocsin_constant.restype = ctypes.c_int64
    library.tocsin_constant.argtypes = [ctypes.c_char_p, ctypes.c_int64]
    return library


def test_every_constant_is_known_by_name():
    library, wrong = loaded(), []
    for name, number in headers.constants().items():
        got = library.tocsin_constant(name.encode(), -1)
        if got != number:
            wrong.append(f"{name} is {number}, the library says {got}")
    nothing_but(wrong, "constants")
    assert library.tocsin_constant(b"TOCSIN_NO_SUCH_THING", -1) == headers.constants()["TOCSIN_E_UNKNOWN"]


def test_the_loaded_library_is_what_the_headers_describe():
    assert loaded().tocsin_abi_version() == headers.constants()["TOCSIN_ABI_VERSION"]
    assert SONAME.endswith(f".{headers.constants()['TOCSIN_ABI_VERSION']}")
