"""A real nginx that speaks TLS, with and without HTTP/2, before a sink."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import sinks
from peers.install import CACHE

PATIENCE_S = 120
VERSIONS = {"HTTP/1.1": "", "HTTP/2": " http2"}
CONFIGURATION = """
daemon off;
pid {folder}/pid;
{user}
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    keepalive_requests 1000000;
    upstream sink {{ server {address}; keepalive 256; keepalive_requests 1000000; }}
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} ssl{version};
        location / {{ proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
"""


def program():
    """(path, folder of its libraries or None), or RuntimeError."""
    for path in (shutil.which("nginx"), "/usr/sbin/nginx"):
        if path and os.access(path, os.X_OK):
            return path, None
    unpacked = CACHE.parent / "nginx-lua"
    libraries = next(unpacked.glob("**/libluajit-5.1.so.2"), None)
    if libraries is None:
        raise RuntimeError("there is no nginx: ffi-tests/setup installs it")
    return str(unpacked / "usr/sbin/nginx"), str(libraries.parent)


def make_certificate(folder):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
               "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key.pem",
               "-out", f"{folder}/cert.pem"]
    sinks.run(command)


_places = []


def free_ports(count):
    """Nobody listens there until nginx does, and nobody else is given them while this process lives."""
    places = [socket.socket() for _ in range(count)]
    for place in places:
        place.bind(("127.0.0.1", 0))
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for nginx, which has it too
    _places.extend(places)
    return [place.getsockname()[1] for place in places]


def listens(process, port, end):
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.01)
    return False


def stop(process):
    process.terminate()
    process.wait()


def start(folder, address):
    """(process, {version of HTTP: port})."""
    path, libraries = program()
    environment = {**os.environ, **({"LD_LIBRARY_PATH": libraries} if libraries else {})}
    user = "user root;" if os.geteuid() == 0 else ""
    ports = dict(zip(VERSIONS, free_ports(len(VERSIONS))))
    servers = "".join(SERVER.format(port=ports[version], version=word) for version, word in VERSIONS.items())
    (folder / "nginx.conf").write_text(CONFIGURATION.format(
        folder=folder, user=user, address=address, servers=servers), encoding="utf-8")
    process = subprocess.Popen([path, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"],
                               env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE_S
    if all(listens(process, port, end) for port in ports.values()):
        return process, ports
    stop(process)
    raise RuntimeError(f"nginx does not listen: {(folder / 'error.log').read_text(encoding='utf-8')[-500:]}")


@contextlib.contextmanager
def front(build, server):
    """({version of HTTP: DSN}, file of the certificate to trust, function that tells what the sink received)."""
    with sinks.sink(build, server) as (dsn, account), tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = pathlib.Path(name)
        make_certificate(folder)
        process, ports = start(folder, dsn.split("@")[1].split("/")[0])
        try:
            yield ({version: f"https://public@127.0.0.1:{port}/1" for version, port in ports.items()},
                   str(folder / "cert.pem"), account)
        finally:
            stop(process)
