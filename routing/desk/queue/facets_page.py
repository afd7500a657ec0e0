"""How the queue can be narrowed, as the desk shows it: chips, facets with numbers, what is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from requests_app.models import Priority
from routing.desk.queue import unseen
from routing.desk.queue.facets import FACETS, OVER_A_DAY
from routing.desk.queue.filters import Filters
from routing.desk.queue.reading import Tally
from santa311.lib.rendered import RenderedOnce, hole

SHORT = 7  # so many options are always shown; of longer lists those that occur


@dataclass(frozen=True)
class Choice:
    """A tab or a chip: where it leads, and how many requests are there (None: not counted)."""

    name: str | Promise
    address: str
    is_current: bool
    count: int | None = None
    is_alarming: bool = False


class Option(NamedTuple):
    """One value of a facet; `count` is how many requests choosing it would find."""

    value: str
    name: str
    number: int
    is_chosen: bool


class Facet(NamedTuple):
    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def is_long(self) -> bool:
        return len(self.options) > SHORT

    @property
    def html(self) -> SafeString:
        """What it looks like, which is kept while only its numbers change."""
        numbers = {_number(place): one.number for place, one in enumerate(self.options)}
        options = (
            one._replace(number=number) for one, number in zip(self.options, numbers, strict=True)
        )
        return _rendered(facet=self._replace(options=tuple(options)), holes=numbers)


_number = cache(partial(hole, "number"))
_rendered = RenderedOnce("routing/desk/queue/facet.html", most=1_000)  # of 2 KB each


def facets_of(filters: Filters, tally: Tally) -> list[Facet]:
    return [Facet(one.name, str(one.label), _options(one, filters, tally)) for one in FACETS]


def _options(facet, filters, tally):
    known, chosen = facet.options(), filters.chosen.get(facet.name, ())
    counts, there = tally.of[facet.name], tally.there[facet.name]
    return tuple(
        Option(value, str(name), counts[value], value in chosen)
        for value, name in known
        if len(known) <= SHORT or value in there or value in chosen
    )


def chips_of(filters: Filters, tally: Tally) -> list[Choice]:
    """The few that are one click away whatever else is on."""
    return [
        Choice(_("All"), filters.address(chosen={}), not filters.chosen, tally.all),
        _toggle(filters, tally, _("Urgent"), "priority", (Priority.URGENT.value,)),
        _toggle(filters, tally, _("1 day+"), "age", OVER_A_DAY),
        _toggle(filters, tally, _("Mine"), "mine", ("yes",)),
        _toggle(filters, tally, _("Residents"), "wrote", tuple(unseen.MARKS)),
    ]


def _toggle(filters, tally, name, facet, values: Iterable[str]):
    is_on = set(filters.chosen.get(facet, ())) == set(values)
    changed = filters.with_chosen(facet, () if is_on else values)
    count = sum(tally.of[facet][value] for value in values)
    return Choice(name, changed.address(), is_on, count)


def active_of(filters: Filters) -> list[Choice]:
    """What is on, one entry per value, each leading to the queue without it."""
    return [
        Choice(
            _("%(facet)s: %(value)s") % {"facet": facet.label, "value": name},
            _without(filters, facet.name, value).address(),
            is_current=True,
        )
        for facet in FACETS
        for value, name in facet.options()
        if value in filters.chosen.get(facet.name, ())
    ]


def _without(filters, facet, value):
    return filters.with_chosen(facet, [one for one in filters.chosen[facet] if one != value])
