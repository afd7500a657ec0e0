"""Responses while the database is unavailable, a disk is full, or the city is read only.

They are 503s that keep what was typed: a page in the visitor's language, rendered without database
queries; an empty response for polls, so that the page stays; JSON for scripts. `Retry-After` has
jitter, so that clients do not return at the same time.
"""

import errno
import logging
import secrets
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error as broken
from psycopg.errors import InFailedSqlTransaction, ReadOnlySqlTransaction

from city.models import City
from lib.http import Middleware
from lib.postgresql.synchronous_commit import commit_breaker
from lib.postgresql.timeouts import block_database_access, limit_query_time
from open311 import formats
from santa311.web.errors import list_own_form_values

log = logging.getLogger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
MAX_DATABASE_SECONDS = 6  # for all queries of a response; a proxy gives up after 10 seconds
MIN_RETRY_SECONDS = 5  # the maximum is twice as long
_UNREADABLE_FORM_ERRORS = (
    RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError,
    MultiPartParserError,
)  # fmt: skip


class OutageMiddleware(Middleware):
    """Limit the time of database queries per response, and answer outages."""

    def __call__(self, request) -> HttpResponse:
        with limit_query_time(MAX_DATABASE_SECONDS):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """Return a 503 for writes while commits fail, so that they do not wait for locks.

        Otherwise return None.
        """
        if request.method in SAFE_METHODS or not commit_breaker.is_open:
            return None
        return _render_retry_page(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        """Return a 503 for an outage, None for other exceptions."""
        if not is_outage(exception):
            return None
        return respond_to_outage(request, exception)


def server_error(request) -> HttpResponse:
    """Return the error response (handler500): the API's, a 503 for an outage, or the 500 page.

    Errors in middleware are handled only here.
    """
    error = sys.exc_info()[1]
    if formats.is_api_request(request):
        return formats.render_refusal(
            request, formats.RequestRefused(500, _("We made a mistake. It's noted."))
        )
    if error is not None and is_outage(error):
        return respond_to_outage(request, error)
    return broken(request)


def is_outage(error) -> bool:
    """Return True if the error is no mistake of ours, but of an unavailable service.

    The database is down, hangs, is full, restarted, or read-only after a failover, or there is no
    disk space for an upload. Other OSErrors are no outage.
    """
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    causes = (ReadOnlySqlTransaction, InFailedSqlTransaction)
    return isinstance(error, InternalError) and isinstance(error.__cause__, causes)


def respond_to_outage(request, error) -> HttpResponse:
    """Log the outage and return a 503 with Retry-After."""
    log_outage(request, error)
    return _render_retry_page(request)


def log_outage(request, error) -> None:
    """Log the class of the error's cause without its message, which could quote a person."""
    cause = type(error.__cause__ or error).__name__
    log.warning("this cannot be done now: %s at %s", cause, request.resolver_match)


def _render_retry_page(request) -> HttpResponse:
    """Return a 503 with Retry-After, rendered without database queries."""
    with block_database_access():
        return render_unavailable(request, seconds=retry_after_seconds())


def retry_after_seconds() -> int:
    """Return the seconds for Retry-After: MIN_RETRY_SECONDS to twice as many, by chance."""
    return MIN_RETRY_SECONDS + secrets.randbelow(MIN_RETRY_SECONDS + 1)


def render_unavailable(
    request, *, seconds, template="errors/outage.html", words=""
) -> HttpResponse:
    """Return a 503 with Retry-After that is not cached.

    Scripts get `words` as JSON, htmx an empty response; others the page `template`, which offers
    the form again.
    """
    response = _render_outage(request, template, words or _("We can't save anything right now."))
    response["Retry-After"] = seconds
    response["Cache-Control"] = "no-store"
    return response


def _render_outage(request, template, words) -> HttpResponse:
    """Return the 503: empty for htmx, JSON if the client prefers it, else a page.

    The page is a bare one if the city is not in the cache of this process.
    """
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=503)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"problems": [words]}, status=503)
    typed, had_photos = _read_form(request)
    context: dict[str, Any] = {
        "form_values": typed,
        "written_texts": [value for name, value in typed if name in _TEXT_FIELDS and value.strip()],
        "had_photos": had_photos,
        "demo_mode": False,
    }
    try:
        return render(request, template, context, status=503)
    except (OperationalError, City.DoesNotExist):  # the city is not in this process's cache
        context |= {"request": request, "csrf_token": get_token(request)}
        return HttpResponse(render_to_string("errors/outage_bare.html", context), status=503)


_TEXT_FIELDS = ("description", "words", "text", "location_note", "reply", "reason")


def _read_form(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """Return the (name, value) pairs of our own form, and whether it had photos.

    Return ([], False) if the form cannot be read.
    """
    try:
        return list_own_form_values(request), bool(request.FILES)
    except _UNREADABLE_FORM_ERRORS:
        return [], False
