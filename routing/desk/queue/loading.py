"""Loading of the queue's table, which each process caches for MAX_AGE.

Each call reads the events since the cached table and all events of the last minute, because an
event may be committed after one with a higher id. Requests with an event that the table does not
know are read again. No transaction lasts a minute (a statement is canceled after 8 seconds, an idle
transaction after 30); an event of a longer one is found when the whole table is read again.

Changes without an event, such as a checked photo or a bounced email, appear after MAX_AGE.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

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
from routing.desk.queue.flags import list_repeated_request_ids
from routing.desk.queue.table import (
    CHANNELS,
    EMPTY_TABLE,
    OWNER_DTYPE,
    PRIORITIES,
    REFERENCE_DTYPE,
    RESIDENT_VERBS,
    ROW_DTYPE,
    STATUSES,
    WRITING_DTYPE,
    QueueTable,
    sort_by_urgency,
)
from routing.desk.queue.tabs import tab_conditions

MAX_AGE = timedelta(seconds=10)
MAX_TRANSACTION = timedelta(minutes=1)
MAX_IDLE = timedelta(minutes=10)  # an older table is not updated: there are too many new events
MAX_REQUESTS_PER_QUERY = 4_000  # with events; more could exceed the timeout on a cold cache
_cached_tables: dict[str, "LoadedTable"] = {}


class LoadedTable(NamedTuple):
    """A table read in full at `read_at`, and updated by each event since.

    `last_event_id` and `last_report_id` are the highest ids included, 0 for none. `known_event_ids`
    includes at least those of the last MAX_TRANSACTION.
    """

    table: QueueTable
    last_event_id: int
    last_report_id: int
    known_event_ids: frozenset[int]
    read_at: datetime


class _Changes(NamedTuple):
    """Events and reports since a table was loaded, and the ids of the changed requests."""

    last_event_id: int
    last_report_id: int
    recent_event_ids: frozenset[int]
    request_ids: frozenset[int]


def load_table() -> LoadedTable:
    """Return the table of all requests in a tab, up to the last committed event.

    Within MAX_AGE only requests with new events or reports are read again; one query if there are
    none. Threads do not lock: each returns the table that it built, and the last one is cached.
    """
    now = clock.now()
    before = _cached_tables.get("table")
    if before is None or now - before.read_at > MAX_IDLE:
        before = _make_stale_table()
    news = _read_changes(before, now)
    is_old = now - before.read_at >= MAX_AGE
    if not is_old and not news.request_ids:
        return before
    table = _rebuild_table(before.table, news.request_ids, is_old)
    read_at = now if is_old else before.read_at
    _cached_tables["table"] = loaded = LoadedTable(
        table, news.last_event_id, news.last_report_id, news.recent_event_ids, read_at
    )
    return loaded


def clear_table_cache() -> None:
    """Forget the cached table of this process, so that the next load reads everything."""
    _cached_tables.clear()


def read_requests(where: Q, repeated: np.ndarray) -> QueueTable:
    """Return a table of the requests that match `where`, in a tab or not. One query.

    `repeated` becomes its `repeated_ids`.
    """
    requests = ServiceRequest.objects.filter(where).order_by()
    found = list(requests.values_list(*_EVENT_COLUMNS, *_COLUMNS.values()))
    count = len(_EVENT_COLUMNS)
    events = _build_event_arrays(row[:count] for row in found)
    rows = sort_by_urgency(_build_rows([row[count:] for row in found]))
    return QueueTable(rows, *events, repeated)


def load_requests(table: QueueTable, ids: Collection[int]) -> QueueTable:
    """Return a table of the requests `ids`; the ones not in `table` are read. One query or none."""
    found = table.select_requests(ids)
    others = set(ids).difference(found.ids.tolist())
    return found.merge(read_requests(Q(pk__any=others), table.repeated_ids)) if others else found


def _make_stale_table() -> LoadedTable:
    """Return an empty table older than MAX_AGE, so that the caller reads everything."""
    event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    report = ContentReport.objects.aggregate(last=Max("pk"))["last"] or 0
    return LoadedTable(EMPTY_TABLE, event, report, frozenset(), datetime.min.replace(tzinfo=UTC))


def _read_changes(before: LoadedTable, now: datetime) -> _Changes:
    """Return the last ids of events and content reports, and the requests to reread since `before`.

    Events of the last MAX_TRANSACTION count too, because they may be committed late. One query.
    """
    columns = ("pk", "service_request")
    events = Event.objects.order_by().values_list(*columns, Value("event"))
    reports = ContentReport.objects.order_by().values_list(*columns, Value("report"))
    found = events.filter(pk__gte=before.last_event_id).union(
        events.filter(at__gte=now - MAX_TRANSACTION),
        reports.filter(pk__gt=before.last_report_id),
        all=True,
    )
    requests: dict[str, dict[int, int]] = {"event": {}, "report": {}}
    for pk, request, kind in found.order_by():
        requests[kind][pk] = request
    happened, reported = requests["event"], requests["report"]
    new = {request for event, request in happened.items() if event not in before.known_event_ids}
    return _Changes(
        max(happened, default=0),
        max(reported, default=before.last_report_id),
        frozenset(happened),
        frozenset(new.union(reported.values())),
    )


class _EventArrays(NamedTuple):
    """The parts of QueueTable that only events change."""

    owners: np.ndarray
    resident_events: np.ndarray
    references: np.ndarray


def _rebuild_table(before: QueueTable, changed: frozenset[int], is_old: bool) -> QueueTable:
    """Return the table with the `changed` requests read again, or all rows if the table `is_old`.

    What only events change is read again for new and changed requests only.
    """
    kept = before.drop_requests(changed)
    is_open, is_closed = tab_conditions()
    if not is_old:
        return kept.merge(
            read_requests(Q(pk__any=changed) & (is_open | is_closed), kept.repeated_ids)
        )
    rows = np.concatenate([_read_rows(is_open), _read_rows(is_closed)])
    new = np.setdiff1d(rows["request"], kept.ids, assume_unique=True)
    gone = np.setdiff1d(kept.ids, rows["request"], assume_unique=True)
    known, added = kept.drop_requests(gone), _read_event_arrays(new)
    return QueueTable(
        sort_by_urgency(rows),
        np.concatenate([known.owners, added.owners]),
        np.concatenate([known.resident_events, added.resident_events]),
        np.concatenate([known.references, added.references]),
        np.array(list_repeated_request_ids(clock.now()), "i8"),
    )


def _read_rows(where: Q) -> np.ndarray:
    """Return the requests that match `where` as an array of ROW_DTYPE. One query."""
    rows = ServiceRequest.objects.filter(where).order_by()
    return _build_rows(list(rows.values_list(*_COLUMNS.values())))


def _build_rows(found: list[tuple]) -> np.ndarray:
    """Return tuples of `_COLUMNS` as an array of ROW_DTYPE, in the same order.

    A missing date becomes NaN, an unknown text -1.
    """
    rows = np.empty(len(found), ROW_DTYPE)
    for name, values in zip(_COLUMNS, zip(*found, strict=True), strict=False):
        codes = _CODES.get(name)
        rows[name] = [codes.get(value, -1) for value in values] if codes else values
    return rows


class _Seconds(Func):
    """A timestamp as seconds since 1970."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    output_field = Field()  # a FloatField would convert each number once more


_CODES = {
    name: {value: place for place, value in enumerate(values)}
    for name, values in [("status", STATUSES), ("priority", PRIORITIES), ("channel", CHANNELS)]
}
_OF_REQUEST = {"service_request": OuterRef("pk")}
# The expression of each column of ROW_DTYPE; the stubs allow no Q in values_list().
_COLUMNS: dict[str, Any] = {
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

# Events by agents, and events in which residents wrote, without undone events and undos.
_STANDING_EVENTS = Event.objects.filter(
    RESIDENT_EVENTS | Q(actor__is_agent=True),
    service_request=OuterRef("pk"),
    undoes=None,
    undone_by=None,
)
_EVENT_AS_JSON = JSONObject(event="pk", verb="verb", agent="actor")
_EVENT_COLUMNS = (
    F("pk"),
    F("reference"),
    ArraySubquery(_STANDING_EVENTS.order_by("pk").values(found=_EVENT_AS_JSON)),
)


def _read_event_arrays(ids: np.ndarray) -> _EventArrays:
    """Return the owners, resident events and references of the requests `ids`.

    One query per MAX_REQUESTS_PER_QUERY.
    """
    found: list[tuple[int, str, list[dict]]] = []
    for some in batched(ids.tolist(), MAX_REQUESTS_PER_QUERY, strict=False):
        found += ServiceRequest.objects.filter(pk__any=some).order_by().values_list(*_EVENT_COLUMNS)
    return _build_event_arrays(found)


def _build_event_arrays(found: Iterable[tuple[int, str, list[dict]]]) -> _EventArrays:
    """Return arrays of (request, agent), (request, event, verb's index) and (request, reference).

    The agents are owners: of each request all who commented, and the agent of the last act whose
    verb is not in QUIET_VERBS. The events are those by residents after which no agent acted or
    commented. `found` has tuples of `_EVENT_COLUMNS`.
    """
    acted, commented, written, numbers = {}, set(), [], []
    for request, reference, events in found:
        numbers.append((request, reference))
        unanswered = []
        for event in events:
            verb, agent = event["verb"], event["agent"]
            if agent is None:
                unanswered.append((request, event["event"], RESIDENT_VERBS.index(verb)))
                continue
            unanswered.clear()
            if verb == Verb.COMMENT:
                commented.add((request, agent))
            if verb not in QUIET_VERBS:
                acted[request] = agent
        written += unanswered
    owners = commented.union(acted.items())
    return _EventArrays(
        np.array(list(owners), OWNER_DTYPE),
        np.array(written, WRITING_DTYPE),
        np.array(numbers, REFERENCE_DTYPE),
    )
