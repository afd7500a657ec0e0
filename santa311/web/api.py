"""Middleware that answers API requests without everything that only browsers need.

Sessions, cookies, CSRF tokens and devices are not read, so none is set and no response depends on
them. Exceptions become error responses in the format that was asked for.
"""

from django.conf import settings
from django.http import HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from city.models import City
from city.translation import list_offered_languages
from lib import rate_limiter
from lib.http import Middleware, client_address
from lib.postgresql.synchronous_commit import commit_breaker
from open311.formats import RequestRefused, build_refusal, is_api_request, render_refusal
from santa311.web import outage, read_only

# Response headers that scripts of other sites may read
_EXPOSED_HEADERS = (
    "Allow, Content-Language, ETag, Link, Retry-After, X-Total-Count, X-Total-Count-Is-Estimate, "
    "X-Warning"
)


class ApiMiddleware(Middleware):
    """Answer requests to the API, and skip the rest of the middleware for them."""

    def __call__(self, request) -> HttpResponse:
        """Answer an API request without cookies; pass others on.

        The language of the request is active only here.
        """
        if not is_api_request(request):
            return self.get_response(request)
        request.COOKIES = {}
        with translation.override(settings.LANGUAGE_CODE):
            return _add_headers(request, _respond(request))


def _respond(request) -> HttpResponse:
    """Return the response of the view, or the error response for its exception.

    Unexpected exceptions are raised.
    """
    try:
        request.get_host()
        translation.activate(_choose_language(request))
        return _call_view(request)
    except Exception as error:
        refused = build_refusal(error) or _convert_outage(request, error)
        if refused is None:
            raise
        return render_refusal(request, refused)


def _choose_language(request) -> str:
    """Return the language that the client prefers if the city offers it, else LANGUAGE_CODE."""
    asked = translation.get_language_from_request(request)
    return asked if asked in list_offered_languages() else settings.LANGUAGE_CODE


def _call_view(request) -> HttpResponse:
    """Resolve the path, count the request, and return the response of its view.

    Raise Http404, RateLimitExceeded, and RequestRefused (503) for a write while the city is read
    only or commits fail.
    """
    request.resolver_match = match = resolve(request.path_info)
    if request.method not in outage.SAFE_METHODS:
        _refuse_if_read_only()
    rate_limiter.count_attempt("open311.address", client_address(request))
    return match.func(request, *match.args, **match.kwargs)


def _refuse_if_read_only() -> None:
    """Raise RequestRefused (503) if commits fail or the city is read only."""
    if commit_breaker.is_open:
        raise _build_retry_refusal()
    city = City.current()
    if city.is_read_only:
        headers = {"Retry-After": str(read_only.retry_after_seconds(city)), "X-Read-Only": "1"}
        raise RequestRefused(
            503, _("You can read, but you can't send anything now."), headers=headers
        )


def _convert_outage(request, error) -> RequestRefused | None:
    """Log an outage and return its RequestRefused (503); None for another error."""
    if not outage.is_outage(error):
        return None
    outage.log_outage(request, error)
    return _build_retry_refusal()


def _build_retry_refusal() -> RequestRefused:
    """Return a RequestRefused (503) with Retry-After."""
    words = _("We can't do this right now. Please try again in a minute.")
    return RequestRefused(503, words, headers={"Retry-After": str(outage.retry_after_seconds())})


def _add_headers(request, response) -> HttpResponse:
    """Add the headers of all API responses, and return the response.

    GET, HEAD and OPTIONS may be read by scripts of other sites.
    """
    patch_vary_headers(response, ["Accept-Language"])
    response["Content-Language"] = translation.get_language()
    if request.method in outage.SAFE_METHODS:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response
