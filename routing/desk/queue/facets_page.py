"""How the queue can be narrowed, as the desk shows it: chips, facets with numbers, what is on."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.models import Priority
from routing.desk.queue import unseen
from routing.desk.queue.facets import FACETS, OVER_A_DAY

SHORT = 7  # a list of more options is long


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


class Narrowing:
    """Part of the page of a queue, which has `filters` and their `queue`."""

    @property
    def facets(self) -> list[Facet]:
        return [Facet(one.name, str(one.label), self._options(one)) for one in FACETS]

    def _options(self, facet):
        known, chosen = facet.options(), self.filters.chosen.get(facet.name, ())
        tally = self.queue.tally
        counts = tally.of[facet.name]
        return tuple(
            Option(value, str(name), counts[value], value in chosen) for value, name in known
        )

    @property
    def chips(self) -> list[Choice]:
        """The few that are one click away whatever else is on."""
        everything, chosen = self.filters.address(chosen={}), self.filters.chosen
        return [
            Choice(_("All"), everything, not chosen, self.queue.tally.all),
            self._toggle(_("Urgent"), "priority", (Priority.URGENT.value,)),
            self._toggle(_("1 day+"), "age", OVER_A_DAY),
            self._toggle(_("Mine"), "mine", ("yes",)),
            self._toggle(_("Residents"), "wrote", tuple(unseen.MARKS)),
        ]

    def _toggle(self, name, facet, values):
        is_on = set(self.filters.chosen.get(facet, ())) == set(values)
        changed = self.filters.with_chosen(facet, () if is_on else values)
        count = sum(self.queue.tally.of[facet][value] for value in values)
        return Choice(name, changed.address(), is_on, count)

    @property
    def active(self) -> list[Choice]:
        """What is on, one entry per value, each leading to the queue without it."""
        return [
            Choice(
                _("%(facet)s: %(value)s") % {"facet": facet.label, "value": name},
                self._without(facet.name, value).address(),
                is_current=True,
            )
            for facet in FACETS
            for value, name in facet.options()
            if value in self.filters.chosen.get(facet.name, ())
        ]

    def _without(self, facet, value):
        chosen = self.filters.chosen[facet]
        return self.filters.with_chosen(facet, [one for one in chosen if one != value])
