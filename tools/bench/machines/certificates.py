"""Certificates for the trial: from a CA of its own, and from an ACME server (Debian's `pebble`)."""

import json
import os
import socket
import ssl
from pathlib import Path
from typing import NamedTuple, Self

import requests

from tools.bench.faults.checks import Check, is_so
from tools.bench.machines.machine import GATEWAY, Machine, run
from tools.embedded.child import Child

HSTS = "max-age=31536000; includeSubDomains"  # as in .env.example
_ISSUER_PORT, _ROOTS_PORT, _NAMES_PORT = 14000, 15000, 18053
_EXTENSIONS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:{address}
"""


class Signed(NamedTuple):
    """PEM files: a certificate with its chain, its key, and the certificate of the CA."""

    certificate: Path
    key: Path
    authority: Path


def sign(folder: Path, address: str) -> Signed:
    """Create a CA, and a certificate for an address that is signed by it."""
    made = Signed(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    authority_key, settings = folder / "authority.key", folder / "openssl.cnf"
    settings.write_text(_EXTENSIONS.format(address=address))
    start = ["openssl", "req", "-x509", "-config", settings, "-days", "30", "-noenc",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]  # fmt: skip
    run(*start, "-extensions", "authority", "-subj", "/CN=Authority of a trial",
        "-keyout", authority_key, "-out", made.authority)  # fmt: skip
    run(*start, "-extensions", "server", "-subj", f"/CN={address}", "-CA", made.authority,
        "-CAkey", authority_key, "-keyout", made.key, "-out", made.certificate)  # fmt: skip
    with made.certificate.open("a") as chain:
        chain.write(made.authority.read_text())
    return made


def read_certificate(address: str, name: str, authority: Path) -> dict:
    """Return the certificate of a server for a name; raise OSError if the CA did not sign it."""
    context = ssl.create_default_context(cafile=authority)
    with (
        socket.create_connection((address, 443), 15) as line,
        context.wrap_socket(line, server_hostname=name) as secured,
    ):
        return dict(secured.getpeercert() or {})


def check_https(address: str, name: str, authority: Path) -> list[Check]:
    """Check that http redirects to https, and that pages and nginx's own responses have HSTS."""
    found = [is_so("http leads to https", *_follow_http(address, name))]
    for path in ("/requests/", "/healthz/proxy"):
        status, headers = _ask(f"https://{name}{path}", address, authority)
        told = headers.get("strict-transport-security", "nothing")
        found.append(is_so(f"HSTS with {path}", f"{status}, {told}", status and told == HSTS))
    return found


def _follow_http(address: str, name: str) -> tuple[str, bool]:
    status, headers = _ask(f"http://{name}/requests/", address)
    place = headers.get("location", "")
    return f"{status} to {place}", (status, place) == (308, f"https://{name}/requests/")


def _ask(url: str, address: str, authority: Path | None = None) -> tuple[int, dict[str, str]]:
    """Return status and headers of a page on the server at `address`, without using DNS."""
    host = url.split("/")[2]
    trusted = ["--cacert", str(authority)] if authority else []
    done = run("curl", "--silent", "--show-error", "--max-time", "15", *trusted, "--noproxy", "*",
               "--resolve", f"{host}:80:{address}", "--resolve", f"{host}:443:{address}",
               "--dump-header", "-", "--output", "/dev/null", url)  # fmt: skip
    first, *lines = done.stdout.strip().splitlines()
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


class Issuer:
    """An ACME server at the machines' gateway, whose DNS resolves all names to one `machine`.

    `with Issuer(folder, machine) as issuer:` also configures the machine's certbot to use it.
    """

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder = folder / "issuer"
        self.machine = machine
        self._children: list[Child] = []

    @property
    def authority(self) -> Path:
        return self.folder / "root.pem"

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        own = sign(self.folder, GATEWAY)
        settings = {
            "listenAddress": f"{GATEWAY}:{_ISSUER_PORT}",
            "managementListenAddress": f"{GATEWAY}:{_ROOTS_PORT}",
            "certificate": str(own.certificate),
            "privateKey": str(own.key),
            "httpPort": 80,
            "tlsPort": 443,
        }
        (self.folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
        names = f"{GATEWAY}:{_NAMES_PORT}"
        off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-defaultIPv6", ""]
        self._start("pebble-challtestsrv", "-dns01", names, "-management", f"{GATEWAY}:18055",
                    "-defaultIPv4", self.machine.address, *off)  # fmt: skip
        issuer = self._start("pebble", "-config", self.folder / "pebble.json", "-dnsserver", names)
        issuer.wait_until(lambda: self._read_root(own.authority), 30)
        certbot = f"server = https://{GATEWAY}:{_ISSUER_PORT}/dir\nno-verify-ssl = true\n"
        self.machine.run(
            "mkdir -p /etc/letsencrypt && cat >/etc/letsencrypt/cli.ini", input=certbot
        )
        return self

    def __exit__(self, *_error: object) -> None:
        while self._children:
            self._children.pop().stop()

    def _start(self, program: str, *arguments: str | Path) -> Child:
        environment = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        child = Child(program, [program, *arguments], log=self.folder / f"{program}.log",
                      env=environment)  # fmt: skip
        self._children.append(child)
        return child

    def _read_root(self, trusted: Path) -> bool:
        """Write the server's root certificate, which is a new one after each start."""
        url = f"https://{GATEWAY}:{_ROOTS_PORT}/roots/0"
        try:
            found = requests.get(url, timeout=5, verify=str(trusted))
        except requests.RequestException:
            return False
        self.authority.write_text(found.text)
        return found.status_code == 200
