"""Small things about HTTP that belong to no app."""

import ipaddress
import re
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

OWN = "private, no-store"  # Cache-Control of what is for one person alone

own_page = cache_control(private=True, no_store=True)  # the same, of all that a view answers
page_with_form = require_http_methods(["GET", "HEAD", "POST"])

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def typed_in(request) -> list[tuple[str, str]]:
    """What a form brought along, as (name, value) pairs, so that it can be sent again; nothing of
    one with a password.
    """
    if any("password" in name for name in request.POST):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


def files_in(request) -> list:
    """Every uploaded file, under whatever name it came."""
    return [file for _name, files in request.FILES.lists() for file in files]


def as_uuid(text: str) -> UUID | None:
    """The id that somebody sent, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def as_uuids(texts) -> list[UUID]:
    """Those that are ids, each once."""
    return list(dict.fromkeys(filter(None, map(as_uuid, texts))))


def as_number(text: str | None, most=2**63 - 1) -> int | None:
    """The whole number that somebody sent, None where it is none or more than `most`, which by
    default is what a key of the database can be.
    """
    is_number = text and len(text) < 20 and text.isascii() and text.isdigit()
    return int(text) if is_number and int(text) <= most else None


def client_address(request) -> str:
    """The network that asks: an IPv4 address, or of an IPv6 one the /64 that one household has.

    `X-Forwarded-For` is believed behind a proxy only, and of it the last hop, which the proxy
    itself wrote: what stands before it anybody can send. "unknown" where nothing tells.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] or given
    try:
        address = ipaddress.ip_address(given.strip())
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def is_own_path(path: str) -> bool:
    """Return whether `path` is an address of this site that a browser may be sent to."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, None)


def cached(response, *, for_ever=False) -> HttpResponse:
    """The answer, which browsers keep for five minutes; under an address that names its content
    `for_ever`.
    """
    seconds = "31536000, immutable" if for_ever else "300"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response


def photo_host() -> str:
    """The host that has nothing but photos, or "" where they have none of their own."""
    return settings.PHOTO_ORIGIN.partition("://")[2]


def wants_json(request) -> bool:
    """Whether a script asks, which reads JSON rather than a page."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def wants_text(request: HttpRequest) -> bool:
    """Return whether a program asks that takes a line of text as gladly as a page, such as curl."""
    return request.get_preferred_type(["text/plain", "text/html"]) == "text/plain"


class Middleware:
    """What ours have in common; one that only looks at a view or an error needs nothing more."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        return self.get_response(request)


class Compress(GZipMiddleware):
    """Compress answers, but not those in parts, whose bytes are counted as they lie."""

    def process_response(self, request, response) -> HttpResponseBase:
        if response.has_header("Accept-Ranges"):
            return response
        return super().process_response(request, response)


class OnlyPhotos(Middleware):
    """Serve nothing but photos on their own host: no page, no form, and nobody is known."""

    def __init__(self, get_response) -> None:
        super().__init__(get_response)
        self.host = photo_host()

    def __call__(self, request) -> HttpResponse:
        # As it was sent: whether another host is one of ours is not asked yet, as for Prometheus.
        if not self.host or request.headers.get("Host") != self.host:
            return self.get_response(request)
        if not request.path.startswith("/photos/") or request.method not in {"GET", "HEAD"}:
            return HttpResponseNotFound()
        response = self.get_response(request)
        response.cookies.clear()
        return response


def in_parts(request, length: int, etag: str, make) -> HttpResponse:
    """What `make` answers of a range of a file's bytes: all of them, or the one part that the
    request's Range names (RFC 9110, 14.2).
    """
    part = _part_asked(request, length, etag)
    if part is None:
        response = make(range(length))
    else:
        response = make(part) if part else HttpResponse()
        response.status_code = 206 if part else 416
        said = f"{part.start}-{part.stop - 1}" if part else "*"
        response["Content-Range"] = f"bytes {said}/{length}"
    response["Accept-Ranges"] = "bytes"
    return response


def _part_asked(request, length, etag) -> range | None:
    """None where all is wanted, an empty range where there is nothing of what is wanted."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    start, end = _bounds(*asked.groups(), length)
    return range(start, max(start, end + 1))


def _bounds(first, last, length) -> tuple[int, int]:
    """First and last byte; the first is beyond the last where there is nothing of that."""
    if not first:
        return max(0, length - int(last[:18])), length - 1 if int(last[:18]) else -1
    end = min(int(last[:18]), length - 1) if last else length - 1
    return int(first[:18]), end
