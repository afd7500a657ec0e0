"""The choices of the form above the list, with how many requests each would find."""

from collections.abc import Iterable
from typing import NamedTuple

from city.models import Category, CategoryGroup, Zone
from requests_app.browsing.counts import Choices, Number
from requests_app.browsing.filters import Filters, of_use, zones_of_use
from requests_app.browsing.states import SHOWS, STATES, Show, State


class Option(NamedTuple):
    """One choice of a select. `count` is None where it is not known."""

    of: Category | CategoryGroup | Zone | State
    is_chosen: bool
    count: int | None = None


class Tab(NamedTuple):
    show: Show
    number: Number
    is_current: bool


class Form(NamedTuple):
    """What the form is filled with."""

    tabs: list[Tab]
    groups: list[tuple[Option, list[Option]]]
    zones: list[Option]
    states: list[Option]


def build_form(filters: Filters, numbers: dict[str, Number], choices: Choices) -> Form:
    """Return the form for `filters`. `numbers` are those of the shows, from `counts.numbers`."""
    tabs = [
        Tab(show, numbers[show.name], show.name == filters.show and not filters.state)
        for show in SHOWS.values()
    ]
    zones = [_option(zone, filters.zone, choices.zones, [zone]) for zone in zones_of_use()]
    state = STATES.get(filters.state)
    states = [Option(one, one == state) for one in _states(filters.show)]
    return Form(tabs, list(_groups(filters, choices.categories)), zones, states)


def _groups(filters, counts) -> Iterable[tuple[Option, list[Option]]]:
    """Yield each group that has categories to choose from, in the city's order."""
    by_group = {}
    for category in of_use():
        by_group.setdefault(category.group, []).append(category)
    for group, categories in by_group.items():
        options = [_option(one, filters.category, counts, [one]) for one in categories]
        yield _option(group, filters.group, counts, categories), options


def _option(one, chosen, counts, counted) -> Option:
    """`counts` are by id; the option's is the sum of those of the rows `counted`."""
    count = None if counts is None else sum(counts[row.pk] for row in counted)
    return Option(one, one == chosen, count)


def _states(show) -> list[State]:
    """Return the states of the show, or all of them where everything is shown."""
    return [one for one in STATES.values() if show in ("all", one.show)]
