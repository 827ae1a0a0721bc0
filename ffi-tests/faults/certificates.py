"""Certificates good and bad, made once for all processes of the suite."""
import atexit
import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

from kit import Skip

HOME = "FAULTS_CERTIFICATES"  # in the environment, for children
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
OLD = "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"

# Of a machine that would still speak to anybody.
LENIENT = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = any
[any]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""
AUTHORITY = """
[ca]
default_ca = it
[it]
dir = {folder}
database = {folder}/index.txt
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def openssl(*arguments, folder):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Authority:
    """A certificate authority in a folder of its own."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        (self.folder / "index.txt").write_text("")
        (self.folder / "serial").write_text("01\n")
        (self.folder / "ca.cnf").write_text(AUTHORITY.format(folder=self.folder))
        self.certificate = self.folder / "ca.pem"
        self.self_signed("ca", f"/CN={name}")

    def self_signed(self, name, subject):
        openssl("req", "-x509", *CURVE, "-days", "2", "-subj", subject, "-keyout",
                f"{name}.key", "-out", f"{name}.pem", folder=self.folder)

    def signed(self, name, host="IP:127.0.0.1,DNS:localhost", start="20240101000000Z", end="20991231235959Z"):
        openssl("req", "-new", *CURVE, "-subj", f"/CN={name}", "-addext",
                f"subjectAltName={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr", folder=self.folder)
        openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", start, "-enddate", end,
                folder=self.folder)


def make_all(folder):
    ours, other = Authority(folder, "ours"), Authority(folder, "other")
    ours.signed("good")
    ours.signed("expired", end="20250101000000Z")
    ours.signed("premature", start="20980101000000Z")
    ours.signed("other_host", host="DNS:elsewhere.example,IP:127.0.0.2")
    ours.self_signed("self_signed", "/CN=127.0.0.1")
    ours.signed("old")
    other.signed("unknown")


def prepare():
    """To be called once, before the first child."""
    os.environ[HOME] = tempfile.mkdtemp(prefix="tocsin-certificates-")
    atexit.register(shutil.rmtree, os.environ[HOME], ignore_errors=True)
    (pathlib.Path(os.environ[HOME]) / "lenient.cnf").write_text(LENIENT)


def lenient():
    """The environment of a machine whose OpenSSL has nothing against old protocols."""
    return {"OPENSSL_CONF": os.environ[HOME] + "/lenient.cnf"}


def folder():
    """Where they are; the first to ask makes them."""
    if not shutil.which("openssl"):
        raise Skip("there is no openssl: ffi-tests/setup could not install it")
    home = pathlib.Path(os.environ[HOME])
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            make_all(home)
            (home / "done").touch()
    return home


def nginx_lines(home, name):
    of = home / ("other" if name == "unknown" else "ours")
    more = OLD if name == "old" else ""
    return f"ssl_certificate {of}/{name}.pem; ssl_certificate_key {of}/{name}.key; {more}"
