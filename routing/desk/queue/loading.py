"""Reading the table of the queue, which each process keeps for ten seconds.

Every look reads the ids of the events since the table's last one, and of all events of the last
minute: the requests of those that the table has not seen are read again, also where an event was
committed after a later one. No transaction is open for a minute (a statement ends after 8 seconds,
an idle transaction after 30); one that is counts when the whole table is read again.

Events tell of every act at once. What no event tells, such as a photo that was checked, or a mail
that bounced, may wait for ten seconds.
"""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import batched
from operator import or_
from typing import NamedTuple

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Field, Func, Max, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject

from lib import clock
from requests_app.models import ContentReport, Event, Photo, ServiceRequest
from requests_app.models.event import BY_RESIDENTS
from requests_app.models.photo import OF_A_REPORT
from requests_app.models.queries import IN_DANGER
from requests_app.status import Verb
from requests_app.workflow import QUIET
from routing.desk.queue.flags import list_flag_columns
from routing.desk.queue.table import (
    CHANNELS,
    NUMBER,
    OWNER,
    PRIORITIES,
    ROW,
    STATUSES,
    VERBS,
    WRITING,
    QueueTable,
    has_request,
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


def read_requests(where: Q) -> QueueTable:
    """Return the requests of which `where` is true, whether they are in a tab or not. One query."""
    columns = _list_columns(are_many=False).values()
    rows = ServiceRequest.objects.filter(where).order_by()
    found = list(rows.values_list(*_OTHERS, *columns))
    others = _make_others([row[: len(_OTHERS)] for row in found])
    return QueueTable(sort_by_urgency(_make_rows([row[len(_OTHERS) :] for row in found])), *others)


def _begin() -> LoadedTable:
    """Return an empty table that is too old to be used."""
    event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    report = ContentReport.objects.aggregate(last=Max("pk"))["last"] or 0
    empty = QueueTable(*(np.empty(0, dtype) for dtype in (ROW, OWNER, WRITING, NUMBER)))
    return LoadedTable(empty, event, report, frozenset(), datetime.min.replace(tzinfo=UTC))


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
    kept = before.rows[~has_request(before.rows, changed)]
    if is_old:
        is_open, is_closed = in_a_tab()
        rows = np.concatenate([_read_rows(is_open, are_many=True), _read_rows(is_closed)])
        new = np.setdiff1d(rows["request"], kept["request"], assume_unique=True)
        gone = np.setdiff1d(kept["request"], rows["request"], assume_unique=True)
        others = _read_others(new)
    else:
        read = read_requests(Q(pk__any=changed) & reduce(or_, in_a_tab()))
        rows, others, gone = np.concatenate([kept, read.rows]), read[1:], ()
    outdated = changed.union(gone)
    return QueueTable(
        sort_by_urgency(rows),
        *(
            np.concatenate([old[~has_request(old, outdated)], new])
            for old, new in zip(before[1:], others, strict=True)
        ),
    )


def _read_rows(where: Q, are_many: bool = False) -> np.ndarray:
    """Return the requests of which `where` is true as an array of ROW. One query."""
    columns = _list_columns(are_many).values()
    return _make_rows(list(ServiceRequest.objects.filter(where).order_by().values_list(*columns)))


def _make_rows(found: list[tuple]) -> np.ndarray:
    """Return the values of `_list_columns` as an array of ROW."""
    rows = np.empty(len(found), ROW)
    for name, values in zip(ROW.names, zip(*found, strict=True), strict=False):
        codes = _CODES.get(name)
        rows[name] = [codes.get(value, -1) for value in values] if codes else values
    return rows


_CODES = {
    name: {value: place for place, value in enumerate(values)}
    for name, values in [("status", STATUSES), ("priority", PRIORITIES), ("channel", CHANNELS)]
}


def _list_columns(are_many: bool) -> dict[str, Combinable | Q]:
    """Return what is read of a request, by name in the order of ROW."""
    photos = Photo.objects.filter(OF_A_REPORT, service_request=OuterRef("pk"))
    columns = {
        "request": F("pk"),
        **{name: F(name) for name in (*_CODES, "times_routed")},
        **{name: _Seconds(name) for name in ("filed_at", "due_at")},
        **{name: Coalesce(f"{name}_id", 0) for name in ("department", "zone", "category")},
        "is_held": ~Q(held_for=""),
        "is_in_danger": IN_DANGER,
        "has_photo": Exists(photos),
        **list_flag_columns(clock.now(), are_many),
    }
    return {name: columns[name] for name in ROW.names}


class _Seconds(Func):
    """A moment as seconds since 1970."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    output_field = Field()  # a FloatField would convert each number once more


# What agents did, and what residents wrote; what was undone does not count.
_HAPPENED = Event.objects.filter(
    BY_RESIDENTS | Q(actor__is_agent=True),
    service_request=OuterRef("pk"),
    undoes=None,
    undone_by=None,
)
_EVENT = JSONObject(event="pk", verb="verb", agent="actor")
_OTHERS = (F("pk"), F("reference"), ArraySubquery(_HAPPENED.order_by("pk").values(found=_EVENT)))


def _read_others(ids: np.ndarray) -> list[np.ndarray]:
    """Return what `_make_others` does of these requests. One query for each few thousand."""
    found = []
    for some in batched(ids.tolist(), MAX_REQUESTS_PER_QUERY, strict=False):
        rows = ServiceRequest.objects.filter(pk__any=some).order_by()
        found += rows.values_list(*_OTHERS)
    return _make_others(found)


def _make_others(found: list[tuple[int, str, list[dict]]]) -> list[np.ndarray]:
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
            if verb not in QUIET:
                acted[request] = agent
        written += unanswered
    owners = commented.union(acted.items())
    return [
        np.array(list(each), dtype)
        for each, dtype in ((owners, OWNER), (written, WRITING), (numbers, NUMBER))
    ]
