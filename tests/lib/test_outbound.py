"""Tests that outbound calls reach only public servers, and read a limited amount."""

import gzip
import socket
import threading
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest

from lib import outbound
from tests.http_servers import certificate

PUBLIC = "93.184.215.14"


def failure_code(call) -> str:
    with pytest.raises(outbound.FailedCall) as caught:
        call()
    assert caught.value.sentence
    return caught.value.code


def fetch_url(url, *, allowed=(), seconds=5, most=1_000_000, **more):
    return outbound.fetch(url, max_bytes=most, seconds=seconds, allowed=allowed, **more)


def must_not_look_up(host, port):
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "not_https"),
        ("gopher://example.org/", "not_https"),
        ("ftp://example.org/", "not_https"),
        ("data:image/png;base64,AAAA", "not_https"),
        ("//example.org/", "not_https"),
        ("", "not_https"),
        ("http://example.org/", "not_https"),
        ("https://", "bad_address"),
        ("https://me@example.org/", "bad_address"),
        ("https://example.org:x@127.0.0.1/", "bad_address"),
        ("https://example.org\\@127.0.0.1/", "bad_address"),
        ("https://example.org/ HTTP/1.1\r\nHost: evil", "bad_address"),
        ("https://exa mple.org/", "bad_address"),
        ("https://exam\tple.org/", "bad_address"),
        ("https://[fe80::1%25eth0]/", "bad_address"),
        ("https://[::1/", "bad_address"),
        ("https://example.org:99999/", "bad_address"),
        ("https://exa$mple.org/", "bad_address"),
        ("https://a..b/", "bad_address"),
        ("https://example.org/" + "x" * 3000, "bad_address"),
        ("https://example.org:22/", "odd_port"),
        ("https://example.org:8443/", "odd_port"),
        ("https://example.org:80/", "odd_port"),
        ("https://example.org:0/", "odd_port"),
    ],
)
def test_what_is_no_https_address_is_not_even_looked_up(url, code):
    assert failure_code(lambda: fetch_url(url, resolve=must_not_look_up)) == code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "\uff11\uff12\uff17.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:0:7f00:1]",
    ],
)
def test_an_address_of_a_private_network_is_refused_however_it_is_written(host):
    assert failure_code(lambda: fetch_url(f"https://{host}/")) == "not_public"
    assert failure_code(lambda: outbound.check_url(f"https://{host}/")) == "not_public"
    assert (
        failure_code(lambda: outbound.post(f"https://{host}/", b"", {}, seconds=2)) == "not_public"
    )


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"])
def test_a_public_address_is_called(address):
    outbound.check_url("https://example.org/", resolve=lambda host, port: [address])


@pytest.mark.parametrize("private", ["10.0.0.1", "::1", "64:ff9b::a00:1"])
def test_one_private_address_among_public_ones_is_enough_to_refuse(private):
    def resolve(host, port):
        return [PUBLIC, private]

    assert (
        failure_code(lambda: outbound.check_url("https://example.org", resolve=resolve))
        == "not_public"
    )


def test_a_name_that_no_server_has_is_told_apart():
    def resolve(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert (
        failure_code(lambda: outbound.check_url("https://x.example", resolve=resolve))
        == "unknown_host"
    )


def test_a_resolver_that_hangs_costs_no_more_than_the_time_given():
    hung = threading.Event()

    def resolve(host, port):
        hung.wait(30)
        return []

    begun = time.monotonic()
    assert (
        failure_code(lambda: fetch_url("https://x.example", seconds=0.2, resolve=resolve))
        == "too_slow"
    )
    assert time.monotonic() - begun < 5
    hung.set()


def test_a_name_is_looked_up_once_and_what_was_checked_is_called(serve, tmp_path, monkeypatch):
    """A name that resolves to an internal address from the second lookup on is looked up once."""
    context, authority = certificate(tmp_path, "rebinding.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    inside = serve(lambda handler: handler.send(body=b"secret"), context)
    called = []
    monkeypatch.setattr(socket, "getaddrinfo", _noting(socket.getaddrinfo, called))
    looked_up = []

    def resolve(host, port):
        looked_up.append(host)
        return [PUBLIC] if len(looked_up) == 1 else ["127.0.0.1"]

    url = f"https://rebinding.example:{inside.server_port}/"
    named = {"allowed": [f"rebinding.example:{inside.server_port}"], "seconds": 0.5}
    assert failure_code(lambda: fetch_url(url, resolve=resolve, **named)) in {
        "no_answer",
        "too_slow",
    }
    assert looked_up == ["rebinding.example"]
    assert {host for host, *_rest in called} == {PUBLIC}
    assert inside.calls == []


def _noting(real, called):
    def getaddrinfo(*args, **more):
        called.append(args)
        return real(*args, **more)

    return getaddrinfo


def test_the_certificate_must_be_of_the_name_and_not_of_the_address(serve, tmp_path, monkeypatch):
    context, authority = certificate(tmp_path, "photos.example")
    names = []
    context.sni_callback = lambda sock, name, context: names.append(name)
    server = serve(lambda handler: handler.send(body=b"a photo", Content_Type="image/png"), context)

    def ask(name):
        url = f"https://{name}:{server.server_port}/a%20b/ü?q=1&r=ü"
        allowed = [f"{name}:{server.server_port}"]
        return fetch_url(url, allowed=allowed, resolve=lambda host, port: ["127.0.0.1"])

    assert (
        failure_code(lambda: ask("photos.example")) == "bad_certificate"
    )  # the certificate authority is unknown
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert ask("photos.example") == b"a photo"
    assert failure_code(lambda: ask("other.example")) == "bad_certificate"
    assert names[1:] == ["photos.example", "other.example"]
    ((method, path, headers, _body),) = server.calls
    assert (method, path) == ("GET", "/a%20b/%C3%BC?q=1&r=%C3%BC")
    assert headers["Host"] == f"photos.example:{server.server_port}"


def test_only_a_server_that_is_named_with_its_port_may_be_private_or_plain(serve):
    server = serve(lambda handler: handler.send(body=b"ok"))
    assert fetch_url(server.url, allowed=[server.name]) == b"ok"
    assert failure_code(lambda: fetch_url(server.url, allowed=["127.0.0.1:1"])) == "not_https"
    other = server.url.replace("127.0.0.1", "localhost")
    assert failure_code(lambda: fetch_url(other, allowed=[server.name])) == "not_https"


def test_nothing_of_the_environment_goes_along(serve, monkeypatch, tmp_path):
    proxy = serve(lambda handler: handler.send(body=b"from the proxy"))
    server = serve(lambda handler: handler.send(body=b"itself"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert fetch_url(server.url, allowed=[server.name]) == b"itself"
    ((_method, _path, headers, _body),) = server.calls
    assert set(headers) == {"Host", "User-Agent", "Accept-Encoding", "Connection"}


def test_our_headers_replace_given_ones_whatever_their_letter_case(serve):
    server = serve(lambda handler: handler.send(body=b"ok"))
    given = {"user-agent": "Other", "ACCEPT-ENCODING": "gzip", "X-Mine": "1"}
    outbound.post(server.url, b"", given, seconds=5, allowed=[server.name])
    ((_method, _path, headers, _body),) = server.calls
    assert not {"user-agent", "ACCEPT-ENCODING"} & set(headers)
    assert headers["User-Agent"] == "Santa311"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["X-Mine"] == "1"


def test_a_cookie_is_not_carried_to_where_a_redirect_leads(serve):
    server = serve(lambda handler: None)

    def answer(handler):
        if handler.path == "/":
            handler.send(302, Location="/there", Set_Cookie="session=1")
        else:
            handler.send(body=handler.headers.get("Cookie", "none").encode())

    server.answer = answer
    assert fetch_url(server.url, allowed=[server.name]) == b"none"


def serve_redirect(serve, target):
    server = serve(lambda handler: handler.send(302, Location=target))
    return server, [server.name]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("https://169.254.169.254/latest/meta-data/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://localhost/", "not_public"),
        ("http://example.org/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("//127.0.0.1:1/", "not_https"),
        ("https://me:word@example.org/", "bad_address"),
    ],
)
def test_where_a_redirect_leads_is_checked_anew(serve, target, code):
    server, allowed = serve_redirect(serve, target)
    assert failure_code(lambda: fetch_url(server.url, allowed=allowed)) == code


def test_a_redirect_leads_to_no_server_inside_that_is_not_named(serve):
    inside = serve(lambda handler: handler.send(body=b"secret"))
    server, allowed = serve_redirect(serve, inside.url)
    assert failure_code(lambda: fetch_url(server.url, allowed=allowed)) == "not_https"
    assert inside.calls == []


def test_three_redirects_are_followed_and_no_fourth(serve):
    def answer(handler):
        steps = int(urlsplit(handler.path).path.strip("/"))
        if steps:
            handler.send(307, Location=f"/{steps - 1}")
        else:
            handler.send(body=b"there")

    server = serve(answer)
    assert fetch_url(f"{server.url}/3", allowed=[server.name]) == b"there"
    assert (
        failure_code(lambda: fetch_url(f"{server.url}/4", allowed=[server.name]))
        == "too_many_redirects"
    )


def test_an_error_says_its_status(serve):
    server = serve(lambda handler: handler.send(404))
    with pytest.raises(outbound.FailedCall) as caught:
        fetch_url(server.url, allowed=[server.name])
    assert (caught.value.code, caught.value.http_status) == ("bad_status", 404)


def send_content_slowly(handler):
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.ended.wait(0.02):
        handler.wfile.write(b".")


def send_headers_slowly(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.ended.wait(0.02):
        handler.wfile.write(b".")


def send_nothing(handler):
    handler.server.ended.wait(30)


@pytest.mark.parametrize("answer", [send_content_slowly, send_headers_slowly, send_nothing])
def test_a_server_that_drips_or_says_nothing_is_cut_off_in_time(serve, answer):
    server = serve(answer)
    begun = time.monotonic()
    assert (
        failure_code(lambda: fetch_url(server.url, allowed=[server.name], seconds=0.5))
        == "too_slow"
    )
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("answer", [send_content_slowly, send_nothing])
def test_the_same_with_tls(serve, tmp_path, monkeypatch, answer):
    context, authority = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    server = serve(answer, context)
    begun = time.monotonic()
    assert (
        failure_code(lambda: fetch_url(server.url, allowed=[server.name], seconds=1)) == "too_slow"
    )
    assert time.monotonic() - begun < 5
    assert server.calls


def test_a_server_that_takes_the_call_and_never_greets_is_left(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        name = f"127.0.0.1:{listening.getsockname()[1]}"
        begun = time.monotonic()
        assert failure_code(lambda: fetch_url(f"https://{name}", allowed=[name], seconds=0.5)) == (
            "too_slow"
        )
        assert time.monotonic() - begun < 5


def test_where_nobody_listens_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        name = f"127.0.0.1:{listening.getsockname()[1]}"
    assert failure_code(lambda: fetch_url(f"http://{name}", allowed=[name])) == "no_answer"


def test_the_next_address_is_tried_where_one_takes_no_call(serve):
    server = serve(lambda handler: handler.send(body=b"ok"))
    name = f"two.example:{server.server_port}"
    found = fetch_url(
        f"http://{name}/", allowed=[name], resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"]
    )
    assert found == b"ok"


def send_10_gigabytes(handler, **headers):
    """Send 10 GB, unless the client stops reading."""
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    piece = b"x" * 1_000_000
    for _turn in range(10_000):
        handler.wfile.write(piece)


@pytest.mark.parametrize("headers", [{}, {"Content_Length": str(10**10)}])
def test_of_ten_gigabytes_no_more_is_read_than_may_come(serve, headers):
    server = serve(lambda handler: send_10_gigabytes(handler, **headers))
    tracemalloc.start()
    code = failure_code(lambda: fetch_url(server.url, allowed=[server.name], seconds=20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "too_large"
    assert peak < 20_000_000


def test_what_is_small_only_while_compressed_is_too_large(serve):
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    assert len(bomb) < 1_000_000
    server = serve(lambda handler: handler.send(body=bomb, Content_Encoding="gzip"))
    tracemalloc.start()
    code = failure_code(lambda: fetch_url(server.url, allowed=[server.name], seconds=20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "too_large"
    assert peak < 20_000_000


def test_as_many_bytes_as_may_come_are_no_byte_too_many(serve):
    server = serve(lambda handler: handler.send(body=b"x" * 1000))
    assert len(fetch_url(server.url, allowed=[server.name], most=1000)) == 1000
    assert (
        failure_code(lambda: fetch_url(server.url, allowed=[server.name], most=999)) == "too_large"
    )


def test_an_answer_that_breaks_off_is_none(serve):
    server = serve(lambda handler: handler.send(body=b"half", Content_Length=8))
    assert failure_code(lambda: fetch_url(server.url, allowed=[server.name])) == "no_answer"


def test_a_post_hands_over_body_and_headers_and_follows_no_redirect(serve):
    elsewhere = serve(lambda handler: handler.send())
    server = serve(lambda handler: handler.send(307, Location=elsewhere.url, Retry_After="120"))
    answer = outbound.post(
        f"{server.url}/hook",
        b'{"a": 1}',
        {"Content-Type": "application/json"},
        seconds=5,
        allowed=[server.name, elsewhere.name],
    )
    assert answer == (307, "120")
    assert elsewhere.calls == []
    ((method, path, headers, body),) = server.calls
    assert (method, path, body) == ("POST", "/hook", b'{"a": 1}')
    assert headers["Content-Type"] == "application/json"
