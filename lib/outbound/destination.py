"""Where a call would go, and whether it may: what an address says, and where its name leads."""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from lib.outbound.deadline import Deadline
from lib.outbound.failures import FailedCall

MOST_ADDRESSES = 4  # of one name that are tried
LONGEST = 2_000  # characters of an address
PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")  # where two readers of an address could disagree
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INSIDE_CLOUDS = {ipaddress.ip_address("168.63.129.16")}  # public by number, Azure's own by use


class Destination(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str
    host_header: str
    is_allowed: bool


def look_up(host: str, port: int) -> list[str]:
    """Addresses by the system's resolver, which also reads 2130706433 and 0x7f.1 as 127.0.0.1."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [address[4][0] for address in found]


Resolver = Callable[[str, int], list[str]]


def read(url: str, allowed) -> Destination:
    """What an address says. Raises FailedCall for one that nobody may call, wherever it leads."""
    parts, port = _parts(url)
    host, usual = _host(parts.hostname), PORTS[parts.scheme]
    port = usual if port is None else port
    name = f"[{host}]" if ":" in host else host
    is_allowed = f"{name}:{port}" in allowed
    if not is_allowed and parts.scheme != "https":
        raise FailedCall("not_https")
    if not is_allowed and port != usual:
        raise FailedCall("odd_port")
    host_header = name if port == usual else f"{name}:{port}"
    return Destination(parts.scheme, host, port, _path(parts), host_header, is_allowed)


def _parts(url) -> tuple:
    if len(url) > LONGEST or _UNFIT.search(url):
        raise FailedCall("bad_address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FailedCall("bad_address") from None
    if parts.scheme not in PORTS:
        raise FailedCall("not_https")
    if "@" in parts.netloc or not parts.hostname:
        raise FailedCall("bad_address")
    return parts, port


def _path(parts) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    return path


def _host(name) -> str:
    """A name in ASCII or an IPv6 address, in lower case."""
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


def addresses_of(destination: Destination, deadline: Deadline, resolve: Resolver) -> list[str]:
    """Where the name leads, all of it public; the look-up has no time-out of its own."""
    answer = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve(destination.host, destination.port))
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=ask, daemon=True, name="outbound look-up").start()
    try:
        found = answer.get(timeout=deadline.left())
    except queue.Empty:
        raise FailedCall("too_slow") from None
    if not found:
        raise FailedCall("unknown_host")
    if not destination.is_allowed and not all(_is_public(each) for each in found):
        raise FailedCall("not_public")
    return list(dict.fromkeys(found))[:MOST_ADDRESSES]


def _is_public(text) -> bool:
    """By the registries of IANA, and by the IPv4 address that an IPv6 one leads to."""
    address = ipaddress.ip_address(text)
    if address.version == 6 and (inner := _inner(address)):
        address = inner
    special = (
        address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    )
    return address.is_global and not special and address not in _INSIDE_CLOUDS


def _inner(address):
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
