"""GET and POST requests over urllib3, to destinations that the checks allow."""

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Slow

from lib import tracing
from lib.outbound import destination
from lib.outbound.deadline import Deadline
from lib.outbound.destination import Resolver, resolve_host
from lib.outbound.failures import FailedCall

MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


class PostAnswer(NamedTuple):
    """The status of the answer to a POST, and its Retry-After header, "" without one."""

    status: int
    retry_after: str


def fetch(
    url: str,
    *,
    max_bytes: int,
    seconds: float,
    allowed: Iterable[str] = (),
    resolve: Resolver = resolve_host,
) -> bytes:
    """Return the content at `url`, after at most MAX_REDIRECTS redirects. Raise FailedCall.

    `seconds` limit the whole call from the DNS query to the last byte. `max_bytes` are counted
    after decompression. Another status than 2xx is a FailedCall. `allowed` are "host:port" texts
    that are exempt from the rules of Destination.
    """
    deadline = Deadline(seconds)
    for _hop in range(MAX_REDIRECTS + 1):
        with _open_response("GET", url, deadline, allowed, resolve) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                url = urljoin(url, response.headers["Location"])
                continue
            if not 200 <= response.status < 300:
                raise FailedCall("bad_status", response.status)
            return _read_content(response, max_bytes)
    raise FailedCall("too_many_redirects")


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    allowed: Iterable[str] = (),
    resolve: Resolver = resolve_host,
) -> PostAnswer:
    """Send `body` and return the answer, whatever its status is. Raise FailedCall.

    `seconds` limit the whole call. Redirects are not followed. `allowed` are "host:port" texts that
    are exempt from the rules of Destination: https, the usual port, a public address.
    """
    with _open_response(
        "POST", url, Deadline(seconds), allowed, resolve, body, headers
    ) as response:
        return PostAnswer(response.status, response.headers.get("Retry-After", ""))


def check_url(url: str, *, allowed: Iterable[str] = (), resolve: Resolver = resolve_host) -> None:
    """Raise the FailedCall that a call to `url` would raise before a connection is made.

    The host is resolved, for at most 3 seconds. `allowed` are "host:port" texts of servers that may
    have http, any port and a private address.
    """
    destination.resolve_addresses(
        destination.parse_destination(url, allowed), Deadline(seconds=3), resolve
    )


@contextmanager
def _open_response(method, url, deadline, allowed, resolve, body=None, headers=None):
    """Yield the response with its content unread, as a step of the trace. Raise FailedCall."""
    with (
        tracing.trace_step("outbound", method),
        _open_untraced(method, url, deadline, allowed, resolve, body, headers) as response,
    ):
        yield response


@contextmanager
def _open_untraced(method, url, deadline, allowed, resolve, body, headers):
    """Yield the response with its content unread. Raise FailedCall.

    The whole block must end before the deadline. Errors of urllib3 and sockets become FailedCall
    with the code too_slow or no_answer.
    """
    target = destination.parse_destination(url, allowed)
    addresses = destination.resolve_addresses(target, deadline, resolve)
    connection = None
    try:
        connection = _connect_to_first(target, addresses, deadline)
        with _shut_down_at_deadline(connection.sock, deadline):
            connection.timeout = deadline.remaining_seconds()
            connection.request(
                method,
                target.path,
                body,
                _build_headers(target, {**(headers or {}), **tracing.build_trace_headers()}),
                preload_content=False,
                decode_content=True,
            )
            with closing(connection.getresponse()) as response:
                yield response
            deadline.remaining_seconds()  # an answer that was cut off may look complete
    except (HTTPError, HTTPException, OSError) as error:
        is_slow = isinstance(error, Slow | TimeoutError)
        is_slow &= not isinstance(error, NewConnectionError)  # a TimeoutError in urllib3
        raise FailedCall("too_slow" if is_slow or deadline.is_over else "no_answer") from error
    finally:
        if connection is not None:
            connection.close()


def _connect_to_first(target, addresses, deadline) -> HTTPConnection | HTTPSConnection:
    """Return a connection to the first address that accepts one, or raise the last error.

    A bad certificate raises FailedCall at once. TCP and TLS may use half of the remaining time
    each, shared equally among the addresses.
    """
    for position, address in enumerate(addresses):
        patience = deadline.remaining_seconds() / 2 / (len(addresses) - position)
        connection = _build_connection(target, address, patience)
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


def _build_connection(target, address, patience) -> HTTPConnection | HTTPSConnection:
    """Return an unopened connection to `address`; its TLS certificate must name the host."""
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
def _shut_down_at_deadline(sock, deadline) -> Iterator[None]:
    """Shut the socket down and expire `deadline`, a Deadline, if the block still runs then.

    This ends the answer of a server that sends slowly, for which no other time-out works.
    """

    def end() -> None:
        deadline.expire()
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # past TLS, which would wait for a lock

    timer = threading.Timer(deadline.remaining_seconds(), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _build_headers(target, given) -> dict[str, str]:
    """Return the given headers with our own, which replace given ones of the same name.

    Our own are Host, User-Agent, Accept-Encoding (identity) and Connection (close). The case of the
    given names does not matter.
    """
    own = {
        "Host": target.host_header,
        "User-Agent": "Santa311",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    own_names = {name.lower() for name in own}
    others = {name: value for name, value in given.items() if name.lower() not in own_names}
    return others | own


def _read_content(response, max_bytes) -> bytes:
    """Return the content. Raise FailedCall if it, or its Content-Length, exceeds `max_bytes`."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise FailedCall("too_large")
    content = bytearray()
    for piece in response.stream(CHUNK_BYTES, decode_content=True):
        content += piece
        if len(content) > max_bytes:
            raise FailedCall("too_large")
    return bytes(content)
