"""Middleware that refuses to write while the city is read only (`city.maintenance`)."""

import secrets

from django.http import HttpResponse
from django.utils.translation import gettext as _

from city.models import City
from lib import clock
from lib.http import Middleware
from santa311.web.outage import SAFE_METHODS, render_unavailable

_NON_WRITING_VIEWS = {"set_language", "personal_words"}
_MIN_SECONDS, _MAX_SECONDS = 30, 3600  # seconds
_DEFAULT_SECONDS = 300


class ReadOnlyMiddleware(Middleware):
    """Answer requests that would write with a 503 while the city is read only."""

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """Return a 503 with X-Read-Only for writes while the city is read only, else None.

        It comes after the CSRF check, so that only our own forms are offered again.
        """
        if request.method in SAFE_METHODS or request.resolver_match.url_name in _NON_WRITING_VIEWS:
            return None
        city = City.current()
        if not city.is_read_only:
            return None
        words = _(
            "You can view pages, but you can't send anything right now. Please try again later."
        )
        response = render_unavailable(
            request,
            seconds=retry_after_seconds(city),
            template="errors/read_only.html",
            words=words,
        )
        response["X-Read-Only"] = "1"  # tells scripts that nothing was changed
        return response


def retry_after_seconds(city) -> int:
    """Return the seconds until the city is no longer read only, 30 s to 1 h, plus jitter.

    They are _DEFAULT_SECONDS if the end is unknown. The jitter is at most a quarter.
    """
    left = (
        (city.read_only_until - clock.now()).total_seconds()
        if city.read_only_until
        else _DEFAULT_SECONDS
    )
    usual = min(max(int(left), _MIN_SECONDS), _MAX_SECONDS)
    return usual + secrets.randbelow(usual // 4 + 1)
