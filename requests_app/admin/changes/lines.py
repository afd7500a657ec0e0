"""The newest records of several tables, merged. An index finds the few rows needed of each table.

A position in the list is (time, rank of the table, id): the next page begins after it. An act that
two tables record is shown once if both are read.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from accounts.models import Invitation, SecurityRecord, User
from lib.security_log import Kind
from requests_app.admin import events
from requests_app.models import Event

LINES_PER_PAGE = 50
REQUESTS, ADMINISTRATION = "requests", "administration"
# Records of acts that the admin log also has, in more detail and for longer. Acts by commands are
# not in the admin log.
_RECORDED_IN_ADMIN_LOG = Q(
    kind__in=[
        Kind.FACTOR_RESET, Kind.KEY_ISSUED, Kind.KEY_CHANGED, Kind.KEY_ROTATED, Kind.KEY_REVOKED,
        Kind.WEBHOOK_ADDED, Kind.WEBHOOK_CHANGED, Kind.WEBHOOK_ROTATED,
    ],
    actor__startswith="user:",
)  # fmt: skip
_POSITION = re.compile(r"([0-9T:.+-]{19,40}),([0-3]),(\d{1,18})", re.ASCII)


class ListPosition(NamedTuple):
    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.rank},{self.pk}"


def parse_position(text: str) -> ListPosition | None:
    """Return the position where the previous page ended; None if the text is invalid."""
    found = _POSITION.fullmatch(text)
    if not found:
        return None
    try:
        at = datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return ListPosition(at, int(found[2]), int(found[3])) if at.tzinfo else None


def find_newest(
    *,
    person: User | None = None,
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: ListPosition | None = None,
) -> list[ListPosition]:
    """Return the positions after `after`, newest first, at most LINES_PER_PAGE + 1.

    `kind` is REQUESTS, ADMINISTRATION, a Kind of the security log, or "" for all. `since` and
    `until` are aware datetimes; `until` is excluded. Without `person`, all people count.
    """
    tables = [
        _iterate_positions(rows, rank, column, since, until, after)
        for rank, (rows, column) in enumerate(_list_tables(person, kind))
        if rows is not None
    ]
    return list(islice(heapq.merge(*tables, reverse=True), LINES_PER_PAGE + 1))


def load_rows(places: Iterable[ListPosition]) -> list[Any]:
    """Return the rows at these positions in this order, with one query per table.

    Rows that were deleted in the meantime are left out.
    """
    found: dict[tuple[int, int], Any] = {}
    for rank, rows in enumerate(_ROW_QUERIES):
        if ids := [place.pk for place in places if place.rank == rank]:
            some = rows().filter(pk__any=ids)
            found |= {(rank, row.pk): row for row in some}
    return [found[place[1:]] for place in places if place[1:] in found]


_ROW_QUERIES = [
    SecurityRecord.objects.all,
    SecurityRecord.objects.all,
    lambda: LogEntry.objects.select_related("user", "content_type"),
    lambda: Event.objects.select_related("service_request", *events.EVENT_RELATED),
]
"""Functions that return all rows of a table with the relations that a line shows, by rank."""


def _list_tables(
    person: User | None, kind: str
) -> Iterator[
    tuple[QuerySet[SecurityRecord] | None, str]
    | tuple[QuerySet[LogEntry] | None, str]
    | tuple[QuerySet[Event] | None, str]
]:
    """Yield (rows or None, name of the time column) of each table, in the order of the ranks.

    None stands for a table that is not read for this person and kind.
    """
    theirs, about = _select_records(person, kind)
    yield theirs, "at"
    yield about, "at"
    is_read = kind in ("", ADMINISTRATION)
    yield _select_admin_entries(person, kind) if is_read else None, "action_time"
    yield _select_events(person) if kind in ("", REQUESTS) else None, "at"


def _select_records(
    person: User | None, kind: str
) -> (
    tuple[None, None]
    | tuple[QuerySet[SecurityRecord], None]
    | tuple[QuerySet[SecurityRecord], QuerySet[SecurityRecord]]
):
    """Return two querysets: records by the person, and records about the person.

    Each uses an index of its own. Without a person only the first is set; for REQUESTS and
    ADMINISTRATION both are None.
    """
    if kind in (REQUESTS, ADMINISTRATION):
        return None, None
    rows = SecurityRecord.objects.filter(kind=kind) if kind else SecurityRecord.objects.all()
    done = rows if kind else rows.exclude(_RECORDED_IN_ADMIN_LOG)
    if person is None:
        return done, None
    name = f"user:{person.pk}"
    return done.filter(actor=name), rows.filter(target=name).exclude(actor=name)


def _select_admin_entries(person: User | None, kind: str) -> QuerySet[LogEntry]:
    """Return the entries of the admin log, only those by the person if one is given.

    Without a `kind`, entries about invitations are left out: the security log has more about them.
    """
    rows = LogEntry.objects.all()
    if not kind:
        rows = rows.exclude(content_type=ContentType.objects.get_for_model(Invitation))
    return rows.filter(user=person) if person else rows


def _select_events(person: User | None) -> QuerySet[Event]:
    """Return the events by the person, or by any member of staff."""
    rows = Event.objects.all()
    return rows.filter(actor=person) if person else rows.filter(actor__isnull=False)


def _iterate_positions(
    rows: QuerySet[Any],
    rank: int,
    column: str,
    since: datetime | None,
    until: datetime | None,
    after: ListPosition | None,
) -> Iterator[ListPosition]:
    """Yield at most LINES_PER_PAGE + 1 positions of one table, newest first."""
    if since:
        rows = rows.filter(**{f"{column}__gte": since})
    if until:
        rows = rows.filter(**{f"{column}__lt": until})
    if after:
        rows = rows.filter(_after_condition(after, rank, column))
    found = rows.order_by(f"-{column}", "-pk").values_list(column, "pk")
    for at, pk in found[: LINES_PER_PAGE + 1]:
        yield ListPosition(at, rank, pk)


def _after_condition(after: ListPosition, rank: int, column: str) -> Q:
    """Return the condition of rows after this position in the table with this rank."""
    if rank > after.rank:
        return Q(**{f"{column}__lt": after.at})
    up_to = Q(**{f"{column}__lte": after.at})
    if rank < after.rank:
        return up_to
    return up_to & (Q(**{f"{column}__lt": after.at}) | Q(pk__lt=after.pk))
