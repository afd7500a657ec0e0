"""The public list as an Atom feed, for any filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.feeds import Feed, GeoAtom1Feed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from city.models import City
from city.translation import translate
from lib.text import clean_line, clean_text
from requests_app.browsing import orders
from requests_app.browsing.filters import Filters
from requests_app.browsing.listing import ids, order_of
from requests_app.browsing.page import heading_of
from requests_app.browsing.rows import Row, in_order, row
from requests_app.models import ServiceRequest

MOST = 40


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
        """For a request's GET. At most four queries."""
        filters = Filters.from_query(query).but(sort=orders.UPDATED)
        rows = [row(one) for one in in_order(ids(filters, order_of(filters), MOST))]
        if rows:
            updated = rows[0].service_request.changed_at
        else:
            updated = (
                ServiceRequest.objects.public().aggregate(last=Max("changed_at"))["last"]
                or orders.EPOCH
            )
        return cls(filters, heading_of(filters), rows, updated)


@cache_control(public=True, max_age=120)
@conditional_page
def _feed(request: HttpRequest) -> HttpResponse:
    """`language` in the address speaks for readers that have no cookie of ours.

    The ETag is of what it says, so that a reader asks for nothing twice.
    """
    code = request.GET.get("language", "")
    is_known = code in dict(settings.LANGUAGES)
    with translation.override(code if is_known else translation.get_language()):
        return _RequestFeed()(request)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer the feed, also to the script of another site: it is the same for everybody."""
    response = _feed(request)
    response["Access-Control-Allow-Origin"] = "*"
    return response


class _Atom(GeoAtom1Feed):
    """Without the time of day in a feed of nothing."""

    def latest_post_date(self) -> datetime:
        return self.feed["news"]


class _RequestFeed(Feed):
    feed_type = _Atom

    def get_object(self, request) -> Entries:
        return Entries.of(request.GET)

    def title(self, entries) -> str:
        return f"{entries.title} – {City.current().service_name}"

    def subtitle(self, entries) -> str:
        return _("Latest updates first")

    def link(self, entries) -> str:
        return _absolute(reverse("requests") + entries.filters.query())

    def feed_url(self, entries) -> str:
        return _absolute(reverse("requests_feed") + entries.filters.query())

    def feed_guid(self, entries) -> str:
        return self.feed_url(entries)

    def author_name(self, entries) -> str:
        return City.current().service_name

    def feed_extra_kwargs(self, entries) -> dict[str, Any]:
        return {"news": entries.updated}

    def items(self, entries) -> list:
        return entries.rows

    def item_title(self, row) -> str:
        place = row.service_request.shared_location().text or row.service_request.reference
        title = f"{translate(row.service_request.category.name)}, {place}: {row.badge.words}"
        return clean_line(title)  # imported words may hold what no XML can

    def item_description(self, row) -> str:
        words = clean_text(row.service_request.description)
        stands = format_html("<p>{}</p>", row.badge.words)
        return stands + (format_html("<p>{}</p>", words) if words else "")

    def item_link(self, row) -> str:
        return _absolute(reverse("service_request", args=[row.service_request.reference]))

    def item_pubdate(self, row) -> datetime:
        return row.service_request.filed_at

    def item_updateddate(self, row) -> datetime:
        return row.service_request.changed_at

    def item_categories(self, row) -> list[str]:
        return [translate(row.service_request.category.name)]

    def item_geometry(self, row) -> tuple | None:
        """Return (longitude, latitude), or None; of a sensitive kind the block's."""
        place = row.service_request.shared_location()
        return None if place.latitude is None else (place.longitude, place.latitude)


def _absolute(path) -> str:
    return settings.BASE_URL + path
