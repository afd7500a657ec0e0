"""The form above the list is rendered once; what is counted, typed and chosen is filled in."""

from functools import cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from city.models import Category, CategoryGroup, Zone
from city.rendered import RenderedOfCity
from lib.rendered import hole
from requests_app.browsing.counts import Choices
from requests_app.browsing.filters import Filters, of_use, zones_of_use
from requests_app.browsing.states import SHOWS, STATES, Show, State

_rendered = RenderedOfCity("requests_app/browsing/filters.html", most=100)  # of 15 KB each
_gap = cache(hole)  # one for each
_WORDS, _SINCE, _UNTIL, _AREA, _SORTS = hole(), hole(), hole(), hole(), hole()


class Option(NamedTuple):
    """One of a select, with gaps for “selected” and for its number."""

    of: Category | CategoryGroup | Zone | State
    chosen: str
    number: str


class Form(NamedTuple):
    """All that the template of the form reads."""

    show: str
    state: bool
    sort: str
    is_map: bool
    has_area: bool
    words: str = _WORDS
    since: str = _SINCE
    until: str = _UNTIL
    area: str = _AREA
    sorts: str = _SORTS

    def tabs(self) -> list[tuple[Show, str]]:
        return [(show, _gap(show.name)) for show in SHOWS.values()]

    def groups(self) -> list[tuple[Option, list[Option]]]:
        return [(_option(group), [_option(one) for one in rows]) for group, rows in _groups()]

    def zones(self) -> list[Option]:
        return [_option(zone) for zone in zones_of_use()]

    def states(self) -> list[Option]:
        return [_option(one) for one in _states(self.show)]


def form(
    filters: Filters, numbers, choices: Choices, is_map: bool, sorts: SafeString
) -> SafeString:
    """Return the form. `numbers` are those of the shows, as `counts.numbers` gives them.

    `sorts` is the HTML of the ways to sort, beside the filters; "" for a list of nothing.
    """
    shown = Form(filters.show, bool(filters.state), filters.sort, is_map, bool(filters.area))
    holes = {
        _WORDS: escape(filters.words),
        _SINCE: filters.since or "",
        _UNTIL: filters.until or "",
        _AREA: filters.area or "",
        _SORTS: sorts,
        **{_gap(name): _as_far(numbers[name]) for name in SHOWS},
        **dict(_filled(filters, choices)),
    }
    return _rendered(form=shown, holes=holes)


def _as_far(number):
    return _("over %(n)s") % {"n": number.n} if number.is_more else number.n


def _filled(filters, choices):
    for group, categories in _groups():
        yield from _fillings(group, filters.group, choices.categories, categories)
        for category in categories:
            yield from _fillings(category, filters.category, choices.categories, [category])
    for zone in zones_of_use():
        yield from _fillings(zone, filters.zone, choices.zones, [zone])
    for state in _states(filters.show):
        yield from _fillings(state, STATES.get(filters.state))


def _fillings(one, chosen, numbers=None, counted=()):
    """`numbers`, of which those of the rows `counted` are added up, are None where not known."""
    gaps = _option(one)
    number = "" if numbers is None else f"({sum(numbers[row.pk] for row in counted)})"
    yield gaps.chosen, "selected" if one == chosen else ""
    yield gaps.number, number


def _option(one):
    key = (type(one), one.name if isinstance(one, State) else one.pk)
    return Option(one, _gap("chosen", *key), _gap("number", *key))


def _groups():
    """Those with categories to choose from, in the city's order."""
    by_group = {}
    for category in of_use():
        by_group.setdefault(category.group, []).append(category)
    return by_group.items()


def _states(show):
    """Those of the third that is shown; of all where all is."""
    return [one for one in STATES.values() if show in ("all", one.show)]
