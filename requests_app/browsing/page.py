"""The public list: a page of it, its numbers, what was asked for, and the map beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from city.base_map.sources import build_map_sources
from city.search.categories import find_categories
from city.translation import translate
from lib import clock
from requests_app.browsing import counts, drawing, orders
from requests_app.browsing.cursor import Cursor
from requests_app.browsing.filters import Filters
from requests_app.browsing.form import build_form
from requests_app.browsing.listing import ids, order_of
from requests_app.browsing.rows import Row, in_order, row
from requests_app.browsing.states import SHOWS, STATES

PER_PAGE = 20


@dataclass(frozen=True)
class Page:
    """One page of the list; `newer` and `older` are the queries of the pages before and after it in
    the order of the list, or "".
    """

    rows: list[Row]
    newer: str
    older: str


@dataclass(frozen=True)
class Chip:
    """Something that was asked for, in words, and the query of the list without it."""

    words: str | Promise
    query: str


@dataclass(frozen=True)
class Sort:
    """One way to sort the list, and where that leads: to the list, or first to say where one is."""

    label: str | Promise
    url: str
    is_current: bool


def list_page(query, here=None) -> dict:
    """The context of the list for a request's GET. Raises `cursor.StaleCursor`.

    `here` is (latitude, longitude) of whoever looks, where they said so.
    """
    filters = Filters.from_query(query)
    order = order_of(filters, here)
    cursor = Cursor.read(query.get("cursor", ""), filters, order)
    numbers = counts.numbers(filters)
    is_map = query.get("view") == "map"
    page = _page(filters, cursor, order)
    return {
        "filters": filters,
        "heading": _heading(filters),
        "title": heading_of(filters),
        "page": page,
        "likely": [] if page.rows or not filters.words else _likely(filters),
        "order": order,
        "position_url": _position(filters),
        "is_first": cursor is None,
        "total": numbers["shown"],
        "in_all": numbers["all"],
        "all_query": filters.but(show="all", state="").query(),
        "cap": counts.CAP,
        "chips": _chips(filters, view="map" if is_map else ""),
        "form": build_form(filters, numbers, counts.choices(filters)),
        "sorts": _sorts(filters, order, here) if numbers["shown"] else [],
        "sort_label": orders.LABELS[order.name],
        "drawing": drawing.drawing(filters),
        "map_sources": build_map_sources(),
        "is_map": is_map,
        "has_closed": filters.show in ("closed", "all"),
        "list_query": filters.query() or "?",
        "map_query": filters.query(view="map"),
        "feed_query": filters.but(sort=orders.UPDATED).query(),
        "around_query": filters.but(area=None).query(),
    }


def heading_of(filters) -> str:
    """The whole question in one line: “Open requests: Pothole, Pico”."""
    asked = [str(chip.words) for chip in _chips(filters.but(state=""))]
    heading = _heading(filters)
    return f"{heading}: {', '.join(asked)}" if asked else str(heading)


def _likely(filters) -> list[tuple[str, Any]]:
    """(name, query) of the categories that the words may mean, though one is misspelled."""
    return [
        (translate(one.name), filters.but(words="", group=None, category=one).query())
        for one in find_categories(filters.words, limit=3)
        if not one.is_private
    ]


def _heading(filters) -> Promise:
    return STATES[filters.state].label if filters.state else SHOWS[filters.show].heading


def _page(filters, cursor, order) -> Page:
    """The rows behind the cursor. Too few in front of it for a page: the first page instead."""
    found = in_order(ids(filters, order, PER_PAGE + 1, cursor))
    shown_now, more = found[:PER_PAGE], len(found) > PER_PAGE
    if cursor and not cursor.is_onward:
        if not more:
            return _page(filters, None, order)
        shown_now.reverse()
    if not found:
        return Page([], filters.query() or "?" if cursor else "", "")

    def query_from(row, is_onward) -> str:
        cursor = Cursor(is_onward, order.key(row), row.pk)
        return filters.query(cursor=cursor.written(filters, order))

    return Page(
        [row(one, is_by_update=filters.sort != orders.NEWEST) for one in shown_now],
        query_from(shown_now[0], is_onward=False) if cursor else "",
        query_from(shown_now[-1], is_onward=True) if more else "",
    )


def _sorts(filters, order, here) -> list[Sort]:
    urls = {name: filters.but(sort=name).query() or "?" for name in orders.LABELS}
    if here is None:
        urls[orders.NEAR] = _position(filters)
    return [Sort(label, urls[name], name == order.name) for name, label in orders.LABELS.items()]


def _position(filters) -> str:
    """Where somebody says where they are, on the way to the same list with the nearest first."""
    onward = reverse("requests") + filters.but(sort=orders.NEAR).query()
    return reverse("where_you_are", query={"next": onward})


def _chips(filters, view="") -> list[Chip]:
    """What can be taken away, in the order in which people say it; the map stays the map."""
    asked = [
        (filters.state and STATES[filters.state].label, {"state": ""}),
        (filters.category and translate(filters.category.name), {"category": None}),
        (filters.group and translate(filters.group.name), {"group": None}),
        (filters.zone and translate(filters.zone.name), {"zone": None}),
        (_days(filters.since, filters.until), {"since": None, "until": None}),
        (filters.area and _("This part of the map"), {"area": None}),
        (filters.words and f"“{filters.words}”", {"words": ""}),
    ]
    return [
        Chip(words, filters.but(**without).query(view=view) or "?")
        for words, without in asked
        if words
    ]


def _days(since: date | None, until: date | None) -> str:
    days = {
        "since": since and clock.format_absolute_date(since),
        "until": until and clock.format_absolute_date(until),
    }
    if since and until:
        return _("Reported from {since} to {until}").format(**days)
    if since:
        return _("Reported since {since}").format(**days)
    return _("Reported through {until}").format(**days) if until else ""
