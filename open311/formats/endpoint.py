"""Views of API addresses, with the methods and forms that they accept."""

import re
from collections.abc import Callable
from typing import Never
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.urls.converters import StringConverter
from django.utils.translation import gettext as _

from city.models import City
from lib.form_encoding import refuse_unreadable_text
from open311.formats.answers import PREFIX, RequestRefused

type View = Callable[..., HttpResponse]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class FormatConverter(StringConverter):
    """The suffix of an address."""

    regex = "xml|json"


def build_endpoint(*, get: View, post: View | None = None) -> View:
    """Return the view of an address, which calls `get` for GET and HEAD and `post` for POST.

    Both take the request and what its address names. OPTIONS tells a browser's script what it
    may send from another site. The view raises RequestRefused for another method (405), a query
    that is not UTF-8 or a POST that is no form (400), and another city's jurisdiction_id (404),
    and UnreadableText for a form that is not UTF-8. Its attribute `methods` has the names; it
    is exempt from CSRF checks.
    """
    views = {"GET": get, "POST": post} if post else {"GET": get}
    allowed = ", ".join([*views, "HEAD", "OPTIONS"])

    def view(
        request: HttpRequest,
        format: str | None = None,  # noqa: A002 - what the address calls it
        **named: str,
    ) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight(allowed)
        method = "GET" if request.method == "HEAD" else request.method or ""
        if (view_of := views.get(method)) is None:
            words = _("This address takes %(methods)s only.") % {"methods": allowed}
            raise RequestRefused(405, words, headers={"Allow": allowed})
        _check_query(request.META.get("QUERY_STRING", ""))
        _check_type(request)
        refuse_unreadable_text(request)
        for given in (request.GET, request.POST):
            _check_jurisdiction(given.get("jurisdiction_id", ""))
        return view_of(request, **named)

    # The OpenAPI document reads `methods`. API keys replace CSRF tokens: no cookie authenticates.
    view.methods = tuple(views)  # type: ignore[attr-defined]  # of a function
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


def _check_type(request) -> None:
    """Raise RequestRefused for a POST that is no form: Django would read no field of it."""
    if request.method == "POST" and request.content_type not in _FORMS:
        words = _("Send the fields as a form: %(types)s.") % {"types": " or ".join(_FORMS)}
        raise RequestRefused(400, words)


def _check_jurisdiction(given) -> None:
    """Raise RequestRefused (404) for the jurisdiction of another city; a blank one is ours."""
    own = City.current().jurisdiction_id
    if given.strip() and given.strip().lower() != own.lower():
        words = _("We don't serve the jurisdiction_id “%(given)s”. Ours is %(own)s.")
        raise RequestRefused(404, words % {"given": given.strip()[:60], "own": own})


def unknown_address(request, rest="") -> Never:
    """Raise RequestRefused (404) for every other address below /open311/."""
    words = _("There's nothing at this address. Start at %(address)s.")
    raise RequestRefused(404, words % {"address": f"{PREFIX}discovery.json"})


def _preflight(allowed) -> HttpResponse:
    """Return an empty 204 with the allowed methods and headers."""
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = allowed
    response["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, Idempotency-Key, If-None-Match"
    )
    response["Access-Control-Max-Age"] = "86400"
    return response


def _check_query(query: str) -> None:
    """Raise RequestRefused for a bad query, which is given as its encoded text.

    Bad is one that is not UTF-8, or has a NUL or a stray percent sign.
    """
    try:
        text = unquote_to_bytes(query).decode()
    except UnicodeDecodeError as problem:
        raise RequestRefused(400, _("The query isn't text in UTF-8.")) from problem
    if "\0" in text or _STRAY_PERCENT.search(query):
        raise RequestRefused(400, _("The query isn't encoded as an address must be."))
