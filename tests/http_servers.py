"""HTTP and HTTPS servers on local ports, in place of the external servers that the city calls."""

import ssl
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Server(ThreadingHTTPServer):
    """An HTTP server that responds by calling `answer` with the handler.

    `calls` lists the requests received, as tuples of method, path, headers and body.
    """

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.calls = []
        self.ended = threading.Event()
        self.scheme = "http"

    @property
    def name(self) -> str:
        """The host and port, such as 127.0.0.1:40123."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.name}"

    def handle_error(self, request, client_address):
        """Ignore errors, such as a client that disconnects during a response."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _called(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.calls.append((self.command, self.path, dict(self.headers), body))
        self.close_connection = True
        self.server.answer(self)

    do_GET = do_POST = do_DELETE = _called  # noqa: N815

    def send(self, status=200, body=b"", **headers):
        self.send_response(status)
        headers.setdefault("Content_Length", len(body))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def running(answer, context=None):
    server = Server(answer)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def serve():
    """Return a function that starts a server with a given `answer`, until the end of the test."""
    with ExitStack() as stack:
        yield lambda answer, context=None: stack.enter_context(running(answer, context))


def certificate(folder, *names):
    """Return a server's TLS context for these names, and the path of its CA certificate."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    authority = _signed("An authority", authority_key, "An authority", authority_key, None)
    own = _signed(names[0], key, "An authority", authority_key, names)
    (folder / "authority.pem").write_bytes(_pem(authority))
    (folder / "server.pem").write_bytes(
        _pem(own)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "authority.pem"


def _signed(subject, key, issuer, issuer_key, names):
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(_usage(is_authority=names is None), critical=True)
    )
    if names:
        made = made.add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
        )
    return made.sign(issuer_key, hashes.SHA256())


def _usage(*, is_authority):
    parts = ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "encipher_only", "decipher_only"]  # fmt: skip
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        **dict.fromkeys(parts, False),
    )


def _alternative(name):
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
