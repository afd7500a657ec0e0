"""The destination of a call: URL parsing, DNS resolution and the check of addresses."""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from lib.outbound.deadline import Deadline
from lib.outbound.failures import FailedCall

MAX_ADDRESSES_TO_TRY = 4  # of one name that are tried
MAX_URL_LENGTH = 2_000  # characters of an address
DEFAULT_PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
# URL parsers disagree about these.
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# A global address that Azure uses internally
_CLOUD_INTERNAL_ADDRESSES = {ipaddress.ip_address("168.63.129.16")}


class Destination(NamedTuple):
    """The parts of a URL that a call needs. `is_allowed` exempts it from the checks."""

    scheme: str
    host: str
    port: int
    path: str
    host_header: str
    is_allowed: bool


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of `host`, by the system's resolver. Raise OSError if unknown.

    The resolver also reads numeric forms such as 2130706433 and 0x7f.1 as 127.0.0.1.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


Resolver = Callable[[str, int], list[str]]


def parse_destination(url: str, allowed: Iterable[str]) -> Destination:
    """Parse `url`. Raise FailedCall if its form, scheme or port is not allowed.

    `allowed` are "host:port" texts; such a server may have http and any port. No network access.
    """
    parts, port = _split_url(url)
    host, usual = _normalize_host(parts.hostname or ""), DEFAULT_PORTS[parts.scheme]
    port = usual if port is None else port
    name = f"[{host}]" if ":" in host else host
    is_allowed = f"{name}:{port}" in allowed
    if not is_allowed and parts.scheme != "https":
        raise FailedCall("not_https")
    if not is_allowed and port != usual:
        raise FailedCall("odd_port")
    host_header = name if port == usual else f"{name}:{port}"
    return Destination(parts.scheme, host, port, _quote_path(parts), host_header, is_allowed)


def _split_url(url: str) -> tuple[SplitResult, int | None]:
    """Return the parts and the port (None if not given). Raise FailedCall for a bad form.

    The codes are bad_address, and not_https for another scheme than http and https.
    """
    if len(url) > MAX_URL_LENGTH or _FORBIDDEN_CHARACTERS.search(url):
        raise FailedCall("bad_address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FailedCall("bad_address") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise FailedCall("not_https")
    if "@" in parts.netloc or not parts.hostname:
        raise FailedCall("bad_address")
    return parts, port


def _quote_path(parts: SplitResult) -> str:
    """Return path and query, percent-encoded where needed, without the fragment.

    An empty path is "/". What is encoded already is not encoded again.
    """
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    return path


def _normalize_host(name: str) -> str:
    """Return a host name in ASCII or an IPv6 address, in lower case. Raise FailedCall."""
    if ":" in name:
        with suppress(ValueError):
            address = ipaddress.IPv6Address(name)
            if not address.scope_id:
                return str(address)
        raise FailedCall("bad_address")
    with suppress(UnicodeError):
        plain = name.encode("idna").decode().lower().rstrip(".")
        if _NAME.fullmatch(plain):
            return plain
    raise FailedCall("bad_address")


def resolve_addresses(destination: Destination, deadline: Deadline, resolve: Resolver) -> list[str]:
    """Return at most MAX_ADDRESSES_TO_TRY addresses of the destination. Raise FailedCall.

    The codes are too_slow, unknown_host and not_public: every address must be public unless the
    destination is allowed. The resolver has no time-out of its own, so it runs in a thread.
    """
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve(destination.host, destination.port))
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=ask, daemon=True, name="outbound look-up").start()
    try:
        found = answer.get(timeout=deadline.remaining_seconds())
    except queue.Empty:
        raise FailedCall("too_slow") from None
    if not found:
        raise FailedCall("unknown_host")
    if not destination.is_allowed and not all(_is_public(each) for each in found):
        raise FailedCall("not_public")
    return list(dict.fromkeys(found))[:MAX_ADDRESSES_TO_TRY]


def _is_public(text: str) -> bool:
    """Return True if the address, or the IPv4 address in it, is a public unicast address.

    False are addresses that IANA does not list as global, multicast, reserved and site-local ones,
    and a cloud's internal one. Raise ValueError for a text that is no address.
    """
    address = ipaddress.ip_address(text)
    if address.version == 6 and (inner := _embedded_ipv4(address)):
        address = inner
    special = (
        address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    )
    return address.is_global and not special and address not in _CLOUD_INTERNAL_ADDRESSES


def _embedded_ipv4(address):
    """Return the IPv4 address in a NAT64 or IPv4-mapped IPv6 address, or None."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
