"""A GET and a POST over urllib3: what reads HTTP and TLS is its, what may be called is ours."""

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Slow

from lib.outbound import destination
from lib.outbound.deadline import Deadline
from lib.outbound.destination import Resolver, look_up
from lib.outbound.failures import FailedCall

MOST_REDIRECTS = 3
PIECE = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


def fetch(
    url: str,
    *,
    max_bytes: int,
    seconds: float,
    allowed: Iterable[str] = (),
    resolve: Resolver = look_up,
) -> bytes:
    """What lies at this address, or where it redirects to.

    `seconds` are for all of it, from the look-up of the name to the last byte; `max_bytes` are
    counted after decompression.
    """
    deadline = Deadline(seconds)
    for _hop in range(MOST_REDIRECTS + 1):
        with _asked("GET", url, deadline, allowed, resolve) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                url = urljoin(url, response.headers["Location"])
                continue
            if not 200 <= response.status < 300:
                raise FailedCall("bad_status", response.status)
            return _read(response, max_bytes)
    raise FailedCall("too_many_redirects")


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    allowed: Iterable[str] = (),
    resolve: Resolver = look_up,
) -> int:
    """The status that the server answers with, whatever it is; a redirect is not followed."""
    with _asked("POST", url, Deadline(seconds), allowed, resolve, body, headers) as response:
        return response.status


def check(url: str, *, allowed: Iterable[str] = (), resolve: Resolver = look_up) -> None:
    """Raises the FailedCall that a call would meet before it left this server."""
    destination.addresses_of(destination.read(url, allowed), Deadline(seconds=3), resolve)


@contextmanager
def _asked(method, url, deadline, allowed, resolve, body=None, headers=None):
    """The answer, of which no more than the headers is read; all of it ends at the deadline."""
    target = destination.read(url, allowed)
    addresses = destination.addresses_of(target, deadline, resolve)
    connection = None
    try:
        connection = _connected(target, addresses, deadline)
        with _cut_off(connection.sock, deadline):
            connection.timeout = deadline.left()
            connection.request(
                method,
                target.path,
                body,
                _headers(target, headers or {}),
                preload_content=False,
                decode_content=True,
            )
            with closing(connection.getresponse()) as response:
                yield response
            deadline.left()  # what was cut off may look like an end
    except (HTTPError, HTTPException, OSError) as error:
        is_slow = isinstance(error, Slow | TimeoutError)
        is_slow &= not isinstance(error, NewConnectionError)  # which urllib3 counts among those
        raise FailedCall("too_slow" if is_slow or deadline.is_over else "no_answer") from error
    finally:
        if connection is not None:
            connection.close()


def _connected(target, addresses, deadline) -> HTTPConnection | HTTPSConnection:
    """To the first that takes the call. TCP and TLS have half of the time each, and each address
    its part of it.
    """
    for position, address in enumerate(addresses):
        patience = deadline.left() / 2 / (len(addresses) - position)
        connection = _connection(target, address, patience)
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            raise FailedCall("bad_certificate") from error
        except (HTTPError, OSError):
            connection.close()
            if position == len(addresses) - 1:
                raise
        else:
            return connection
    raise AssertionError("a name without addresses is refused before")


def _connection(target, address, patience) -> HTTPConnection | HTTPSConnection:
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=patience)
    return HTTPSConnection(
        address,
        target.port,
        timeout=patience,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
    )


@contextmanager
def _cut_off(sock, deadline) -> Iterator[None]:
    """A server that sends a byte now and then would meet no other time-out."""

    def end() -> None:
        deadline.end()
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # past TLS, which would wait for a lock

    timer = threading.Timer(deadline.left(), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _headers(target, given) -> dict:
    own = {
        "Host": target.host_header,
        "User-Agent": "Santa311",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    return {**given, **own}


def _read(response, most) -> bytes:
    """At most so many bytes; an answer that says it has more is not begun."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most:
        raise FailedCall("too_large")
    content = bytearray()
    for piece in response.stream(PIECE, decode_content=True):
        content += piece
        if len(content) > most:
            raise FailedCall("too_large")
    return bytes(content)
