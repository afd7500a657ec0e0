"""What other systems ask for goes around all that only browsers need.

A session, a cookie, a token against forgery and a device are nothing to a program: they are not
read, so none is set and no answer differs by them, and nothing on the way answers with a page.
What a view raises is answered in the format that was asked for.
"""

from django.conf import settings
from django.http import HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from city.models import City
from city.translation import languages
from lib import rate_limiter
from lib.http import Middleware, client_address
from lib.postgresql.synchronous_commit import commit_breaker
from open311.formats import Refused, is_asked, refusal, refused_by
from santa311.web import outage, read_only

# What a browser's script of another site may read of an answer, besides its content
_EXPOSED = (
    "Allow, Content-Language, ETag, Link, Retry-After, X-Total-Count, X-Total-Count-Is-Estimate, "
    "X-Warning"
)


class Api(Middleware):
    """Answer other systems without all that only browsers need."""

    def __call__(self, request) -> HttpResponse:
        if not is_asked(request):
            return self.get_response(request)
        request.COOKIES = {}
        with translation.override(settings.LANGUAGE_CODE):
            return _finished(request, _answered(request))


def _answered(request) -> HttpResponse:
    try:
        request.get_host()
        translation.activate(_language(request))
        return _called(request)
    except Exception as error:
        refused = refused_by(error) or _outage(request, error)
        if refused is None:
            raise
        return refusal(request, refused)


def _language(request) -> str:
    asked = translation.get_language_from_request(request)
    return asked if asked in languages() else settings.LANGUAGE_CODE


def _called(request) -> HttpResponse:
    request.resolver_match = match = resolve(request.path_info)
    if request.method not in outage.SAFE:
        _check_it_can_be_saved()
    rate_limiter.count_attempt("open311.address", client_address(request))
    return match.func(request, *match.args, **match.kwargs)


def _check_it_can_be_saved() -> None:
    if commit_breaker.is_open:
        raise _come_again()
    city = City.current()
    if city.is_read_only:
        headers = {"Retry-After": str(read_only.seconds(city)), "X-Read-Only": "1"}
        raise Refused(503, _("You can read, but you can't send anything now."), headers=headers)


def _outage(request, error) -> Refused | None:
    if not outage.is_an_outage(error):
        return None
    outage.note(request, error)
    return _come_again()


def _come_again() -> Refused:
    words = _("We can't do this right now. Please try again in a minute.")
    return Refused(503, words, headers={"Retry-After": str(outage.soon())})


def _finished(request, response) -> HttpResponse:
    """Add the headers that every answer to another system has."""
    patch_vary_headers(response, ["Accept-Language"])
    response["Content-Language"] = translation.get_language()
    if request.method in outage.SAFE:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _EXPOSED
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response
