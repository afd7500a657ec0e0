"""Numbers of requests for the filters of the list, counted up to a limit.

Counts by category, zone and status are kept in the database (`requests_app.rollups`). Other counts
are computed. The page shows a number beyond MAX_COUNT as “more than 1,000”, and the options of the
form without numbers beyond MAX_FACET_ROWS.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Self

from django.db.models import Q, Sum

from requests_app.browsing.filters import Filters
from requests_app.browsing.search import SearchResult
from requests_app.browsing.states import COUNTED_SHOWS, SHOWS, list_status_pairs
from requests_app.models import CategoryCount, ServiceRequest

MAX_COUNT = 1_000
MAX_FACET_ROWS = 5_000


class CappedCount(NamedTuple):
    """A number of requests, at most MAX_COUNT; `is_more` is True if there are more."""

    n: int
    is_more: bool = False

    @classmethod
    def from_count(cls, n: int) -> Self:
        """Return the number, capped at MAX_COUNT."""
        return cls(min(n, MAX_COUNT), n > MAX_COUNT)

    def __bool__(self) -> bool:
        return self.n > 0


@dataclass(frozen=True)
class FacetCounts:
    """Numbers of requests by category id and by zone id; None if there are too many to count."""

    categories: Counter[int | None] | None
    zones: Counter[int | None] | None


type FacetRow = tuple[int | None, int | None, int]  # category id, zone id, number


class _Counters(NamedTuple):
    """Functions that count requests: per condition, and per category and zone."""

    count_conditions: Callable[[Filters, dict[str, Q]], dict[str, int]]
    list_facets: Callable[[Filters], list[FacetRow]]


def count_per_show(filters: Filters) -> dict[str, CappedCount]:
    """Return the number of requests by name: those of SHOWS, and "shown" for the list itself.

    The filters apply except for the status, which only "shown" has.
    """
    wanted = {name: SHOWS[name].condition for name in COUNTED_SHOWS} | {
        "shown": filters.status_condition
    }
    found = _choose_counters(filters).count_conditions(filters, wanted)
    everything = sum(found[name] for name in COUNTED_SHOWS)
    if filters.status_condition == SHOWS["all"].condition:
        found["shown"] = everything
    return {name: CappedCount.from_count(n) for name, n in found.items()} | {
        "all": CappedCount.from_count(everything)
    }


def count_facets(filters: Filters) -> FacetCounts:
    """Return how many requests each category and each zone would find with the other filters.

    Both counts are None beyond MAX_FACET_ROWS requests. One query, which reads two short columns of
    at most MAX_FACET_ROWS + 1 requests if the counts are not kept.
    """
    without = filters.replace(category=None, group=None, zone=None)
    rows = _choose_counters(without).list_facets(without)
    if sum(n for _category, _zone, n in rows) > MAX_FACET_ROWS:
        return FacetCounts(None, None)
    chosen = filters.category_ids
    categories: Counter[int | None] = Counter()
    zones: Counter[int | None] = Counter()
    for category, zone, n in rows:
        if filters.zone is None or filters.zone.pk == zone:
            categories[category] += n
        if chosen is None or category in chosen:
            zones[zone] += n
    return FacetCounts(categories, zones)


def _choose_counters(filters: Filters) -> _Counters:
    """Return the functions that count for `filters`: kept counts, a word search or the table."""
    if filters.has_kept_counts:
        return _Counters(_read_kept_counts, _read_kept_facets)
    if filters.is_word_search:
        return _Counters(_count_search_matches, _count_facets_of_matches)
    return _Counters(_count_capped, _count_facets_of_requests)


def _read_kept_counts(filters: Filters, wanted: dict[str, Q]) -> dict[str, int]:
    """Return the exact number of requests of each condition, from kept counts. One query."""
    sums = {name: Sum("n", filter=which, default=0) for name, which in wanted.items()}
    return filters.narrow_counts(CategoryCount.objects.all()).aggregate(**sums)


def _count_capped(filters: Filters, wanted: dict[str, Q]) -> dict[str, int]:
    """Count the requests of each condition, up to MAX_COUNT + 1."""
    narrowed = filters.narrow_requests(ServiceRequest.objects.public()).order_by()
    return {name: narrowed.filter(which)[: MAX_COUNT + 1].count() for name, which in wanted.items()}


def _count_search_matches(filters: Filters, wanted: dict[str, Q]) -> dict[str, int]:
    """Return the number of the word search's matches for each name in `wanted`.

    The names are "shown" or values of `show`. If the search without a status is incomplete, a count
    of at most MAX_COUNT is replaced by that of a search with this name's condition.
    """
    everything = filters.replace(show="all", state="").search_result
    numbers = {}
    for name, which in wanted.items():
        n = _count_matches(everything, which)
        if n <= MAX_COUNT and not everything.is_complete:
            mine = filters if name == "shown" else filters.replace(show=name, state="")
            n = _count_matches(mine.search_result, which)
        numbers[name] = n
    return numbers


def _count_matches(found: SearchResult, condition: Q) -> int:
    """Return the number of matches whose status and outcome meet `condition`."""
    return sum(found.counts_by_status[pair] for pair in set(list_status_pairs(condition)))


def _read_kept_facets(filters: Filters) -> list[FacetRow]:
    """Return the number of listed requests by category and zone, from kept counts."""
    rows = filters.narrow_counts(CategoryCount.objects.filter(filters.status_condition))
    return list(rows.values_list("category", "zone").annotate(Sum("n")))


def _count_facets_of_requests(filters: Filters) -> list[FacetRow]:
    """Count at most MAX_FACET_ROWS + 1 listed requests by category and zone."""
    rows = filters.filter_listed(ServiceRequest.objects.public()).order_by()
    pairs = Counter(rows.values_list("category", "zone")[: MAX_FACET_ROWS + 1])
    return [(category, zone, n) for (category, zone), n in pairs.items()]


def _count_facets_of_matches(filters: Filters) -> list[FacetRow]:
    """Return the number of matches by category and zone.

    If the search is incomplete, a last row with more than MAX_FACET_ROWS stands for the missing
    ones.
    """
    found = filters.search_result
    pairs = Counter((match.category, match.zone) for match in found.matches)
    rows: list[FacetRow] = [(category, zone, n) for (category, zone), n in pairs.items()]
    return rows if found.is_complete else [*rows, (None, None, MAX_FACET_ROWS + 1)]
