"""What a feed of any filter says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from requests_app.browsing import orders
from requests_app.browsing.filters import Filters
from requests_app.browsing.page import heading_of
from requests_app.browsing.rows import Row, latest_news, ready, row
from requests_app.models import ServiceRequest

MOST = 40
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entries:
    """The latest news of what the filters show, and when the last of it was.

    Without any, `updated` is the city's last public news: an empty feed stays the same until
    something happens, so that readers need not fetch it again.
    """

    filters: Filters
    title: str
    rows: list[Row]
    updated: datetime

    @classmethod
    def of(cls, query) -> "Entries":
        """For a request's GET. At most three queries."""
        filters = Filters.from_query(query).but(sort=orders.UPDATED)
        public = ServiceRequest.objects.public()
        rows = [row(one) for one in ready(latest_news(filters.shown(public)))[:MOST]]
        if rows:
            updated = rows[0].service_request.changed_at
        else:
            updated = public.aggregate(last=Max("changed_at"))["last"] or _NEVER
        return cls(filters, heading_of(filters), rows, updated)
