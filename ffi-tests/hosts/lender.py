"""A program in Python that loads a plugin in C and lends it a scope, all through ctypes.

usage: lender.py LIBTOCSIN PLUGIN.so; SENTRY_DSN says where to
"""
import ctypes
import json
import sys


def load(path):
    """The library with the types of what is called here."""
    library = ctypes.CDLL(path)
    handle, text = ctypes.c_int64, (ctypes.c_char_p, ctypes.c_int64)
    status, number, pointer = ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p
    for name, (answer, *given) in {
            "client_open": (handle, handle), "client_scope": (handle, handle), "scope_fork": (handle, handle),
            "scope_restrict": (handle, handle, number, *text), "scope_revoke": (status, handle, handle),
            "scope_set_tag": (status, handle, *text, *text), "scope_set_user": (status, handle, *text),
            "scope_capture_message": (status, handle, *text, status, handle, pointer, pointer),
            "client_close": (status, handle, number), "client_stats": (number, handle, *text),
            "handle_close": (status, handle), "constant": (number, *text)}.items():
        function = getattr(library, "tocsin_" + name)
        function.restype, function.argtypes = answer, given
        setattr(library, name, function)
    return library


def rights(library, *names):
    return sum(library.constant(f"TOCSIN_RIGHT_{name}".encode(), -1) for name in names)


def lend(library, scope, plugin):
    """What tocsin_scope_revoke and the plugin answered."""
    fork = library.scope_fork(scope)
    library.scope_set_tag(fork, b"plugin", -1, b"vandal", -1)
    quota = json.dumps({"events": 2, "window_ms": 3600000}).encode()
    lent = library.scope_restrict(fork, rights(library, "WRITE", "CAPTURE"), quota, -1)
    run = ctypes.CDLL(plugin).plugin_run
    run.argtypes, run.restype = [ctypes.c_int64], ctypes.c_int32
    answers = run(lent), library.scope_revoke(fork, lent), library.scope_set_tag(lent, b"a", -1, b"b", -1)
    library.handle_close(fork)
    return answers


def main():
    library = load(sys.argv[1])
    client = library.client_open(0)
    scope = library.client_scope(client)
    library.scope_set_tag(scope, b"host", -1, b"python", -1)
    library.scope_set_user(scope, b'{"id":"operator"}', -1)
    assert lend(library, scope, sys.argv[2]) == (0, 0, -1)
    library.scope_capture_message(scope, b"the host is well", -1, 0, 0, None, None)
    library.handle_close(scope)
    room = ctypes.create_string_buffer(4096)
    library.client_stats(client, room, len(room))
    sys.stdout.flush()
    print("stats", room.value.decode(), flush=True)
    return library.client_close(client, 60000)


sys.exit(main())
