"""Reading the table of the queue, which each process keeps for ten seconds.

Every look reads the ids of the events since the table's last one, and of all events of the last
minute: the requests of those that the table has not seen are read again, also where an event was
committed after a later one. No transaction is open for a minute (a statement ends after 8 seconds,
an idle transaction after 30); one that is counts when the whole table is read again.

Events tell of every act at once. What no event tells, such as a photo that was checked, or a mail
that bounced, may wait for ten seconds.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import NamedTuple

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Field, Func, Max, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject

from lib import clock
from requests_app.models import Contact, ContentReport, Event, Photo, ServiceRequest
from requests_app.models.event import RESIDENT_EVENTS
from requests_app.models.photo import IS_REPORT_PHOTO
from requests_app.models.queries import IS_IN_DANGER
from requests_app.status import Verb
from requests_app.workflow import QUIET_VERBS
from routing.desk.queue.flags import list_repeated
from routing.desk.queue.table import (
    CHANNELS,
    EMPTY,
    NUMBER,
    OWNER,
    PRIORITIES,
    ROW,
    STATUSES,
    VERBS,
    WRITING,
    QueueTable,
    sort_by_urgency,
)
from routing.desk.queue.tabs import in_a_tab

MAX_AGE = timedelta(seconds=10)
MAX_TRANSACTION = timedelta(minutes=1)
MAX_IDLE = timedelta(minutes=10)  # after which there are more events than the table is worth
MAX_REQUESTS_PER_QUERY = 4_000  # with their events, so that a query ends in time on a cold cache
_kept: dict[str, "LoadedTable"] = {}


class LoadedTable(NamedTuple):
    """A table that was read at the moment `read_at`, and again for each event since.

    `event` and `report` are the ids of the last event and content report that it knows, 0 before
    the first. `seen` are the ids of events that it knows, at least those of MAX_TRANSACTION.
    """

    table: QueueTable
    event: int
    report: int
    seen: frozenset[int]
    read_at: datetime


class _News(NamedTuple):
    """The last event and report, events that may be new, and the requests of those that are."""

    event: int
    report: int
    events: frozenset[int]
    requests: frozenset[int]


def load_table() -> LoadedTable:
    """Return the requests in a tab, as the last event that is committed left them.

    No lock is held: each thread returns the table that it built, and the last one is kept.
    """
    now = clock.now()
    before = _kept.get("table")
    if before is None or now - before.read_at > MAX_IDLE:
        before = _begin()
    news = _read_news(before, now)
    is_old = now - before.read_at >= MAX_AGE
    if not is_old and not news.requests:
        return before
    table = _build(before.table, news.requests, is_old)
    read_at = now if is_old else before.read_at
    _kept["table"] = loaded = LoadedTable(table, news.event, news.report, news.events, read_at)
    return loaded


def forget_table() -> None:
    _kept.clear()


def read_requests(where: Q, repeated: np.ndarray) -> QueueTable:
    """Return the requests of which `where` is true, whether they are in a tab or not.

    One query.
    """
    rows = ServiceRequest.objects.filter(where).order_by()
    found = list(rows.values_list(*_OTHERS, *_COLUMNS.values()))
    count = len(_OTHERS)
    others = _make_others(row[:count] for row in found)
    return QueueTable(
        sort_by_urgency(_make_rows([row[count:] for row in found])), *others, repeated
    )


def select_requests(table: QueueTable, ids: Collection[int]) -> QueueTable:
    """Return the table of these requests alone; those that it does not hold are read."""
    found = table.select_requests(ids)
    others = set(ids).difference(found.ids.tolist())
    return found.join(read_requests(Q(pk__any=others), table.repeated)) if others else found


def _begin() -> LoadedTable:
    """Return an empty table that is too old to be used."""
    event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    report = ContentReport.objects.aggregate(last=Max("pk"))["last"] or 0
    return LoadedTable(EMPTY, event, report, frozenset(), datetime.min.replace(tzinfo=UTC))


def _read_news(before: LoadedTable, now: datetime) -> _News:
    """Return what happened since `before`, or may have been committed since. One query."""
    columns = ("pk", "service_request")
    events = Event.objects.order_by().values_list(*columns, Value("event"))
    reports = ContentReport.objects.order_by().values_list(*columns, Value("report"))
    found = events.filter(pk__gte=before.event).union(
        events.filter(at__gte=now - MAX_TRANSACTION),
        reports.filter(pk__gt=before.report),
        all=True,
    )
    requests = {"event": {}, "report": {}}
    for pk, request, kind in found.order_by():
        requests[kind][pk] = request
    happened, reported = requests["event"], requests["report"]
    new = {request for event, request in happened.items() if event not in before.seen}
    return _News(
        max(happened, default=0),
        max(reported, default=before.report),
        frozenset(happened),
        frozenset(new.union(reported.values())),
    )


def _build(before: QueueTable, changed: frozenset[int], is_old: bool) -> QueueTable:
    """Return the table with the rows of `changed` requests read again; all rows where it `is_old`.

    What only events change is read of requests that are new or changed alone.
    """
    kept = before.drop_requests(changed)
    is_open, is_closed = in_a_tab()
    if not is_old:
        return kept.join(read_requests(Q(pk__any=changed) & (is_open | is_closed), kept.repeated))
    rows = np.concatenate([_read_rows(is_open), _read_rows(is_closed)])
    new = np.setdiff1d(rows["request"], kept.ids, assume_unique=True)
    gone = np.setdiff1d(kept.ids, rows["request"], assume_unique=True)
    others = kept.drop_requests(gone)[1:4], _read_others(new)
    repeated = np.array(list_repeated(clock.now()), "i8")
    return QueueTable(
        sort_by_urgency(rows), *map(np.concatenate, zip(*others, strict=True)), repeated
    )


def _read_rows(where: Q) -> np.ndarray:
    """Return the requests of which `where` is true as an array of ROW. One query."""
    rows = ServiceRequest.objects.filter(where).order_by()
    return _make_rows(list(rows.values_list(*_COLUMNS.values())))


def _make_rows(found: list[tuple]) -> np.ndarray:
    """Return the values of `_COLUMNS` as an array of ROW."""
    rows = np.empty(len(found), ROW)
    for name, values in zip(_COLUMNS, zip(*found, strict=True), strict=False):
        codes = _CODES.get(name)
        rows[name] = [codes.get(value, -1) for value in values] if codes else values
    return rows


class _Seconds(Func):
    """A moment as seconds since 1970."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    output_field = Field()  # a FloatField would convert each number once more


_CODES = {
    name: {value: place for place, value in enumerate(values)}
    for name, values in [("status", STATUSES), ("priority", PRIORITIES), ("channel", CHANNELS)]
}
_OF_REQUEST = {"service_request": OuterRef("pk")}
_COLUMNS = {  # what is read of a request, by name in ROW
    "request": F("pk"),
    **{name: F(name) for name in (*_CODES, "times_routed")},
    **{name: _Seconds(name) for name in ("filed_at", "due_at")},
    **{name: Coalesce(f"{name}_id", 0) for name in ("department", "zone", "category")},
    "is_held": ~Q(held_for=""),
    "is_in_danger": IS_IN_DANGER,
    "is_reported": Exists(ContentReport.objects.open().filter(**_OF_REQUEST)),
    "is_bounced": Exists(Contact.objects.filter(bounced_at__isnull=False, **_OF_REQUEST)),
    "has_photo": Exists(Photo.objects.filter(IS_REPORT_PHOTO, **_OF_REQUEST)),
}

# What agents did, and what residents wrote; what was undone does not count.
_HAPPENED = Event.objects.filter(
    RESIDENT_EVENTS | Q(actor__is_agent=True),
    service_request=OuterRef("pk"),
    undoes=None,
    undone_by=None,
)
_EVENT = JSONObject(event="pk", verb="verb", agent="actor")
_OTHERS = (F("pk"), F("reference"), ArraySubquery(_HAPPENED.order_by("pk").values(found=_EVENT)))


def _read_others(ids: np.ndarray) -> list[np.ndarray]:
    """Return the owners, writings and numbers of these requests.

    One query for each MAX_REQUESTS_PER_QUERY.
    """
    found = []
    for some in batched(ids.tolist(), MAX_REQUESTS_PER_QUERY, strict=False):
        found += ServiceRequest.objects.filter(pk__any=some).order_by().values_list(*_OTHERS)
    return _make_others(found)


def _make_others(found: Iterable[tuple[int, str, list[dict]]]) -> list[np.ndarray]:
    """Return the owners, writings and numbers of requests from the values of `_OTHERS`."""
    acted, commented, written, numbers = {}, set(), [], []
    for request, reference, events in found:
        numbers.append((request, reference))
        unanswered = []
        for event in events:
            verb, agent = event["verb"], event["agent"]
            if agent is None:
                unanswered.append((request, event["event"], VERBS.index(verb)))
                continue
            unanswered.clear()
            if verb == Verb.COMMENT:
                commented.add((request, agent))
            if verb not in QUIET_VERBS:
                acted[request] = agent
        written += unanswered
    owners = commented.union(acted.items())
    return [
        np.array(list(each), dtype)
        for each, dtype in ((owners, OWNER), (written, WRITING), (numbers, NUMBER))
    ]
