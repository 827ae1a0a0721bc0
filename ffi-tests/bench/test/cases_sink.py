"""The server that does little: what it counts is what came."""
import ctypes
import gzip
import http.client

import sinks

ID = "0123456789abcdef0123456789abcdef"


def envelope(event_id):
    return f'{{"event_id":"{event_id}","sdk":{{}}}}\n{{"type":"event"}}\n{{}}\n'.encode()


def zstd(text):
    """One frame, packed by the system's libzstd; no Python of before 3.14 has it."""
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(len(text) + 1024)
    length = library.ZSTD_compress(room, ctypes.c_size_t(len(room)), text, ctypes.c_size_t(len(text)), 1)
    return room.raw[:length]


def received(build, server, *requests):
    """What the server tells of requests, each a body with headers; a list of bytes goes in chunks."""
    with sinks.sink(build, server) as (dsn, account):
        connection = http.client.HTTPConnection(dsn.split("@")[1].split("/")[0], timeout=20)
        for body, headers in requests:
            try:
                connection.request("POST", "/api/1/envelope/", body, headers, encode_chunked=isinstance(body, list))
                connection.getresponse().read()
            except (ConnectionError, http.client.HTTPException):
                connection.close()
        connection.close()
        return account()


def test_an_event_that_comes_twice_counts_once(build):
    told = received(build, "instant", (envelope(ID), {}), (envelope(ID), {}), (envelope(ID[::-1]), {}))
    assert told["events"] == 2 and told["requests"] == 3, told


def test_compressed_and_chunked_events_are_read(build):
    chunked = ([envelope(ID)[:10], envelope(ID)[10:]], {"Transfer-Encoding": "chunked"})
    # the id has to be in the first chunk, as clients send it
    whole = ([envelope(ID[::-1])], {"Transfer-Encoding": "chunked"})
    told = received(build, "instant", (gzip.compress(envelope(ID)), {"Content-Encoding": "gzip"}), chunked, whole)
    assert told["events"] == 2 and told["requests"] == 3, told


def test_events_packed_by_zstd_are_read_also_where_they_are_long(build):
    long = envelope(ID[::-1]) + b"some more " * 30000
    told = received(build, "instant", *[(zstd(body), {"Content-Encoding": "zstd"}) for body in (envelope(ID), long)])
    assert told["events"] == 2 and told["requests"] == 2, told


def test_what_only_says_it_is_compressed_brings_no_event(build):
    told = received(build, "instant", *[(envelope(ID), {"Content-Encoding": name}) for name in ("zstd", "gzip")])
    assert told["events"] == 0 and told["requests"] == 2, told


def test_an_id_with_dashes_is_the_same_id(build):
    dashed = f"{ID[:8]}-{ID[8:12]}-{ID[12:16]}-{ID[16:20]}-{ID[20:]}"
    told = received(build, "instant", (envelope(ID), {}), (envelope(dashed), {}))
    assert told["events"] == 1, told


def test_what_brings_no_event_is_a_request_and_no_event(build):
    told = received(build, "instant", (b'{"sent_at":"now"}\n{"type":"client_report"}\n{}\n', {}))
    assert told["events"] == 0 and told["requests"] == 1, told


def test_a_lossy_server_forgets_every_tenth_request(build):
    told = received(build, "lossy", *[(envelope(f"{number:032x}"), {}) for number in range(1, 21)])
    assert told["events"] == 18 and told["lost"] == 2, told


def test_a_slow_server_keeps_an_answer_back(build):
    told = received(build, "20ms", *[(envelope(f"{number:032x}"), {}) for number in range(1, 6)])
    assert told["events"] == 5 and told["seconds"] >= 0.08, told
