"""Rules about who may know whom: include direction, doors to the system, conditional code."""
import re

from rule import Finding, rule
from tree import LAYERS, layer_of

# What a layer may include, besides itself.
BELOW = {
    layer: set(LAYERS[: LAYERS.index(layer)]) - ({"native"} if layer == "io" else set())
    for layer in LAYERS
}
BELOW["abi"] = set(LAYERS)
OUTSIDE = ("bindings/shell/", "ffi-tests/raw/", "ffi-tests/vectors/", "ffi-tests/bench/", "docs/examples/")
PURE = ("core/data/", "core/model/", "core/wire/")
PURE_TABOO = {"base/sync.h", "base/file.h", "base/clock.h", "base/rand.h"}

# System headers that only some files may see.
HEADERS = {
    r"pthread\.h|semaphore\.h|threads\.h": r"core/base/sync\.[ch]|ffi-tests/.*",
    r"curl/.*": r"core/io/transport_curl\w*\.c|ffi-tests/.*",
    r"zlib\.h": r"core/io/gzip\.c|ffi-tests/.*",
    r"cjson/.*|cJSON\.h": r"core/data/json\.c|ffi-tests/.*",
    r"unwind\.h|libunwind\.h|execinfo\.h": r"core/native/unwind_\w+\.c",
    r"microhttpd\.h": r"ffi-tests/.*",
    r"sys/socket\.h|netdb\.h|arpa/.*|netinet/.*": r"core/io/.*|ffi-tests/.*",
}

# Calls that have one door each: pattern, where they may stand, what to do instead.
DOORS = (
    (r"malloc|calloc|realloc|free|strdup|strndup|asprintf", r"core/base/alloc\.c", "base/alloc.h"),
    (r"fopen|open|openat|creat|fdopen|opendir", r"core/base/file(?:_ops)?\.c", "base/file.h"),
    (r"pthread_\w+", r"core/base/sync\.[ch]", "base/sync.h"),
    (r"clock_gettime|gettimeofday|time|clock", r"core/base/(?:clock|sync)\.c", "base/clock.h"),
    (r"getrandom|rand|srand|random|arc4random", r"core/base/rand\.c", "base/rand.h"),
    (r"f?printf|v?fprintf|puts|fputs|putchar|perror|dprintf", r"core/base/diag\.c", "base/diag.h"),
    (r"curl_\w+", r"core/io/transport_curl\w*\.c", "io/transport.h"),
    (r"getenv|secure_getenv", r"core/client/(?:settings\w*|client_config)\.c", "the settings"),
    (r"setenv|putenv|unsetenv|setlocale|exit|abort|system|fork", "", "TSN_ASSERT; the process is the host's"),
    (r"sprintf|vsprintf|strcpy|strcat|gets|strtok|alloca", "", "base/buf.h or base/slice.h"),
)


def may_include(path, include):
    """Whether a file of the library may include a local header or a public one."""
    layer, other = layer_of(path), include.split("/")[0]
    if path.startswith("abi/include/"):
        return other == "tocsin"
    if other == "tocsin":
        return layer == "abi" or include == "tocsin/types.h"
    if path.startswith(PURE) and include in PURE_TABOO:
        return False
    if "/" not in include:
        return layer == "abi"
    return other == layer or other in BELOW.get(layer, ())


@rule(
    "direction",
    "a layer knows those to its right alone: abi client io|native wire model data base",
    {"core/base/a.c": '#include "data/b.h"\n'},
)
def direction(tree):
    for source in tree.under("core/", "abi/"):
        for one in source.includes():
            is_ours = one.is_local or one.path.startswith("tocsin/")
            if is_ours and not may_include(source.path, one.path):
                yield Finding(source.path, one.line, f"must not include {one.path}")


@rule(
    "outside",
    "raw, vectors, bench and examples see the public headers alone, as a user does",
    {"ffi-tests/bench/a.c": '#include "base/buf.h"\n'},
)
def outside(tree):
    for source in tree.under(*OUTSIDE):
        for one in source.includes():
            if one.path.split("/")[0] in LAYERS:
                yield Finding(source.path, one.line, f"must not include {one.path}")


@rule(
    "foreign",
    "one file speaks with each library; give that file a function",
    {"core/wire/a.c": "#include <curl/curl.h>\n"},
)
def foreign(tree):
    for source in tree.under("core/", "abi/"):
        for one in source.includes():
            for header, allowed in HEADERS.items():
                if re.fullmatch(header, one.path) and not re.fullmatch(allowed, source.path):
                    yield Finding(source.path, one.line, f"must not include {one.path}")


@rule(
    "door",
    "there is one door to memory, files, threads, clock, entropy and diagnostics each",
    {"core/wire/a.c": "int f(void)\n{\n    return malloc(1) != NULL;\n}\n"},
)
def door(tree):
    for source in tree.under("core/", "abi/entry/"):
        for names, allowed, instead in DOORS:
            if allowed and re.fullmatch(allowed, source.path):
                continue
            for match in re.finditer(rf"(?<![\w.>])({names})\(", source.without_directives()):
                text = f"calls {match.group(1)}; use {instead}"
                yield Finding(source.path, source.line_at(match.start()), text)


@rule(
    "conditional",
    "platforms differ in core/native, base/sync.c, base/file.c and tocsin/export.h alone",
    {"core/wire/a.c": "#ifdef _WIN32\n#endif\n"},
)
def conditional(tree):
    for source in tree.under("core/", "abi/"):
        if re.fullmatch(r"core/native/.*|core/base/(?:sync|file)\.c|.*/tocsin/export\.h", source.path):
            continue
        guard = source.path.endswith(".h")
        for number, line in enumerate(source.code_lines, 1):
            if not re.match(r"[ \t]*#[ \t]*if", line):
                continue
            if guard and line.startswith("#ifndef"):
                guard = False
                continue
            yield Finding(source.path, number, line.strip())
