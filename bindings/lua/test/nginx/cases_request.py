"""What a request brings along: its data, its trace, and what of it is nobody's business."""
import http.client
import json
import ssl
import subprocess

from world import expect, scratch_folder, world

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADERS = {
    "Authorization": "Bearer hunter2",
    "Cookie": "crumbs=hunter2",
    "X-Forwarded-For": "203.0.113.9",
    "X-Auth-Token": "hunter2",
    "Referer": "http://mail.example/read?ticket=hunter2",
    "X-Kind": "test",
}
PATH = "/message/to%20you?id=p&q=tea&token=hunter2&%74oken=hunter2"


def request_of(events, **tags):
    one = events.await_(1, **tags)[0]
    return one, one["request"]


def a_request_is_described_without_what_is_personal():
    with world() as (nginx, events):
        nginx.get(PATH, HEADERS)
        one, request = request_of(events, request="p")
        expect((request["method"], request["url"]), ("GET", f"http://127.0.0.1:{nginx.port}/message/to%20you"))
        expect(request["query_string"], "id=p&q=tea&token=[Filtered]&%74oken=[Filtered]")
        expect((request["headers"]["X-Kind"], request["headers"]["Referer"]), ("test", "http://mail.example/read"))
        expect(request["headers"]["X-Auth-Token"], "[Filtered]")
        expect(request["env"]["SERVER_NAME"], "shop.example")
        expect((one["transaction"], one["transaction_info"]), ("GET /message/to%20you", {"source": "url"}))
        expect("user" in one, False)
        for secret in ("hunter2", "203.0.113.9", "REMOTE_ADDR"):
            assert secret not in json.dumps(one), secret


def personal_data_is_taken_along_where_that_is_wanted():
    with world(send_default_pii=True) as (nginx, events):
        nginx.get(PATH, HEADERS)
        one, request = request_of(events, request="p")
        expect((request["headers"]["Authorization"], request["headers"]["Cookie"]),
               ("Bearer hunter2", "crumbs=hunter2"))
        expect((request["env"]["REMOTE_ADDR"], one["user"]), ("127.0.0.1", {"ip_address": "127.0.0.1"}))
        assert "token=hunter2" not in json.dumps(one)


def forwarded_addresses_are_believed_from_trusted_proxies_alone():
    with world(send_default_pii=True) as (nginx, events):
        nginx.get("/message?id=a", HEADERS)
        nginx.get("/message?id=b", {**HEADERS, "Host": "proxied.example"})
        expect(events.await_(1, request="a")[0]["user"]["ip_address"], "127.0.0.1")
        expect(events.await_(1, request="b")[0]["user"]["ip_address"], "203.0.113.9")


def a_trace_that_comes_in_goes_on():
    incoming = {
        "sentry-trace": f"{TRACE}-{SPAN}-1",
        "baggage": f"other=1,sentry-trace_id={TRACE},sentry-release=front%401",
    }
    with world(release="shop@1") as (nginx, events):
        nginx.get("/message?id=t", incoming)
        trace = events.await_(1, request="t")[0]["contexts"]["trace"]
        expect((trace["trace_id"], trace["parent_span_id"]), (TRACE, SPAN))
        passed_on = dict(line.split(": ", 1) for line in nginx.get("/proxy?id=o", incoming)[1].splitlines())
        expect(passed_on["sentry-trace"][:32], TRACE)
        assert passed_on["sentry-trace"] != incoming["sentry-trace"]
        expect(passed_on["baggage"].startswith("other=1,"), True, passed_on["baggage"])
        assert "sentry-release=front%401" in passed_on["baggage"], passed_on
        nginx.get("/message?id=n", {"sentry-trace": "rubbish"})
        trace = events.await_(1, request="n")[0]["contexts"]["trace"]
        expect((len(trace["trace_id"]), trace["trace_id"] == TRACE), (32, False))


TLS = """
init_by_lua_block { app = require "app"; app.init(@OPTIONS@) }
server {
    listen 127.0.0.1:@PORT@ ssl;
    ssl_certificate @PEM@;
    ssl_certificate_key @PEM@;
    ssl_certificate_by_lua_block { app.certificate() }
    rewrite_by_lua_block { app.enter() }
    location / { content_by_lua_block { app.message() } }
}
"""


def certificate(folder):
    """A file with a key and a certificate for this machine."""
    pem = folder / "pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=shop.example", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", pem, "-out", folder / "certificate"], check=True, capture_output=True)
    with open(pem, "a") as file:
        file.write((folder / "certificate").read_text())
    return pem


def what_is_set_for_a_connection_is_not_the_requests():
    with scratch_folder() as folder, world(http=TLS.replace("@PEM@", str(certificate(folder)))) as (nginx, events):
        context = ssl.create_default_context(cafile=folder / "certificate")
        connection = http.client.HTTPSConnection("127.0.0.1", nginx.port, timeout=10, context=context)
        for number in ("1", "2"):
            connection.request("GET", f"/?id={number}")
            connection.getresponse().read()
        connection.close()
        expect(events.await_(1, handshake="yes")[0].said, "in ssl_cert")
        for number in ("1", "2"):
            one = events.await_(1, request=number)[0]
            expect(set(one["tags"]), {"process", "request", f"only.{number}"})
            expect(one["request"]["url"], f"https://127.0.0.1:{nginx.port}/")
