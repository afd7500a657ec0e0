"""How many there are, without counting everything: a million rows are counted as far as it helps.

Each number stops at a cap. Beyond it the page says “more than 1,000”, and the choices stand
without numbers, which would be wrong.
"""

from collections import Counter
from dataclasses import dataclass, field

from requests_app.browsing.states import SHOWS, STATES, THIRDS

CAP = 1_000
FACET_CAP = 5_000


@dataclass(frozen=True)
class Number:
    """How many, at the most CAP; `is_more` where there are more than that."""

    n: int
    is_more: bool = False

    @classmethod
    def of(cls, n) -> "Number":
        return cls(min(n, CAP), n > CAP)

    def __bool__(self):
        return self.n > 0


@dataclass(frozen=True)
class Choices:
    """How many each category and each area would find, by id; None where there are too many."""

    categories: Counter | None = field(default_factory=Counter)
    zones: Counter | None = field(default_factory=Counter)


def thirds(filters, public) -> dict[str, Number]:
    """Of the shows by name, whatever is shown. Three queries, of at most CAP + 1 rows each."""
    narrowed = filters.narrow(public)
    raw = {name: _capped(narrowed.filter(SHOWS[name].which)) for name in THIRDS}
    numbers = {name: Number.of(n) for name, n in raw.items()}
    return {**numbers, "all": Number.of(sum(raw.values()))}


def total(filters, public, numbers) -> Number:
    """Of what is shown. One query where a finer state is asked for."""
    if filters.state:
        return Number.of(_capped(filters.narrow(public).filter(STATES[filters.state].which)))
    return numbers[filters.show]


def choices(filters, public) -> Choices:
    """A choice's own kind does not count for its numbers: they say what choosing it would give.

    One query, which reads two short columns of at most FACET_CAP + 1 requests.
    """
    without = filters.but(category=None, group=None, zone=None).shown(public)
    rows = list(without.order_by().values_list("category", "zone")[: FACET_CAP + 1])
    if len(rows) > FACET_CAP:
        return Choices(None, None)
    kinds = filters.kinds
    found = Choices()
    for (category, zone), n in Counter(rows).items():
        if filters.zone is None or filters.zone.pk == zone:
            found.categories[category] += n
        if kinds is None or category in kinds:
            found.zones[zone] += n
    return found


def _capped(requests):
    return requests.order_by().values("pk")[: CAP + 1].count()
