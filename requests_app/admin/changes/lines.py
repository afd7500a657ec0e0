"""The newest lines of several tables, merged; each table is read by an index and a few rows deep.

A place in the list is (moment, rank of the table, id): the next page begins after it.
"""

import heapq
import re
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import Q

from accounts.models import SecurityRecord
from requests_app.models import Event

ON_A_PAGE = 50
REQUESTS, ADMINISTRATION = "requests", "administration"
_PLACE = re.compile(r"([0-9T:.+-]{19,40}),([0-3]),(\d{1,18})", re.ASCII)


class Place(NamedTuple):
    at: datetime
    rank: int
    pk: int

    def __str__(self):
        return f"{self.at.isoformat()},{self.rank},{self.pk}"


class Line(NamedTuple):
    place: Place
    row: object


def place_of(text) -> Place | None:
    """Where the page before ended; None for what is no place."""
    found = _PLACE.fullmatch(text)
    if not found:
        return None
    try:
        at = datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return Place(at, int(found[2]), int(found[3])) if at.tzinfo else None


def newest(*, person=None, kind="", since=None, until=None, after=None) -> list[Line]:
    """The first lines after a Place, one more than a page shows.

    `kind` is REQUESTS, ADMINISTRATION, a Kind of the security log, or all of them; `since` and
    `until` are aware moments, the second one not included.
    """
    tables = [
        _lines(rows, rank, column, since, until, after)
        for rank, (rows, column) in enumerate(_tables(person, kind))
        if rows is not None
    ]
    merged = heapq.merge(*tables, key=attrgetter("place"), reverse=True)
    return list(islice(merged, ON_A_PAGE + 1))


def _tables(person, kind):
    """Rows and their column of time; the rank of a table is its place in here."""
    theirs, about = _records(person, kind)
    yield theirs, "at"
    yield about, "at"
    yield _of_the_administration(person) if kind in ("", ADMINISTRATION) else None, "action_time"
    yield _of_the_requests(person) if kind in ("", REQUESTS) else None, "at"


def _records(person, kind):
    """Those of a person, and those about one, by an index each."""
    if kind in (REQUESTS, ADMINISTRATION):
        return None, None
    rows = SecurityRecord.objects.filter(kind=kind) if kind else SecurityRecord.objects.all()
    if person is None:
        return rows, None
    name = f"user:{person.pk}"
    return rows.filter(actor=name), rows.filter(target=name).exclude(actor=name)


def _of_the_administration(person):
    rows = LogEntry.objects.select_related("user", "content_type")
    return rows.filter(user=person) if person else rows


def _of_the_requests(person):
    rows = Event.objects.select_related("service_request", "actor", "assignee", "other_request")
    return rows.filter(actor=person) if person else rows.filter(actor__isnull=False)


def _lines(rows, rank, column, since, until, after):
    if since:
        rows = rows.filter(**{f"{column}__gte": since})
    if until:
        rows = rows.filter(**{f"{column}__lt": until})
    if after:
        rows = rows.filter(_behind(after, rank, column))
    for row in rows.order_by(f"-{column}", "-pk")[: ON_A_PAGE + 1]:
        yield Line(Place(getattr(row, column), rank, row.pk), row)


def _behind(after, rank, column):
    """What comes after this place in a table of this rank."""
    if rank > after.rank:
        return Q(**{f"{column}__lt": after.at})
    up_to = Q(**{f"{column}__lte": after.at})
    if rank < after.rank:
        return up_to
    return up_to & (Q(**{f"{column}__lt": after.at}) | Q(pk__lt=after.pk))
