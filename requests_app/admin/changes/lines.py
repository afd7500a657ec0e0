"""The newest lines of several tables, merged; each table is read by an index and a few rows deep.

A place in the list is (moment, rank of the table, id): the next page begins after it. What two
tables say of one act stands once where both are read, and in each where only one is.
"""

import heapq
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from accounts.models import Invitation, SecurityRecord
from lib.security_log import Kind
from requests_app.admin import events
from requests_app.models import Event

ON_A_PAGE = 50
REQUESTS, ADMINISTRATION = "requests", "administration"
# Of these the administration's log says more, and for longer; a command writes no entry there.
_TOLD_BY_THE_ADMINISTRATION = Q(
    kind__in=[
        Kind.FACTOR_RESET, Kind.KEY_ISSUED, Kind.KEY_CHANGED, Kind.KEY_ROTATED, Kind.KEY_REVOKED,
        Kind.WEBHOOK_ADDED, Kind.WEBHOOK_CHANGED, Kind.WEBHOOK_ROTATED,
    ],
    actor__startswith="user:",
)  # fmt: skip
_PLACE = re.compile(r"([0-9T:.+-]{19,40}),([0-3]),(\d{1,18})", re.ASCII)


class Place(NamedTuple):
    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.rank},{self.pk}"


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


def newest(*, person=None, kind="", since=None, until=None, after=None) -> list[Place]:
    """The first places after one, one more than a page shows.

    `kind` is REQUESTS, ADMINISTRATION, a Kind of the security log, or all of them; `since` and
    `until` are aware moments, the second one not included.
    """
    tables = [
        _places(rows, rank, column, since, until, after)
        for rank, (rows, column) in enumerate(_tables(person, kind))
        if rows is not None
    ]
    return list(islice(heapq.merge(*tables, reverse=True), ON_A_PAGE + 1))


def rows_of(places) -> list:
    """The rows at these places, each table asked once."""
    found = {}
    for rank, rows in enumerate(_ROWS):
        if ids := [place.pk for place in places if place.rank == rank]:
            some = rows().filter(pk__any=ids)
            found |= {(rank, row.pk): row for row in some}
    return [found[place[1:]] for place in places if place[1:] in found]


_ROWS = [
    SecurityRecord.objects.all,
    SecurityRecord.objects.all,
    lambda: LogEntry.objects.select_related("user", "content_type"),
    lambda: Event.objects.select_related("service_request", *events.RELATED),
]
"""The rows with what is told of them, by the rank of their table."""


def _tables(
    person, kind
) -> Iterator[
    tuple[QuerySet[SecurityRecord] | None, str]
    | tuple[QuerySet[LogEntry] | None, str]
    | tuple[QuerySet[Event] | None, str]
]:
    """Rows and their column of time; the rank of a table is its place in here."""
    theirs, about = _records(person, kind)
    yield theirs, "at"
    yield about, "at"
    is_read = kind in ("", ADMINISTRATION)
    yield _of_the_administration(person, kind) if is_read else None, "action_time"
    yield _of_the_requests(person) if kind in ("", REQUESTS) else None, "at"


def _records(
    person, kind
) -> (
    tuple[None, None]
    | tuple[QuerySet[SecurityRecord], None]
    | tuple[QuerySet[SecurityRecord], QuerySet[SecurityRecord]]
):
    """Those of a person, and those about one, by an index each."""
    if kind in (REQUESTS, ADMINISTRATION):
        return None, None
    rows = SecurityRecord.objects.filter(kind=kind) if kind else SecurityRecord.objects.all()
    done = rows if kind else rows.exclude(_TOLD_BY_THE_ADMINISTRATION)
    if person is None:
        return done, None
    name = f"user:{person.pk}"
    return done.filter(actor=name), rows.filter(target=name).exclude(actor=name)


def _of_the_administration(person, kind) -> QuerySet[LogEntry]:
    """Of invitations the security log says more: to which account, and when it was accepted."""
    rows = LogEntry.objects.all()
    if not kind:
        rows = rows.exclude(content_type=ContentType.objects.get_for_model(Invitation))
    return rows.filter(user=person) if person else rows


def _of_the_requests(person) -> QuerySet[Event]:
    rows = Event.objects.all()
    return rows.filter(actor=person) if person else rows.filter(actor__isnull=False)


def _places(rows, rank, column, since, until, after) -> Iterator[Place]:
    if since:
        rows = rows.filter(**{f"{column}__gte": since})
    if until:
        rows = rows.filter(**{f"{column}__lt": until})
    if after:
        rows = rows.filter(_behind(after, rank, column))
    found = rows.order_by(f"-{column}", "-pk").values_list(column, "pk")
    for at, pk in found[: ON_A_PAGE + 1]:
        yield Place(at, rank, pk)


def _behind(after, rank, column) -> Q:
    """What comes after this place in a table of this rank."""
    if rank > after.rank:
        return Q(**{f"{column}__lt": after.at})
    up_to = Q(**{f"{column}__lte": after.at})
    if rank < after.rank:
        return up_to
    return up_to & (Q(**{f"{column}__lt": after.at}) | Q(pk__lt=after.pk))
