"""Responses and error responses in the format of the address's suffix.

An error response has the form that GeoReport defines: one entry per problem.
"""

import hashlib

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import rate_limiter
from lib.form_encoding import UnreadableText
from open311.formats.document import Listing, Single, render_json, render_xml
from requests_app.errors import DomainError

PREFIX = "/open311/"
_WRITERS = {"xml": render_xml, "json": render_json}
_TYPES = {"xml": "text/xml", "json": "application/json"}
# GeoReport has 400, 403 and 404; the others say what is too large, or that a retry may succeed.
_PRESERVED_STATUSES = {403, 404, 413, 429, 503}
type _ErrorTypes = type[Exception] | tuple[type[Exception], ...]
# Errors of Django and of the base layer, with their status and words.
_ERROR_RESPONSES: list[tuple[_ErrorTypes, int, Promise]] = [
    (UnreadableText, 400, gettext_lazy("The fields aren't text in UTF-8.")),
    (Http404, 404, gettext_lazy("There's nothing at this address.")),
    (PermissionDenied, 403, gettext_lazy("You aren't allowed to do this.")),
    (RequestDataTooBig, 413, gettext_lazy("The request is too large.")),
    (
        (MultiPartParserError, UnreadablePostError, SuspiciousOperation, BadRequest),
        400,
        gettext_lazy("We couldn't read the request."),
    ),
]


class RequestRefused(Exception):
    """A request that is refused. `problems` are messages; `headers` are added to the response."""

    def __init__(
        self, status: int, *problems: str | Promise, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, *problems)
        self.status_code, self.problems, self.headers = status, problems, headers or {}


def is_api_request(request: HttpRequest) -> bool:
    """Return True if the path is one of the API, whose clients must never get an HTML page."""
    return request.path_info.startswith(PREFIX)


def render_document(
    request: HttpRequest,
    document: Listing | Single,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    max_age: int | None = None,
    charset: bool = True,
    is_private: bool = False,
) -> HttpResponse:
    """Return the document as an HTTP response: XML if the path ends in .xml, else JSON.

    `max_age` are the seconds that caches may keep it, 0 to revalidate each time; then the
    response has an ETag, and is a 304 if the client's is equal. With None it is not cached.
    `is_private` keeps it out of shared caches.
    """
    # JSON also for a path without suffix, such as an address that does not exist.
    kind = "xml" if request.path_info.endswith(".xml") else "json"
    content_type = _TYPES[kind] + ("; charset=utf-8" if charset else "")
    content = _WRITERS[kind](document)
    response = HttpResponse(content, content_type, status, headers=headers)
    if max_age is None:
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    scope = "private" if is_private else "public"
    response["Cache-Control"] = f"{scope}, max-age={max_age}" if max_age else f"{scope}, no-cache"
    response["ETag"] = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    etag = response["ETag"]
    return get_conditional_response(request, etag=etag, response=response) or response


def render_refusal(request: HttpRequest, refused: RequestRefused) -> HttpResponse:
    """Return the error response, with one entry (code, description) for each problem."""
    status = refused.status_code
    entries = [{"code": status, "description": str(text)} for text in refused.problems]
    document = Listing("errors", "error", entries)
    return render_document(request, document, status=status, headers=refused.headers)


def build_refusal(error: Exception) -> RequestRefused | None:
    """Return the RequestRefused for an exception of a view; None for an unexpected exception.

    Its status is 400 unless _PRESERVED_STATUSES has the one of a DomainError. RateLimitExceeded is
    a 429; it and some others have Retry-After.
    """
    if isinstance(error, RequestRefused):
        return error
    if isinstance(error, DomainError):
        status = error.status_code if error.status_code in _PRESERVED_STATUSES else 400
        headers = {"Retry-After": error.retry_after} if error.retry_after else {}
        problems = getattr(error, "problems", None) or {"": error.message}
        return RequestRefused(status, *problems.values(), headers=headers)
    if isinstance(error, rate_limiter.RateLimitExceeded):
        words = _("Too many requests. Try again in %(n)s seconds.") % {"n": error.wait}
        return RequestRefused(429, words, headers={"Retry-After": str(error.wait)})
    for kinds, status, message in _ERROR_RESPONSES:
        if isinstance(error, kinds):
            return RequestRefused(status, message)
    return None
