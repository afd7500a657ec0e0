"""How many there are, without counting everything: a million rows are counted as far as it helps.

By category, zone and how they stand the database keeps the numbers (`requests_app.rollups`). Others
are counted anew. Each number stops at a cap. Beyond it the page says “more than 1,000”, and the
choices stand without numbers.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Sum

from requests_app.browsing.states import SHOWS, THIRDS, pairs_of
from requests_app.models import CategoryCount, ServiceRequest

CAP = 1_000
FACET_CAP = 5_000


class Number(NamedTuple):
    """How many, at the most CAP; `is_more` where there are more than that."""

    n: int
    is_more: bool = False

    @classmethod
    def of(cls, n) -> "Number":
        return cls(min(n, CAP), n > CAP)

    def __bool__(self) -> bool:
        return self.n > 0


@dataclass(frozen=True)
class Choices:
    """How many each category and each area would find, by id; None where there are too many."""

    categories: Counter | None = field(default_factory=Counter)
    zones: Counter | None = field(default_factory=Counter)


def numbers(filters) -> dict[str, Number]:
    """Of the shows by name, whatever is shown; `shown` is that of the list."""
    wanted = {name: SHOWS[name].which for name in THIRDS} | {"shown": filters.which}
    count, _rows = _way(filters)
    found = count(filters, wanted)
    everything = sum(found[name] for name in THIRDS)
    if filters.which == SHOWS["all"].which:
        found["shown"] = everything
    return {name: Number.of(n) for name, n in found.items()} | {"all": Number.of(everything)}


def choices(filters) -> Choices:
    """A choice's own kind does not count for its numbers: they say what choosing it would give.

    One query, which reads two short columns of at most FACET_CAP + 1 requests where the numbers
    are not kept.
    """
    without = filters.but(category=None, group=None, zone=None)
    _count, rows_of = _way(without)
    rows = rows_of(without)
    if sum(n for _category, _zone, n in rows) > FACET_CAP:
        return Choices(None, None)
    kinds = filters.kinds
    found = Choices()
    for category, zone, n in rows:
        if filters.zone is None or filters.zone.pk == zone:
            found.categories[category] += n
        if kinds is None or category in kinds:
            found.zones[zone] += n
    return found


def _way(filters) -> tuple[Callable, Callable]:
    """What gives the numbers of such filters, and what gives (category, zone, how many)."""
    if filters.is_counted:
        return _kept, _kept_rows
    return (_found, _found_rows) if filters.is_searched else (_capped, _counted_rows)


def _kept(filters, wanted) -> dict[str, int]:
    sums = {name: Sum("n", filter=which, default=0) for name, which in wanted.items()}
    return filters.narrow_counts(CategoryCount.objects.all()).aggregate(**sums)


def _capped(filters, wanted) -> dict:
    """Each as far as CAP + 1."""
    narrowed = filters.narrow(ServiceRequest.objects.public()).order_by()
    return {name: narrowed.filter(which)[: CAP + 1].count() for name, which in wanted.items()}


def _found(filters, wanted) -> dict:
    """Of what says the words. Where too much does, each is searched for alone."""
    everything = filters.but(show="all", state="").found
    numbers = {}
    for name, which in wanted.items():
        n = _standing(everything, which)
        if n <= CAP and not everything.is_all:
            mine = filters if name == "shown" else filters.but(show=name, state="")
            n = _standing(mine.found, which)
        numbers[name] = n
    return numbers


def _standing(found, which) -> int:
    return sum(found.standings[pair] for pair in set(pairs_of(which)))


def _kept_rows(filters) -> list:
    rows = filters.narrow_counts(CategoryCount.objects.filter(filters.which))
    return list(rows.values_list("category", "zone").annotate(Sum("n")))


def _counted_rows(filters) -> list[tuple[Any, Any, int]]:
    rows = filters.shown(ServiceRequest.objects.public()).order_by()
    pairs = Counter(rows.values_list("category", "zone")[: FACET_CAP + 1])
    return [(category, zone, n) for (category, zone), n in pairs.items()]


def _found_rows(filters) -> list[tuple[Any, Any, int]]:
    found = filters.found
    pairs = Counter((match.category, match.zone) for match in found.matches)
    unknown = [] if found.is_all else [(None, None, FACET_CAP + 1)]
    return [(category, zone, n) for (category, zone), n in pairs.items()] + unknown
