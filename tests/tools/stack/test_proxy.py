"""Tests for nginx alone with the configuration of the container, with and without TLS."""

import gzip
import ipaddress
import json
import re
import socket
import ssl
import sys
import tempfile
import time
import warnings
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.nginx import nginx_figures
from tools.embedded import Child
from tools.stack import ports
from tools.stack.proxy import TEMPLATES, Proxy

HSTS = "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nginx_takes_its_files_with_and_without_tls(programs, folder, scheme):
    where = folder / f"nginx-{scheme}"
    _proxy(programs, folder, scheme, *ports.free(["http", "https"]).values()).check()
    assert not re.search(r"\$\{NGINX_[A-Z]", (where / "nginx.conf").read_text())


def test_with_tls_http_leads_there_but_for_the_containers_own_check(programs, folder):
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, folder, "https", http, https).launch()
    check = f"http://127.0.0.1:{http}/healthz/proxy"
    try:
        nginx.wait_until(lambda: ports.answers(http), 60)
        with requests.Session() as visitor:
            visitor.trust_env = False
            assert visitor.get(check, allow_redirects=False, timeout=30).text == "up\n"
            challenge = folder / "challenges" / ".well-known" / "acme-challenge" / "token"
            challenge.parent.mkdir(parents=True)
            challenge.write_text("as the issuer wants it")
            asked = f"http://127.0.0.1:{http}/.well-known/acme-challenge/token"
            assert visitor.get(asked, timeout=30).text == "as the issuer wants it"
            for path in ("/", "/healthz/ready", "/requests/?q=healthz"):
                answer = visitor.get(
                    f"http://127.0.0.1:{http}{path}", allow_redirects=False, timeout=30
                )
                assert answer.status_code == 308
                assert answer.headers["Location"] == f"https://127.0.0.1:{https}{path}"
                # over HTTP, browsers ignore it
                assert "Strict-Transport-Security" not in answer.headers
            # No web process runs here, so responses over HTTPS are nginx's own.
            visitor.verify = str(folder / "certificate.pem")
            for path in ("/", "/static/none.css", "/healthz/ready", "/healthz/proxy"):
                answer = visitor.get(f"https://127.0.0.1:{https}{path}", timeout=30)
                assert answer.headers["Strict-Transport-Security"] == HSTS, path
    finally:
        nginx.stop()


def headers_of(http, line, *more) -> list[str]:
    """Return the status line and the headers of the response to a request with these lines."""
    request = "\r\n".join([line, "Host: 127.0.0.1", "Connection: close", *more, "", ""])
    found = b""
    with socket.create_connection(("127.0.0.1", http), timeout=30) as connection:
        connection.sendall(request.encode())
        # nginx closes the connection without reading the rest of a request that it refuses
        with suppress(ConnectionResetError):
            while more := connection.recv(65_536):
                found += more
    return found.partition(b"\r\n\r\n")[0].decode().split("\r\n")


@pytest.fixture
def own_folder(folder):
    """Return a folder that does not contain the access log that other tests read."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def said(headers, name) -> list[str]:
    """Return the values of all headers with this name."""
    pairs = (each.partition(": ") for each in headers[1:])
    return [value for key, _colon, value in pairs if key.lower() == name.lower()]


def test_every_answer_has_one_policy_and_keeps_its_kind(programs, own_folder, serve):
    """The policy is the application's if it responded, else nginx's own."""
    policy = "default-src 'none'; script-src 'self'"
    own = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
    web = serve(lambda handler: handler.send(body=b"there", **own))
    (own_folder / "unavailable").mkdir()
    (own_folder / "unavailable" / "503.html").write_text("One moment, please")
    (own_folder / "a.css").write_text("p { color: red }")
    http, https = ports.free(["http", "https"]).values()
    by_itself = {"GET /healthz/proxy": 200, "GET /static/a.css": 200, "GET /static/x.css": 404,
                 "DELETE /": 405, "GET /metrics": 403}  # fmt: skip
    with_web, without = {"GET /requests/": 200}, {"GET /requests/": 503} | by_itself
    for server, lines in ((web.name, with_web), ("127.0.0.1:1", without)):
        nginx = _proxy(programs, own_folder, "http", http, https, f"server {server};").launch()
        try:
            nginx.wait_until(lambda: ports.answers(http), 60)
            for line, status in lines.items():
                headers = headers_of(http, f"{line} HTTP/1.1")
                assert headers[0].split()[1] == str(status), line
                assert said(headers, "X-Content-Type-Options") == ["nosniff"], line
                (found,) = said(headers, "Content-Security-Policy")
                assert found.startswith("default-src 'none'; "), line
                assert (found == policy) == (lines is with_web)
                assert found == policy or "frame-ancestors 'none'" in found, line
                assert ("style-src 'self'" in found) == (status == 503), line  # nginx's own page
        finally:
            nginx.stop()


def test_a_request_with_a_length_beside_chunks_is_refused(programs, own_folder):
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, own_folder, "http", http, https).launch()
    try:
        nginx.wait_until(lambda: ports.answers(http), 60)
        both = ["Content-Length: 5", "Transfer-Encoding: chunked"]
        for more in (both, both[::-1], ["Content-Length: 5", "Content-Length: 6"]):
            assert headers_of(http, "POST / HTTP/1.1", *more)[0].split()[1] == "400", more
    finally:
        nginx.stop()


@pytest.mark.parametrize(
    ("version", "is_spoken"),
    [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)],
)
def test_tls_is_spoken_in_its_versions_of_today_alone(programs, own_folder, version, is_spoken):
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, own_folder, "https", http, https).launch()
    visitor = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    visitor.load_verify_locations(own_folder / "certificate.pem")
    visitor.set_ciphers("ALL:@SECLEVEL=0")  # otherwise the client itself would refuse old versions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        visitor.minimum_version = visitor.maximum_version = ssl.TLSVersion[version]
    try:
        nginx.wait_until(lambda: ports.answers(https), 60)
        with socket.create_connection(("127.0.0.1", https), timeout=30) as line:
            if is_spoken:
                with visitor.wrap_socket(line, server_hostname="127.0.0.1") as spoken:
                    assert spoken.version() == version.replace("_", ".")
            else:
                with pytest.raises(ssl.SSLError, match=r"PROTOCOL_VERSION|UNSUPPORTED|alert"):
                    visitor.wrap_socket(line, server_hostname="127.0.0.1")
    finally:
        nginx.stop()


WEAK = ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA"]
STRONG = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"]


def test_nginx_takes_only_ciphers_with_forward_secrecy_and_authentication(programs, own_folder):
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, own_folder, "https", http, https).launch()
    try:
        nginx.wait_until(lambda: ports.answers(https), 60)
        assert [_agreed(own_folder, https, each) for each in STRONG] == STRONG
        assert [_agreed(own_folder, https, each) for each in WEAK] == [None] * len(WEAK)
        assert _agreed(own_folder, https, ":".join(reversed(STRONG))) == STRONG[0]
        chacha = "ECDHE-ECDSA-CHACHA20-POLY1305"
        assert _agreed(own_folder, https, ":".join([chacha, *STRONG])) == chacha
        assert _agreed(own_folder, https, ":".join([*STRONG, chacha])) == STRONG[0]
        assert _agreed(own_folder, https) == "TLS_AES_256_GCM_SHA384"
    finally:
        nginx.stop()


def _agreed(own_folder, port: int, ciphers: str = "") -> str | None:
    """Return the cipher that nginx chooses from `ciphers` with TLS 1.2, or with TLS 1.3 for "".

    Return None if nginx accepts none of them.
    """
    context = ssl.create_default_context(cafile=own_folder / "certificate.pem")
    if ciphers:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=30) as line,
            context.wrap_socket(line, server_hostname="127.0.0.1") as secured,
        ):
            return secured.cipher()[0]
    except (ssl.SSLError, ConnectionResetError):
        return None


CHUNKED = b"Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
CHUNKS = b"\r\n5\r\nhello\r\n0\r\n\r\n"


def test_nginx_refuses_a_length_beside_chunks_and_hands_on_other_chunks_with_a_length(
    programs, own_folder, serve
):
    there = serve(lambda handler: handler.send(body=b"there"))
    http, https = ports.free(["http", "https"]).values()
    web = f"server {there.name} max_fails=0;"
    nginx = _proxy(programs, own_folder, "http", http, https, web).launch()

    def answer_to(headers):
        with socket.create_connection(("127.0.0.1", http), timeout=30) as line:
            line.sendall(b"POST / HTTP/1.1\r\nConnection: close\r\n" + headers + CHUNKS)
            parts = []
            while part := line.recv(4096):
                parts.append(part)
        return b"".join(parts)

    try:
        nginx.wait_until(lambda: ports.answers(http), 60)
        for headers in (CHUNKED + b"Content-Length: 4\r\n", b"Content-Length: 4\r\n" + CHUNKED):
            assert answer_to(headers).startswith(b"HTTP/1.1 400 ")
        assert there.calls == []
        assert answer_to(CHUNKED).endswith(b"\r\n\r\nthere")
        [(_method, _path, headers, body)] = there.calls
        assert (headers["Content-Length"], body) == ("5", b"hello")
        assert "Transfer-Encoding" not in headers
    finally:
        nginx.stop()


OURS = ["311.example.org", "311.EXAMPLE.org:8443", "town.example.org", "a.b.town.example.org"]
NOBODYS = [
    "evil.example", "311.example.org.evil.example", "a311.example.org", "xtown.example.org",
    "x,evil,|evil", ",evil,|evil", ",", "*", "localhost",
]  # fmt: skip


def test_under_a_name_that_is_not_ours_nobody_answers(programs, folder):
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, folder, "https", http, https).launch()

    def asked(name, path="/"):
        with socket.create_connection(("127.0.0.1", http), timeout=30) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
            try:
                return line.recv(4096).decode()
            except ConnectionResetError:
                return ""

    try:
        nginx.wait_until(lambda: ports.answers(http), 60)
        for name in OURS:
            host = name.lower().partition(":")[0]
            assert f"\r\nLocation: https://{host}:{https}/\r\n" in asked(name), name
        for name in NOBODYS:
            assert "Location" not in asked(name), name
            assert asked(name) == "" or asked(name).startswith("HTTP/1.1 400 "), name
            assert asked(name, "/,evil.example,") == asked(name), name
        assert asked("evil.example") == ""
        assert asked("evil.example", "/healthz/proxy").startswith("HTTP/1.1 200 ")
    finally:
        nginx.stop()


def test_after_three_web_processes_that_are_gone_the_one_that_is_there_is_asked(
    programs, folder, serve
):
    """During an upgrade nginx has the addresses of stopped containers for some seconds."""
    there = serve(lambda handler: handler.send(body=b"there"))
    http, https = ports.free(["http", "https"]).values()
    with ExitStack() as lines:
        webs = [*(_gone(lines) for _each in range(3)), there.name]
        web = " ".join(f"server {each} max_fails=0;" for each in webs)
        nginx = _proxy(programs, folder, "http", http, https, web).launch()
        try:
            nginx.wait_until(lambda: ports.answers(http), 60)
            answer = requests.get(f"http://127.0.0.1:{http}/requests/", timeout=30)
            assert (answer.status_code, answer.text) == (200, "there")
            # nginx writes the log line after it sent the response.
            log = folder / "nginx-http" / "access.log"
            nginx.wait_until(log.read_text, 60)
            assert json.loads(log.read_text())["web_status"] == "504, 504, 504, 200"
        finally:
            nginx.stop()


def _gone(lines):
    """Return an address that neither accepts nor refuses connections: its queue is full."""
    listener = lines.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _each in range(3):
        line = lines.enter_context(socket.socket())
        line.setblocking(False)
        line.connect_ex(listener.getsockname())
    return "{}:{}".format(*listener.getsockname())


def test_nginx_waits_longer_than_for_a_page_for_a_selection_of_the_open_data(
    programs, folder, serve
):
    def answer_after_ten_seconds(handler):
        time.sleep(10)
        handler.send(body=b"rows")

    web = f"server {serve(answer_after_ten_seconds).name};"
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, folder, "http", http, https, web).launch()
    try:
        nginx.wait_until(lambda: ports.answers(http), 60)
        address = f"http://127.0.0.1:{http}/open-data/selection.csv?from=2026-03-01"
        answer = requests.get(address, timeout=30)
        assert (answer.status_code, answer.text) == (200, "rows")
    finally:
        nginx.stop()


def test_who_is_told_to_wait_has_the_style_sheets_of_that_page(programs, folder):
    """Files have their own limit: a client with too many requests for pages still gets files."""
    http, https = ports.free(["http", "https"]).values()
    _proxy(programs, folder, "http", http, https).check()
    files = (folder / "nginx-http" / "nginx.static.conf").read_text()
    assert "limit_conn files 200;" in files


FILES = {"a.css": "text/css", "a.js": "text/javascript", "a.svg": "image/svg+xml"}


def test_a_file_is_sent_as_it_was_compressed_before_and_as_the_browser_takes_it(programs, folder):
    for name in FILES:
        (folder / name).write_text(f"plain {name}")
        (folder / f"{name}.gz").write_bytes(gzip.compress(f"gzip {name}".encode()))
        (folder / f"{name}.br").write_bytes(brotli.compress(f"brotli {name}".encode()))
    (folder / "small.css").write_text("too small to compress")
    (folder / "small.txt").write_text("of another kind")
    (folder / "small.txt.br").write_bytes(brotli.compress(b"never sent"))
    http, https = ports.free(["http", "https"]).values()
    nginx = _proxy(programs, folder, "http", http, https).launch()
    try:
        nginx.wait_until(lambda: ports.answers(http), 60)

        def sent(name, takes):
            address = f"http://127.0.0.1:{http}/static/{name}"
            answer = requests.get(address, headers={"Accept-Encoding": takes}, timeout=30)
            assert answer.headers["Vary"] == "Accept-Encoding"
            return answer.text, answer.headers["Content-Type"]

        for name, kind in FILES.items():
            assert sent(name, "gzip, deflate, br, zstd") == (f"brotli {name}", kind)
            assert sent(name, "gzip, br;q=0.0") == (f"gzip {name}", kind)
            assert sent(name, "gzip, sbr") == (f"gzip {name}", kind)
            assert sent(name, "identity") == (f"plain {name}", kind)
        assert sent("small.css", "br") == ("too small to compress", "text/css")
        assert sent("small.txt", "br") == ("of another kind", "text/plain")
        missing = requests.get(f"http://127.0.0.1:{http}/static/none.css", timeout=30)
        assert missing.status_code == 404
    finally:
        nginx.stop()


def test_what_nginx_says_by_itself_is_counted_and_so_is_whether_it_is_there(programs, folder):
    """No web process runs here. The log names the page that was requested."""
    http, https, figures = ports.free(["http", "https", "figures"]).values()
    proxy = _proxy(programs, folder, "http", http, https)
    where = [f"unix:{folder}/nginx.sock", f"127.0.0.1:{figures}"]
    command = [sys.executable, TEMPLATES / "nginx_figures.py", *where]
    command.append(f"http://127.0.0.1:{http}/healthz/proxy")
    (folder / "unavailable").mkdir()
    (folder / "unavailable" / "503.html").write_text("One moment, please")
    counting = Child("figures", command, log=folder / "figures.log")
    nginx = proxy.launch()

    def counted():
        text = requests.get(f"http://127.0.0.1:{figures}/metrics", timeout=30).text
        return dict(re.findall(r"^(santa311_proxy_(?:up|requests_total)\S*) (\S+)$", text, re.M))

    def refused(by):
        return counted().get(f'santa311_proxy_requests_total{{by="{by}",status="503"}}')

    try:
        counting.wait_until(lambda: ports.answers(figures), 60)
        nginx.wait_until(lambda: ports.answers(http), 60)
        assert counted()["santa311_proxy_up"] == "1.0"
        secret = "a-secret-of-a-letter"
        for path in ("/report/", f"/requests%2Fx%2Fmine%2F{secret}/"):
            assert requests.get(f"http://127.0.0.1:{http}{path}", timeout=30).status_code == 503
        counting.wait_until(lambda: refused("nginx") == "2.0", 60)
        assert refused("web") is None
        text = (folder / "nginx-http" / "access.log").read_text()
        lines = [json.loads(line) for line in text.splitlines()]
        assert [line["room"] for line in lines if line["status"] == 503] == ["/report", "/"]
        assert secret not in text
        nginx.stop()
        assert counted()["santa311_proxy_up"] == "0.0"
    finally:
        nginx.stop()
        counting.stop()


@pytest.mark.parametrize(
    ("status", "web_status", "by"),
    [
        ("200", "200", "web"),
        ("503", "503", "web"),
        ("503", "502", "nginx"),
        ("200", "502, 200", "web"),
        ("503", "504, 502", "nginx"),
        ("429", "-", "nginx"),
        ("200", "", "nginx"),
    ],
)
def test_who_said_what_is_told_by_what_the_web_process_said(status, web_status, by):
    before = nginx_figures.responses.labels(status, by)._value.get()
    line = json.dumps({"status": int(status), "web_status": web_status})
    nginx_figures.count_response(b"<190>Nov 28 13:00:08 nginx: " + line.encode())
    assert nginx_figures.responses.labels(status, by)._value.get() == before + 1


def test_a_line_that_cannot_be_read_is_counted_as_that():
    before = nginx_figures.responses.labels("unreadable", "nginx")._value.get()
    for line in (b"", b'<190>nginx: {"status": 20', b"{}"):
        nginx_figures.count_response(line)
    assert nginx_figures.responses.labels("unreadable", "nginx")._value.get() == before + 3


def _proxy(programs, folder, scheme, http, https, web="server 127.0.0.1:1;"):
    certificate, key = _certificate(folder)
    values = {
        "NGINX_SCHEME": scheme,
        "NGINX_PORT": f"127.0.0.1:{http}",
        "NGINX_TLS_PORT": f"127.0.0.1:{https}",
        "NGINX_CERTIFICATE": str(certificate),
        "NGINX_CERTIFICATE_KEY": str(key),
        "NGINX_WEB": web,
        "NGINX_STATIC": str(folder),
        "NGINX_ACCESS_LOG": str(folder / f"nginx-{scheme}" / "access.log"),
        "NGINX_FIGURES": f"syslog:server=unix:{folder}/nginx.sock,nohostname,tag=nginx",
        "NGINX_CHALLENGES": str(folder / "challenges"),
        "NGINX_PROTO": "$scheme",
        "NGINX_HOSTS": "127.0.0.1, 311.example.org,.town.example.org,",
        "NGINX_BASE_URL": f"https://311.example.org:{https}",
        "NGINX_HSTS_SECONDS": "31536000",
        "NGINX_HSTS_SUBDOMAINS": "1",
        "NGINX_HSTS_PRELOAD": "0",
        "NGINX_BEHIND": "set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For;",
        "NGINX_CONNECTIONS_PER_ADDRESS": "200",
        "NGINX_METRICS_FROM": "allow 10.0.0.5;",
    }
    return Proxy(programs["nginx"], folder / f"nginx-{scheme}", values, log=folder / "nginx.log")


_NAMES = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def _certificate(folder):
    """Create a private key and a self-signed certificate, readable by nginx's user."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "311.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(_NAMES, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(key.private_bytes(pem, *private))
    return files
