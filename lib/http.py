"""Middleware, decorators and functions for HTTP requests and responses, of no particular app."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

PRIVATE_CACHE_CONTROL = "private, no-store"  # Cache-Control of responses for one person

private_page = cache_control(private=True, no_store=True)  # a decorator that sets the same
require_get_or_post = require_http_methods(["GET", "HEAD", "POST"])

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def list_form_values(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a POST, so that a page can offer the form again.

    Return [] if the name of a field contains "password". The CSRF token is left out.
    """
    if any("password" in name for name in request.POST):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


def list_uploaded_files(request: HttpRequest) -> list[UploadedFile]:
    """Return all uploaded files, of every field."""
    return [file for _name, files in request.FILES.lists() for file in files]


def parse_uuid(text: str) -> UUID | None:
    """Return the UUID in `text`, or None if it is not a UUID."""
    try:
        return UUID(text)
    except ValueError:
        return None


def parse_uuids(texts: Iterable[str]) -> list[UUID]:
    """Return the UUIDs among `texts` in their order, without duplicates; others are ignored."""
    return list(dict.fromkeys(filter(None, map(parse_uuid, texts))))


def parse_number(text: str | None, maximum: int = 2**63 - 1) -> int | None:
    """Return the non-negative integer in `text`; None if it is not one or exceeds `maximum`.

    The default maximum is that of a primary key.
    """
    if not text or len(text) >= 20 or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= maximum else None


def client_address(request: HttpRequest) -> str:
    """Return the client's IPv4 address or IPv6 /64 network; "unknown" if it is invalid.

    A household usually has one /64. Behind a proxy, the last hop in `X-Forwarded-For` is used,
    which the proxy wrote; a client can forge the hops before it.
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
    """Return True if `path` begins with one slash and leads to no other host.

    A browser may be redirected there.
    """
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, None)


def make_cacheable[Response: HttpResponseBase](
    response: Response, *, is_immutable: bool = False
) -> Response:
    """Let caches keep the response for five minutes, or forever with `is_immutable`; return it.

    Immutable responses need a URL that changes with the content.
    """
    seconds = "31536000, immutable" if is_immutable else "300"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response


def get_photo_host() -> str:
    """Return the host (and port, if any) that serves only photos, "" if photos have no own host."""
    return settings.PHOTO_ORIGIN.partition("://")[2]


def prefers_json(request: HttpRequest) -> bool:
    """Return True if the client accepts JSON rather than HTML, as a script does.

    It is False if both are equally welcome.
    """
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def prefers_text(request: HttpRequest) -> bool:
    """Return True if the client accepts plain text at least as gladly as HTML, as curl does."""
    return request.get_preferred_type(["text/plain", "text/html"]) == "text/plain"


class Middleware:
    """Base class of middleware. Subclasses override __call__() or define Django's other hooks."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Django's gzip middleware, which leaves byte ranges uncompressed."""

    def process_response(self, request, response) -> HttpResponseBase:
        """Return the response, compressed unless it has the header Accept-Ranges."""
        if response.has_header("Accept-Ranges"):
            return response
        return super().process_response(request, response)


class PhotoHostMiddleware(Middleware):
    """Middleware that serves only photos on the photo host: no pages, no forms, no cookies."""

    def __init__(self, get_response) -> None:
        super().__init__(get_response)
        self.host = get_photo_host()

    def __call__(self, request) -> HttpResponse:
        """Answer 404 on the photo host, except for GET and HEAD of photos; remove cookies."""
        # The header itself: get_host() would refuse Prometheus, whose Host is not in ALLOWED_HOSTS.
        if not self.host or request.headers.get("Host") != self.host:
            return self.get_response(request)
        if not request.path.startswith("/photos/") or request.method not in {"GET", "HEAD"}:
            return HttpResponseNotFound()
        response = self.get_response(request)
        response.cookies.clear()
        return response


def build_range_response(
    request: HttpRequest,
    length: int,
    etag: str,
    make_response: Callable[[range], HttpResponseBase],
) -> HttpResponseBase:
    """Return the response of `make_response` for the byte range that the Range header asks for.

    `make_response(range)` is called with the whole file, or with the one range that was asked for
    (RFC 9110, 14.2); then the status becomes 206. The response is an empty 416 if the file has no
    such bytes. Content-Range and Accept-Ranges are set.
    """
    part = _parse_range(request, length, etag)
    response: HttpResponseBase
    if part is None:
        response = make_response(range(length))
    else:
        response = make_response(part) if part else HttpResponse()
        response.status_code = 206 if part else 416
        said = f"{part.start}-{part.stop - 1}" if part else "*"
        response["Content-Range"] = f"bytes {said}/{length}"
    response["Accept-Ranges"] = "bytes"
    return response


def _parse_range(request: HttpRequest, length: int, etag: str) -> range | None:
    """Return the range asked for, empty if the file has none of it; None for the whole file.

    None is also for several ranges, an invalid header, and an If-Range that is not `etag`.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    start, end = _parse_bounds(first, last, length)
    return range(start, max(start, end + 1))


def _parse_bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Return the first and last byte; last < first if the file has no such bytes."""
    if not first:
        return max(0, length - int(last[:18])), length - 1 if int(last[:18]) else -1
    end = min(int(last[:18]), length - 1) if last else length - 1
    return int(first[:18]), end
