"""Plays calls through ctypes. usage: python3 main.py LIBRARY"""
import ctypes
import sys
import threading

library = ctypes.CDLL(sys.argv[1])
HOOK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
FILL = b"\xaa"
EVENT_ID_SIZE, KEEP, DROP = 33, 0, 1


def tocsin(name, *arguments, result=ctypes.c_int64):
    function = library["tocsin_" + name]  # unlike an attribute it is no other thread's
    function.restype = result
    return function(*arguments)


def number(value):
    return ctypes.c_int64(value)


def text(data):
    return data, number(len(data))


def json_of(event):
    need = tocsin("event_json", number(event), None, number(0))
    buffer = ctypes.create_string_buffer(need + 1)
    tocsin("event_json", number(event), buffer, number(need + 1))
    return buffer.raw[:need]


def clean(event):
    """The user's own hook: nobody's password leaves, and some events do not at all."""
    return None if b"drop me" in event else event.replace(b"hunter2", b"[gone]")


def clean_hook(event, _hint, _user):
    cleaned = clean(json_of(event))
    if cleaned is None:
        return DROP
    return tocsin("event_set_json", number(event), *text(cleaned), result=ctypes.c_int32)


def ask_hook(event, _hint, user):
    say(f"? {event} {user or 0}")
    return serve()


CALLBACKS = {"a": HOOK(ask_hook), "c": HOOK(clean_hook)}


def argument(word, buffers):
    kind, rest = word[0], word[1:]
    if kind == "i":
        return ctypes.c_int32(int(rest))
    if kind == "l":
        return number(int(rest))
    if kind == "t":
        return bytes.fromhex(rest)
    if kind == "b":
        buffers.append((ctypes.c_char * int(rest))(*FILL * int(rest)))
        return buffers[-1]
    if kind == "u":
        return ctypes.c_void_p(int(rest))
    return CALLBACKS.get(kind)


def call(name, result, *words):
    buffers = []
    arguments = [argument(word, buffers) for word in words]
    outcome = tocsin(name[len("tocsin_"):], *arguments,
                     result=ctypes.c_int32 if result == "i" else ctypes.c_int64)
    return [outcome, *(buffer.raw.hex() for buffer in buffers)]


def filtered(source, scope, json):
    """A capture in two steps, with the hook between them."""
    event = tocsin("event_prepare", number(int(scope)), ctypes.c_int32(int(source)), *text(bytes.fromhex(json)),
                   number(0), None)
    if event <= 0:
        return [event]
    cleaned = clean(json_of(event))
    if cleaned is None:
        return [tocsin("event_discard", number(event), *text(b"before_send"), result=ctypes.c_int32)]
    event_id = ctypes.create_string_buffer(EVENT_ID_SIZE)
    return [tocsin("event_submit", number(event), *text(cleaned), event_id, result=ctypes.c_int32),
            event_id.value.decode()]


def work(worker, rounds, scope, done):
    for turn in range(rounds):
        fork = tocsin("scope_fork", number(scope))
        tocsin("scope_set_tag", number(fork), *text(b"worker"), *text(b"%d" % worker))
        words = b"worker %d round %d" % (worker, turn)
        done.append(tocsin("scope_capture_message", number(fork), *text(words), 0, number(0), None, None))
        tocsin("handle_close", number(fork))


def threads(count, rounds, scope):
    done = []
    all_of_them = [threading.Thread(target=work, args=(worker, int(rounds), int(scope), done))
                   for worker in range(int(count))]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()
    return [done.count(0)]


COMMANDS = {"call": call, "filter": filtered, "threads": threads}


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve():
    """Until the input ends, or the answer to a hook is there."""
    for line in iter(sys.stdin.readline, ""):
        command, *words = line.split()
        if command == "!":
            return int(words[0])
        say(" ".join(["=", *map(str, COMMANDS[command](*words))]))
    return 0


serve()
