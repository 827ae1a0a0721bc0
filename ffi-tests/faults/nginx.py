"""A real nginx in front of a hostile server: TLS of every quality, limits, gateways, redirects."""
import contextlib
import os
import pathlib
import shutil
import socket

import certificates
from badd import Badd
from kit import CACHE, Skip, free_port, running, scratch_folder, wait_for

HEAD = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
"""


def program():
    """(path, folder of its libraries or None)"""
    unpacked = CACHE / "nginx-lua/usr/sbin/nginx"
    for path in (shutil.which("nginx"), "/usr/sbin/nginx"):
        if path and os.access(path, os.X_OK):
            return path, None
    if not unpacked.exists():
        raise Skip("there is no nginx: ffi-tests/setup could not fetch it")
    return unpacked, next((CACHE / "nginx-lua").glob("**/libluajit-5.1.so.2")).parent


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def nginx(**servers):
    """Servers by name: what stands in each `server` block; "h2" speaks HTTP/2. Gives {name: port}, and
    "log" to read."""
    path, libraries = program()
    ports = {name: free_port() for name in servers}
    with scratch_folder() as folder:
        user = f"user {os.environ.get('USER', 'root')};" if os.geteuid() == 0 else ""
        kinds = {name: " ssl" * ("ssl_" in text) + " http2" * (name == "h2") for name, text in servers.items()}
        blocks = [f"server {{ listen 127.0.0.1:{ports[name]}{kinds[name]};\n{text}\n}}"
                  for name, text in servers.items()]
        (folder / "nginx.conf").write_text(HEAD.format(folder=folder, user=user) + "\n".join(blocks) + "\n}\n")
        environment = {**os.environ, **({"LD_LIBRARY_PATH": str(libraries)} if libraries else {})}
        command = [path, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        with running(command, folder, environment, folder / "nginx.log"):
            try:
                wait_for(lambda: all(map(listens, ports.values())), "nginx")
            except AssertionError:
                raise AssertionError((folder / "error.log").read_text()) from None
            yield {**ports, "log": pathlib.Path(folder / "access.log")}


@contextlib.contextmanager
def fronts(*names):
    """nginx with these certificates and one server behind it: ({name: port}, server, file to trust)."""
    folder = certificates.folder()
    with Badd() as server:
        through = "location / { proxy_pass http://127.0.0.1:%d; }" % server.port
        lines = {name: certificates.nginx_lines(folder, name) for name in names}
        with nginx(**{name: text + through for name, text in lines.items()}) as front:
            yield front, server, str(folder / "ours/ca.pem")
