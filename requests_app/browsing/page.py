"""Context of the public list: a page of it, the filters, the numbers and the map."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from city.base_map.sources import build_map_sources
from city.search.categories import find_categories
from city.translation import translate
from lib import clock
from requests_app.browsing import counts, orders, static_map
from requests_app.browsing.cursor import Cursor
from requests_app.browsing.filters import Filters
from requests_app.browsing.form import build_filter_form
from requests_app.browsing.listing import choose_order, select_ids
from requests_app.browsing.orders import Order
from requests_app.browsing.rows import RequestRow, build_row, load_in_id_order
from requests_app.browsing.states import SHOWS, STATES
from requests_app.models import ServiceRequest

ROWS_PER_PAGE = 20


@dataclass(frozen=True)
class ListPage:
    """The rows of a page; `newer` and `older` are the query strings of the pages before and after.

    "" stands for a page that does not exist.
    """

    rows: list[RequestRow]
    newer: str
    older: str


@dataclass(frozen=True)
class FilterChip:
    """An active filter in words, with the query string of the list without it."""

    words: str | Promise
    query: str


@dataclass(frozen=True)
class SortLink:
    """An order of the list, with its link: to the list, or to the form that asks for a position."""

    label: str | Promise
    url: str
    is_current: bool


def build_list_context(
    query: QueryDict, point: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Return the context of the list for a request's GET; raise StaleCursor for an invalid cursor.

    `point` is the visitor's (latitude, longitude) if known.
    """
    filters = Filters.from_query(query)
    order = choose_order(filters, point)
    cursor = Cursor.parse(query.get("cursor", ""), filters, order)
    numbers = counts.count_per_show(filters)
    is_map = query.get("view") == "map"
    page = _load_page(filters, cursor, order)
    everywhere = filters.replace(area=None).query_string()
    return {
        "filters": filters,
        "heading": _get_heading(filters),
        "title": build_title(filters),
        "page": page,
        "suggested_categories": []
        if page.rows or not filters.words
        else _suggest_categories(filters),
        "order": order,
        "position_url": _build_position_url(filters),
        "is_first": cursor is None,
        "total": numbers["shown"],
        "total_all": numbers["all"],
        "all_query": filters.replace(show="all", state="").query_string(),
        "max_count": counts.MAX_COUNT,
        "chips": _build_chips(filters, view="map" if is_map else ""),
        "form": build_filter_form(filters, numbers, counts.count_facets(filters)),
        "sorts": _build_sort_links(filters, order, point) if numbers["shown"] else [],
        "sort_label": orders.SORT_LABELS[order.name],
        "static_map": static_map.build_static_map(filters),
        "map_sources": build_map_sources(),
        "is_map": is_map,
        "has_closed": filters.show in ("closed", "all"),
        "list_query": filters.query_string() or "?",
        "map_query": filters.query_string(view="map"),
        "feed_query": filters.replace(sort=orders.UPDATED).query_string(),
        "marks_url": reverse("requests_map") + everywhere,
        "list_url": reverse("requests") + everywhere,
    }


def build_title(filters: Filters) -> str:
    """Return the list's heading with all filters, such as “Open requests: Pothole, Pico”."""
    asked = [str(chip.words) for chip in _build_chips(filters.replace(state=""))]
    heading = _get_heading(filters)
    return f"{heading}: {', '.join(asked)}" if asked else str(heading)


def _suggest_categories(filters: Filters) -> list[tuple[str, str]]:
    """Return (name, query string) of public categories that resemble the search text.

    Three at most. The lists of the categories have the other filters but not the search text.
    """
    return [
        (translate(one.name), filters.replace(words="", group=None, category=one).query_string())
        for one in find_categories(filters.words, limit=3)
        if not one.is_private
    ]


def _get_heading(filters: Filters) -> str | Promise:
    """Return the label of the chosen state, or else the heading of the show."""
    return STATES[filters.state].label if filters.state else SHOWS[filters.show].heading


def _load_page(filters: Filters, cursor: Cursor | None, order: Order) -> ListPage:
    """Return the page at the cursor. The first page replaces a page before it that is not full.

    If there are no rows beyond the cursor, return an empty page whose `newer` leads to the first
    page.
    """
    found = load_in_id_order(select_ids(filters, order, ROWS_PER_PAGE + 1, cursor))
    shown_now, more = found[:ROWS_PER_PAGE], len(found) > ROWS_PER_PAGE
    if cursor and not cursor.is_forward:
        if not more:
            return _load_page(filters, None, order)
        shown_now.reverse()
    if not found:
        return ListPage([], filters.query_string() or "?" if cursor else "", "")

    def build_query(row: ServiceRequest, is_forward: bool) -> str:
        cursor = Cursor(is_forward, order.get_key(row), row.pk)
        return filters.query_string(cursor=cursor.to_signed_text(filters, order))

    return ListPage(
        [build_row(one, is_by_update=filters.sort != orders.NEWEST) for one in shown_now],
        build_query(shown_now[0], is_forward=False) if cursor else "",
        build_query(shown_now[-1], is_forward=True) if more else "",
    )


def _build_sort_links(
    filters: Filters, order: Order, point: tuple[float, float] | None
) -> list[SortLink]:
    """Return a link for each order.

    Without a `point`, the order by distance leads to the form that asks for a position.
    """
    urls = {name: filters.replace(sort=name).query_string() or "?" for name in orders.SORT_LABELS}
    if point is None:
        urls[orders.NEAR] = _build_position_url(filters)
    return [
        SortLink(label, urls[name], name == order.name)
        for name, label in orders.SORT_LABELS.items()
    ]


def _build_position_url(filters: Filters) -> str:
    """Return the URL of the form that asks for a position and leads to the list by distance."""
    onward = reverse("requests") + filters.replace(sort=orders.NEAR).query_string()
    return reverse("where_you_are", query={"next": onward})


def _build_chips(filters: Filters, view: str = "") -> list[FilterChip]:
    """Return a chip for each active filter; their links keep the `view` ("map" or "")."""
    asked: list[tuple[str | Promise | None, dict[str, Any]]] = [
        (filters.state and STATES[filters.state].label, {"state": ""}),
        (translate(filters.category.name) if filters.category else "", {"category": None}),
        (translate(filters.group.name) if filters.group else "", {"group": None}),
        (translate(filters.zone.name) if filters.zone else "", {"zone": None}),
        (_format_period(filters.since, filters.until), {"since": None, "until": None}),
        (_("This part of the map") if filters.area else "", {"area": None}),
        (filters.words and f"“{filters.words}”", {"words": ""}),
    ]
    return [
        FilterChip(words, filters.replace(**without).query_string(view=view) or "?")
        for words, without in asked
        if words
    ]


def _format_period(since: date | None, until: date | None) -> str:
    """Return words such as “Reported since …” or “Reported from … to …”; "" without any day."""
    days = {
        "since": since and clock.format_absolute_date(since),
        "until": until and clock.format_absolute_date(until),
    }
    if since and until:
        return _("Reported from {since} to {until}").format(**days)
    if since:
        return _("Reported since {since}").format(**days)
    return _("Reported through {until}").format(**days) if until else ""
