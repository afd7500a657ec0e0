"""The form above the list: its options, and how many requests each of them would find."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from city.models import Category, CategoryGroup, Zone
from requests_app.browsing.counts import CappedCount, FacetCounts
from requests_app.browsing.filters import Filters, list_active_zones, list_public_categories
from requests_app.browsing.states import SHOWS, STATES, Show, State

type Item = Category | CategoryGroup | Zone | State


class Option(NamedTuple):
    """An option of a select. `request_count` is None if it is not known."""

    item: Item
    is_chosen: bool
    request_count: int | None = None


class Tab(NamedTuple):
    """A tab of the list, and how many requests it has."""

    show: Show
    number: CappedCount
    is_current: bool


class FilterForm(NamedTuple):
    """The tabs and options of the form above the list."""

    tabs: list[Tab]
    groups: list[tuple[Option, list[Option]]]
    zones: list[Option]
    states: list[Option]


def build_filter_form(
    filters: Filters, numbers: dict[str, CappedCount], choices: FacetCounts
) -> FilterForm:
    """Return the form for `filters`; `numbers` are those of `counts.count_per_show`."""
    tabs = [
        Tab(show, numbers[show.name], show.name == filters.show and not filters.state)
        for show in SHOWS.values()
    ]
    zones = [
        _build_option(zone, filters.zone, choices.zones, [zone]) for zone in list_active_zones()
    ]
    state = STATES.get(filters.state)
    states = [Option(one, one == state) for one in _list_states(filters.show)]
    return FilterForm(tabs, list(_build_group_options(filters, choices.categories)), zones, states)


def _build_group_options(
    filters: Filters, counts: Counter[int | None] | None
) -> Iterator[tuple[Option, list[Option]]]:
    """Yield each group with its public categories as options, in the city's order.

    A group's number is the sum of its categories'.
    """
    by_group: dict[CategoryGroup, list[Category]] = {}
    for category in list_public_categories():
        by_group.setdefault(category.group, []).append(category)
    for group, categories in by_group.items():
        options = [_build_option(one, filters.category, counts, [one]) for one in categories]
        yield _build_option(group, filters.group, counts, categories), options


def _build_option(
    item: Item,
    chosen: Item | None,
    counts: Counter[int | None] | None,
    counted: Sequence[Category | Zone],
) -> Option:
    """Return an option whose number is the sum of the `counts` of the rows `counted`.

    The number is None if `counts` is None.
    """
    count = None if counts is None else sum(counts[row.pk] for row in counted)
    return Option(item, item == chosen, count)


def _list_states(show: str) -> list[State]:
    """Return the states that belong to the show, or all states for the show "all"."""
    return [one for one in STATES.values() if show in ("all", one.show)]
