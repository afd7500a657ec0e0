"""When the database is away, a disk full, or the city only reads: a calm 503 that keeps what was
typed.

What a person sees is a page in their language, made without asking the database; a poll gets an
empty answer, so that the page it would change stays; a script gets JSON. `Retry-After` is spread,
so that not everybody comes back in the same second.
"""

import errno
import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse, JsonResponse, UnreadablePostError
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
from santa311.web.errors import fields_of_our_own

log = logging.getLogger(__name__)

SAFE = {"GET", "HEAD", "OPTIONS"}
PAGE = 6  # seconds of waiting for the database in one answer; a proxy gives up after ten
SOON = 5  # seconds; and up to as many again
_UNREADABLE = (
    RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError,
    MultiPartParserError,
)  # fmt: skip


class AnswerOutages(Middleware):
    """Bound how long an answer waits for the database, and answer where it is away."""

    def __call__(self, request) -> HttpResponse:
        with limit_query_time(PAGE):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """Answer what is sent while nothing can be saved: it waits for no lock of others."""
        if request.method in SAFE or not commit_breaker.is_open:
            return None
        return _come_again(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        if not is_an_outage(exception):
            return None
        return answer(request, exception)


def server_error(request) -> HttpResponse:
    """Answer an error, as handler500: what went wrong in a middleware comes only here."""
    error = sys.exc_info()[1]
    if formats.is_asked(request):
        return formats.refusal(request, formats.Refused(500, _("We made a mistake. It's noted.")))
    if error is not None and is_an_outage(error):
        return answer(request, error)
    return broken(request)


def is_an_outage(error) -> bool:
    """Return whether it is not our mistake.

    The database is away, silent, full, restarted, or read-only after its place was changed, or
    there is no room for a large photo while it arrives.
    """
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    causes = (ReadOnlySqlTransaction, InFailedSqlTransaction)
    return isinstance(error, InternalError) and isinstance(error.__cause__, causes)


def answer(request, error) -> HttpResponse:
    note(request, error)
    return _come_again(request)


def note(request, error) -> None:
    """Log the kind of error alone: a message could hold a part of somebody's words."""
    cause = type(error.__cause__ or error).__name__
    log.warning("this cannot be done now: %s at %s", cause, request.resolver_match)


def _come_again(request) -> HttpResponse:
    with block_database_access():
        return unavailable(request, seconds=soon())


def soon() -> int:
    """Return in how many seconds to come again."""
    return SOON + secrets.randbelow(SOON + 1)


def unavailable(request, *, seconds, template="errors/outage.html", words="") -> HttpResponse:
    """Answer 503. A script shows `words`, or keeps what it holds and tries again."""
    response = _said(request, template, words or _("We can't save anything right now."))
    response["Retry-After"] = seconds
    response["Cache-Control"] = "no-store"
    return response


def _said(request, template, words) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=503)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"problems": [words]}, status=503)
    typed, had_photos = _sent(request)
    context = {
        "again": typed,
        "readable": [value for name, value in typed if name in _WORDS and value.strip()],
        "had_photos": had_photos,
        "demo_mode": False,
    }
    try:
        return render(request, template, context, status=503)
    except (OperationalError, City.DoesNotExist):  # this process has not met its city yet
        context |= {"request": request, "csrf_token": get_token(request)}
        return HttpResponse(render_to_string("errors/outage_bare.html", context), status=503)


_WORDS = ("description", "words", "text", "location_note", "reply", "reason")


def _sent(request) -> tuple[list[tuple[str, str]], bool] | tuple[list, bool]:
    """Return (name, value) pairs of our own form, and whether photos came along."""
    try:
        return fields_of_our_own(request), bool(request.FILES)
    except _UNREADABLE:
        return [], False
