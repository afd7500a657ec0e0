"""The public list as an Atom feed, with the list's filters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.gis.feeds import Feed, GeoAtom1Feed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
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
from requests_app.browsing.listing import choose_order, select_ids
from requests_app.browsing.page import build_title
from requests_app.browsing.rows import RequestRow, build_row, load_in_id_order
from requests_app.models import ServiceRequest

MAX_ENTRIES = 40


@dataclass(frozen=True)
class FeedContent:
    """The latest requests of a feed, and when the last of them was `updated`.

    Without any request, `updated` is the last update of a public request in the city, so that an
    empty feed stays the same until something happens, and readers need not fetch it again.
    """

    filters: Filters
    title: str
    rows: list[RequestRow]
    updated: datetime

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Return the content of the feed for a request's GET. At most four queries.

        The latest update is first; the parameter `sort` is ignored. MAX_ENTRIES rows at most.
        """
        filters = Filters.from_query(query).replace(sort=orders.UPDATED)
        rows = [
            build_row(one)
            for one in load_in_id_order(select_ids(filters, choose_order(filters), MAX_ENTRIES))
        ]
        if rows:
            updated = rows[0].service_request.changed_at
        else:
            updated = (
                ServiceRequest.objects.public().aggregate(last=Max("changed_at"))["last"]
                or orders.EPOCH
            )
        return cls(filters, build_title(filters), rows, updated)


@cache_control(public=True, max_age=120)
@conditional_page
def _render_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed with an ETag of its content.

    The parameter `language` sets the language for feed readers, which have no language cookie.
    """
    code = request.GET.get("language", "")
    is_known = code in dict(settings.LANGUAGES)
    with translation.override(code if is_known else translation.get_language()):
        return _RequestFeed()(request)


@require_safe
def requests_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed, which scripts of other sites may read, too: it is the same for everybody.

    Caches keep it for 120 seconds; an unchanged feed is answered by a 304.
    """
    response = _render_feed(request)
    response["Access-Control-Allow-Origin"] = "*"
    return response


class _AtomFeed(GeoAtom1Feed):
    """An Atom feed whose update time is that of FeedContent also if it has no entries."""

    def latest_post_date(self) -> datetime:
        """Return the feed's time of update, from `feed_extra_kwargs`."""
        return self.feed["news"]


class _RequestFeed(Feed):
    """The feed of FeedContent, whose entries are RequestRows with a location."""

    feed_type = _AtomFeed

    def get_object(self, request) -> FeedContent:
        return FeedContent.from_query(request.GET)

    def title(self, entries) -> str:
        return f"{entries.title} – {City.current().service_name}"

    def subtitle(self, entries) -> str:
        return _("Latest updates first")

    def link(self, entries) -> str:
        return _absolute_url(reverse("requests") + entries.filters.query_string())

    def feed_url(self, entries) -> str:
        return _absolute_url(reverse("requests_feed") + entries.filters.query_string())

    def feed_guid(self, entries) -> str:
        return self.feed_url(entries)

    def author_name(self, entries) -> str:
        return City.current().service_name

    def feed_extra_kwargs(self, entries) -> dict[str, Any]:
        """Return the time of update as "news", which `_AtomFeed` reads."""
        return {"news": entries.updated}

    def items(self, entries) -> list:
        return entries.rows

    def item_title(self, row) -> str:
        """Return “category, place: status”, with the reference if the place is unknown.

        Characters that XML forbids are removed.
        """
        place = row.service_request.shared_location().text or row.service_request.reference
        title = f"{translate(row.service_request.category.name)}, {place}: {row.badge.words}"
        return clean_line(title)  # imported words may hold what no XML can

    def item_description(self, row) -> str:
        """Return the status and the description, if any, as HTML paragraphs."""
        words = clean_text(row.service_request.description)
        stands = format_html("<p>{}</p>", row.badge.words)
        return stands + (format_html("<p>{}</p>", words) if words else "")

    def item_link(self, row) -> str:
        return _absolute_url(reverse("service_request", args=[row.service_request.reference]))

    def item_pubdate(self, row) -> datetime:
        return row.service_request.filed_at

    def item_updateddate(self, row) -> datetime:
        return row.service_request.changed_at

    def item_categories(self, row) -> list[str]:
        return [translate(row.service_request.category.name)]

    def item_geometry(self, row: RequestRow) -> tuple[float, float] | None:
        """Return (longitude, latitude), of the block for a sensitive category; None if unknown."""
        place = row.service_request.shared_location()
        if place.latitude is None or place.longitude is None:
            return None
        return place.longitude, place.latitude


def _absolute_url(path: str) -> str:
    return settings.BASE_URL + path
