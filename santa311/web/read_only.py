"""The city is read only (`city.maintenance`): what would write is answered before its view."""

import secrets

from django.http import HttpResponse
from django.utils.translation import gettext as _

from city.models import City
from lib import clock
from lib.http import Middleware
from santa311.web.outage import SAFE, unavailable

_WRITES_NOTHING = {"set_language", "personal_words"}
_SHORTEST, _LONGEST = 30, 3600  # seconds
_USUAL = 300


class ReadOnly(Middleware):
    """Answer what would write while the city is read only."""

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """Answer after the check against forgery: only our own forms get back what they held."""
        if request.method in SAFE or request.resolver_match.url_name in _WRITES_NOTHING:
            return None
        city = City.current()
        if not city.is_read_only:
            return None
        words = _(
            "You can view pages, but you can't send anything right now. Please try again later."
        )
        response = unavailable(
            request, seconds=seconds(city), template="errors/read_only.html", words=words
        )
        response["X-Read-Only"] = "1"  # by which a script says that nothing was done
        return response


def seconds(city) -> int:
    left = (city.read_only_until - clock.now()).total_seconds() if city.read_only_until else _USUAL
    usual = min(max(int(left), _SHORTEST), _LONGEST)
    return usual + secrets.randbelow(usual // 4 + 1)
