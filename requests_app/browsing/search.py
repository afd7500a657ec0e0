"""The requests that say what was typed, the latest update first: asked once, and read many times.

An index knows each word by the month in which its request was last updated. Months
are looked up from the newest to the oldest, one by one, until there are MOST: a word that every
tenth request says costs no more than a rare one.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Min, QuerySet

from lib import clock
from requests_app.browsing import search_words
from requests_app.browsing.orders import UPDATED, ByMoment
from requests_app.browsing.states import pairs_of
from requests_app.models import ServiceRequest
from requests_app.models.map_point import MapX, MapY
from requests_app.models.search import ADDED_WORDS, HasLexemes, month_lexeme, month_number

MOST = 1_001  # so that a count knows of one more than it says
MONTH = "@"  # stands in a query for the month that is looked up
_LATEST = ByMoment(UPDATED, "changed_at", is_led=True)

# The months are taken in the order in which they are given, and the limit ends it early.
_BY_MONTH = """
SELECT found.* FROM unnest(%s::text[]) AS asked(lexemes) CROSS JOIN LATERAL ({inner}) AS found
LIMIT %s
"""


class Match(NamedTuple):
    """What counts and maps need of one; `y` and `x` as in `requests_app.models.map_point`."""

    pk: int
    category: int
    zone: int | None
    status: str
    outcome: str
    y: int | None
    x: int | None


@dataclass(frozen=True)
class Found:
    """`matches`, the latest update first; without `is_all` there are more than these."""

    matches: list[Match]
    is_all: bool

    @property
    def ids(self) -> list[int]:
        return [match.pk for match in self.matches]

    @cached_property
    def standings(self) -> Counter:
        """How many there are of each (status, outcome)."""
        return Counter((match.status, match.outcome) for match in self.matches)


@dataclass(frozen=True)
class Searches:
    """What was found already for one page, by what was asked."""

    done: dict = field(default_factory=dict)

    def of(self, filters) -> Found:
        return self.once(filters.query(), lambda: find(filters))

    def once(self, name, ask) -> Any:
        if name not in self.done:
            self.done[name] = ask()
        return self.done[name]


def ids_from(cursor, filters, most) -> list[int]:
    """Those behind the cursor, the nearest to it first."""
    wanted = cursor.narrow(_public(filters), _LATEST)
    return [row[0] for row in _rows(wanted, filters, _months(filters, cursor), most)]


def find(filters) -> Found:
    wanted = _LATEST.ordered(_public(filters))
    matches = [*map(Match._make, _rows(wanted, filters, _months(filters), MOST + 1))]
    return Found(matches[:MOST], len(matches) <= MOST)


def _public(filters) -> QuerySet:
    """Narrow by what the index of words does not know: days, and an area of the map."""
    return filters.narrow_to_days_and_area(ServiceRequest.objects.public())


def _rows(wanted, filters, months, most) -> list[tuple]:
    columns = ("pk", "category_id", "zone_id", "status", "outcome", "y", "x")
    rows = wanted.filter(HasLexemes()).annotate(y=MapY(), x=MapX()).values_list(*columns)[:most]
    inner, given = rows.query.sql_with_params()
    asked = _lexemes(filters)
    lexemes = [asked.replace(MONTH, month_lexeme(month, "")) for month in months]
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH.replace("{inner}", inner), [lexemes, *given, most])
        return cursor.fetchall()


def _months(filters, cursor=None) -> range:
    """In the order of the list, from the cursor on."""
    first = month_number(filters.first_moment or _oldest_update())
    last = month_number(clock.now())
    if cursor is None:
        return range(last, first - 1, -1)
    here = month_number(cursor.moment)
    return range(here, first - 1, -1) if cursor.is_onward else range(here, last + 1)


def _oldest_update() -> datetime:
    oldest = ServiceRequest.objects.public().aggregate(oldest=Min("changed_at"))["oldest"]
    return oldest or clock.now()


def _lexemes(filters) -> str:
    """A query of PostgreSQL's text search: each of what was asked, in one of its forms."""
    words = search_words.terms(filters.words)
    streets = search_words.of_streets(words)
    asked = [_of_term(term, is_where=term in streets) for term in words]
    if filters.kinds is not None:
        asked.append([f"xkind{kind}" for kind in filters.kinds])
    if filters.zone:
        asked.append([f"xzone{filters.zone.pk}"])
    if filters.show != "all" or filters.state:
        pairs = pairs_of(filters.which)
        asked.append([f"xstate{status}{outcome}".replace("_", "") for status, outcome in pairs])
    forms = [[MONTH + word for word in words or ["xnone"]] for words in asked]
    return " & ".join(f"({' | '.join(each)})" for each in forms)


def _of_term(term: str, is_where: bool) -> list[str]:
    """Return the lexemes of which a request needs one to say `term`.

    A beginning of one of our own words (`x`) is a whole word: every request has those.
    """
    beginnings, wholes = search_words.forms(term)
    kinds = [] if is_where else search_words.categories_that_say(term)
    begun = [
        each if any(own.startswith(each) for own in ADDED_WORDS) else f"{each}:*"
        for each in beginnings
    ]
    return [*begun, *wholes, *(f"xkind{kind}" for kind in kinds)]
