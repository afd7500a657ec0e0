"""Search for requests by words, the latest update first.

The index has each word by the month in which its request was last updated. Months are searched from
the newest to the oldest until MAX_MATCHES are found, so that a frequent word costs no more than a
rare one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import Min, Q, QuerySet

from city.models import Zone
from lib import clock
from requests_app.browsing import search_words
from requests_app.browsing.orders import UPDATED, MomentOrder
from requests_app.browsing.states import list_status_pairs
from requests_app.models import ServiceRequest
from requests_app.models.map_point import MapX, MapY
from requests_app.models.search import ADDED_WORDS, HasLexemes, month_lexeme, month_number

MAX_MATCHES = 1_001  # one more than the largest number that a page shows
MONTH_PLACEHOLDER = "@"  # in a text query: replaced by the month that is looked up
_LATEST_FIRST = MomentOrder(UPDATED, "changed_at", is_selective=True)

# PostgreSQL searches the months in the given order, and stops at the limit.
_SEARCH_BY_MONTH_SQL = """
SELECT found.* FROM unnest(%s::text[]) AS asked(lexemes) CROSS JOIN LATERAL ({inner}) AS found
LIMIT %s
"""


class SearchQuery(Protocol):
    """The attributes of Filters that the search uses: words, and conditions on indexed values."""

    @property
    def words(self) -> str: ...
    @property
    def show(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def zone(self) -> Zone | None: ...
    @property
    def category_ids(self) -> list[int] | None: ...
    @property
    def status_condition(self) -> Q:
        """Return the condition on status and outcome for the state, or for `show` without one."""
        ...

    @property
    def since_moment(self) -> datetime | None: ...
    def narrow_to_days_and_area(
        self, requests: QuerySet[ServiceRequest]
    ) -> QuerySet[ServiceRequest]: ...


class Match(NamedTuple):
    """A match, with the columns that counts and maps need; `y` and `x` are those of map_point."""

    pk: int
    category: int
    zone: int | None
    status: str
    outcome: str
    y: int | None
    x: int | None


@dataclass(frozen=True)
class SearchResult:
    """Matches, the latest update first; `is_complete` is False if there are more than these."""

    matches: list[Match]
    is_complete: bool

    @property
    def ids(self) -> list[int]:
        return [match.pk for match in self.matches]

    @cached_property
    def counts_by_status(self) -> Counter:
        """The number of matches by (status, outcome)."""
        return Counter((match.status, match.outcome) for match in self.matches)


@dataclass(frozen=True)
class SearchCache:
    """Results of the searches of one page, by query string."""

    results: dict = field(default_factory=dict)

    def find_result(self, filters) -> SearchResult:
        """Return the result of the word search with these filters, computed once."""
        return self.get_or_compute(filters.query_string(), lambda: search_requests(filters))

    def get_or_compute(self, name, ask) -> Any:
        """Return the value kept under `name`; compute it with `ask` and keep it if missing."""
        if name not in self.results:
            self.results[name] = ask()
        return self.results[name]


def find_ids_beyond(cursor, filters: SearchQuery, limit: int) -> list[int]:
    """Return the ids of at most `limit` matches beyond the cursor, the nearest to it first."""
    wanted = cursor.filter_beyond(_narrow_public_requests(filters), _LATEST_FIRST)
    return [row[0] for row in _query_rows(wanted, filters, _list_months(filters, cursor), limit)]


def search_requests(filters: SearchQuery) -> SearchResult:
    """Return the first MAX_MATCHES public matches, the latest update first."""
    wanted = _LATEST_FIRST.sort(_narrow_public_requests(filters))
    matches = [
        *map(Match._make, _query_rows(wanted, filters, _list_months(filters), MAX_MATCHES + 1))
    ]
    return SearchResult(matches[:MAX_MATCHES], len(matches) <= MAX_MATCHES)


def _narrow_public_requests(filters: SearchQuery) -> QuerySet[ServiceRequest]:
    """Return the public requests of the days and the area, which the word index lacks."""
    return filters.narrow_to_days_and_area(ServiceRequest.objects.public())


def _query_rows(
    wanted: QuerySet[ServiceRequest], filters: SearchQuery, months: Iterable[int], limit: int
) -> list[tuple]:
    """Return the columns of Match for the matches, month by month in the order of `months`.

    At most `limit` rows, within each month in the order of `wanted`.
    """
    columns = ("pk", "category_id", "zone_id", "status", "outcome", "y", "x")
    rows = wanted.filter(HasLexemes()).annotate(y=MapY(), x=MapX()).values_list(*columns)[:limit]
    inner, given = rows.query.sql_with_params()
    asked = _build_text_query(filters)
    lexemes = [asked.replace(MONTH_PLACEHOLDER, month_lexeme(month, "")) for month in months]
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH_BY_MONTH_SQL.replace("{inner}", inner), [lexemes, *given, limit])
        return cursor.fetchall()


def _list_months(filters: SearchQuery, cursor=None) -> range:
    """Return the numbers of the months to search, in the order of the list, from the cursor on.

    The oldest month is that of the filter `since`, or else of the oldest update. Backward, with a
    cursor, the months are ascending.
    """
    first = month_number(filters.since_moment or _oldest_update())
    last = month_number(clock.now())
    if cursor is None:
        return range(last, first - 1, -1)
    here = month_number(cursor.moment)
    return range(here, first - 1, -1) if cursor.is_forward else range(here, last + 1)


def _oldest_update() -> datetime:
    """Return the earliest `changed_at` of a public request; now if there is none."""
    oldest = ServiceRequest.objects.public().aggregate(oldest=Min("changed_at"))["oldest"]
    return oldest or clock.now()


def _build_text_query(filters: SearchQuery) -> str:
    """Return a tsquery of PostgreSQL that requires one form of each term and of each filter."""
    words = search_words.split_terms(filters.words)
    streets = search_words.find_street_terms(words)
    asked = [_list_term_lexemes(term, is_where=term in streets) for term in words]
    if filters.category_ids is not None:
        asked.append([f"xkind{kind}" for kind in filters.category_ids])
    if filters.zone:
        asked.append([f"xzone{filters.zone.pk}"])
    if filters.show != "all" or filters.state:
        pairs = list_status_pairs(filters.status_condition)
        asked.append([f"xstate{status}{outcome}".replace("_", "") for status, outcome in pairs])
    forms = [[MONTH_PLACEHOLDER + word for word in words or ["xnone"]] for words in asked]
    return " & ".join(f"({' | '.join(each)})" for each in forms)


def _list_term_lexemes(term: str, is_where: bool) -> list[str]:
    """Return the lexemes of which a request must have one to match `term`.

    A prefix of one of this project's own lexemes (they begin with `x`) is matched as a whole word
    only, as every request has such lexemes.
    """
    beginnings, wholes = search_words.term_forms(term)
    kinds = [] if is_where else search_words.find_category_ids(term)
    begun = [
        each if any(own.startswith(each) for own in ADDED_WORDS) else f"{each}:*"
        for each in beginnings
    ]
    return [*begun, *wholes, *(f"xkind{kind}" for kind in kinds)]
