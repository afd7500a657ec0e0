"""Errors in the shape that GeoReport gives them: one entry for each problem."""

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import rate_limiter
from lib.form_encoding import UnreadableText
from lib.idempotency import KeyReused
from open311.formats.answers import answer
from open311.formats.document import Listing
from requests_app.errors import DomainError

# GeoReport knows 400, 403 and 404; these say when the same will do later, or what was too much.
_AS_THEY_ARE = {403, 404, 413, 429, 503}


class Refused(Exception):
    """What was asked is not done. `problems` are texts, or pairs of a code of its own and a text;
    the code is else the status. `headers` go with the answer.
    """

    def __init__(self, status, *problems, headers=None):
        super().__init__(status, *problems)
        self.status_code, self.problems, self.headers = status, problems, headers or {}


def refusal(request, refused):
    """The answer to what was refused."""
    pairs = [each if isinstance(each, tuple) else (refused.status_code, each)
             for each in refused.problems]  # fmt: skip
    entries = [{"code": code, "description": str(text)} for code, text in pairs]
    document = Listing("errors", "error", entries)
    return answer(request, document, status=refused.status_code, headers=refused.headers)


def refused_by(error) -> Refused | None:
    """What an exception of a view means to who asked; None where it is our own mistake."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, DomainError):
        return _by_domain(error)
    if isinstance(error, rate_limiter.TooMany):
        headers = {"Retry-After": str(error.wait)}
        words = _("Too many requests. Try again in %(n)s seconds.") % {"n": error.wait}
        return Refused(429, words, headers=headers)
    for kinds, status, words in _KNOWN:
        if isinstance(error, kinds):
            return Refused(status, words)
    return None


def _by_domain(error):
    status = error.status_code if error.status_code in _AS_THEY_ARE else 400
    headers = {"Retry-After": error.retry_after} if error.retry_after else {}
    problems = getattr(error, "problems", None) or {"": error.message}
    return Refused(status, *problems.values(), headers=headers)


_KNOWN = [
    (KeyReused, 400, gettext_lazy("This Idempotency-Key was used for a different request.")),
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
