"""How every verb is carried out: lock, check, change, append the event, owe it, all or nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from city.models import City
from lib import clock
from requests_app.deadlines import due
from requests_app.deadlines.resolution_times import get_request_pace
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed, StaleView
from requests_app.models import (
    ApiKey,
    Comment,
    Device,
    Event,
    Photo,
    Priority,
    ServiceRequest,
    UndoPoint,
)
from requests_app.models.locks import announce, lock
from requests_app.permissions import SYSTEM, System
from requests_app.status import PAUSED_STATUSES, Verb
from requests_app.workflow import outbox
from requests_app.workflow.verbs import VERBS, exclude_quiet

Actor = User | Device | ApiKey | System

type StatusChange = tuple[datetime, str]
"""When an event happened, and the status after it."""

# What no undo touches: whose report it is and its words, what was finished or forgotten, and the
# counters and times of the log itself, which only rise.
COLUMNS_KEPT_BY_UNDO = {
    "id", "reference", "description", "location_note", "channel", "language", "words_digest",
    "filing_key", "filed_at", "completed_by", "completed_at", "changed_at", "forgotten_at",
    "words_forgotten_at", "version", "staff_version", "replies_public_from",
}  # fmt: skip

# What an undo puts back.
COLUMNS_RESTORED_BY_UNDO = tuple(
    field.attname
    for field in ServiceRequest._meta.concrete_fields
    if field.name not in COLUMNS_KEPT_BY_UNDO
)

# A request's times only rise, although the clocks of two machines may be this far apart.
MAX_CLOCK_DIFFERENCE = timedelta(days=1)

# The due date is worked out anew when one of these changed, or when a pause ended.
_DUE_DATE_COLUMNS = ("category_id", "priority", "clock_started_at")


class EventDetails(TypedDict, total=False):
    """The columns of an event that depend on its verb."""

    code: str
    day: date
    rule: str
    other_request: ServiceRequest
    caused_by: Event | None
    undoes: Event
    subject_photo: Photo | None
    subject_comment: Comment | None


class Change:
    """One verb on one locked row, or on a new one, which `finish` stores.

    Change `row`, then call `finish`, in one transaction.
    """

    def __init__(self, verb: Verb, row: ServiceRequest, by: Actor) -> None:
        self.verb = verb
        self.row = row
        self.by = by
        self.is_new = row.pk is None
        self.now = _monotonic_now(row)
        self.before = {column: getattr(row, column) for column in COLUMNS_RESTORED_BY_UNDO}
        self._stored = _column_values(row)

    def finish(
        self,
        *,
        words: str = "",
        is_public: bool = True,
        public_from: datetime | None = None,
        photos: Iterable[Photo] = (),
        moved_duplicates: Iterable[int] = (),
        **details: Unpack[EventDetails],
    ) -> Event:
        """Write the row, the event, its words and photos, and owe the event to the subscribers."""
        row, spec = self.row, VERBS[self.verb]
        row.status = spec.target or row.status
        self._reset_columns_of_other_statuses()
        self._set_due_date()
        if spec.keeps_page or (self.verb == Verb.COMMENT and not is_public):
            row.staff_version += 1
        else:
            row.version += 1
            row.changed_at = self.now
        self._store()
        event = self._create_event(details)
        if words:
            Comment.objects.create(
                service_request=row,
                event=event,
                body=words,
                is_public=is_public,
                public_from=public_from,
            )
        attach_photos(photos, row, event)
        if event.actor and spec.undo_permission(event.actor, row):
            UndoPoint.objects.create(
                event=event,
                columns={column: _to_json_value(value) for column, value in self.before.items()},
                moved_duplicates=list(moved_duplicates),
                created_at=self.now,
            )
        outbox.add_event(event)
        announce(row)
        return event

    def _create_event(self, details: EventDetails) -> Event:
        is_user = isinstance(self.by, User)
        return Event.objects.create(
            service_request=self.row,
            verb=self.verb,
            at=self.now,
            status_before=self.before["status"],
            status_after=self.row.status,
            actor=self.by if is_user else None,
            device=self.by if isinstance(self.by, Device) else None,
            key=self.by if isinstance(self.by, ApiKey) else None,
            on_behalf=is_user and VERBS[self.verb].on_behalf,
            department_id=self.row.department_id,
            assignee_id=self.row.assignee_id,
            due_at=self.row.due_at,
            **details,
        )

    def _reset_columns_of_other_statuses(self) -> None:
        for column, statuses in ServiceRequest.OF_STATUS.items():
            if self.row.status not in statuses:
                setattr(self.row, column, ServiceRequest._meta.get_field(column).get_default())

    def _store(self) -> None:
        """Write a new row, or the columns that say something else than the stored row."""
        if self.is_new:
            self.row.save(force_insert=True)
            return
        now = _column_values(self.row)
        changed = [column for column, value in self._stored.items() if now[column] != value]
        self.row.save(update_fields=changed)

    def _set_due_date(self) -> None:
        row, before = self.row, self.before
        pause_ended = before["status"] in PAUSED_STATUSES and row.status not in PAUSED_STATUSES
        changed = any(getattr(row, column) != before[column] for column in _DUE_DATE_COLUMNS)
        if row.is_open and (self.is_new or pause_ended or changed):
            row.counted_days = target_days(row)
            row.due_at = compute_due_date(row, self.now, row.counted_days)


def begin_change(
    verb: Verb, service_request: ServiceRequest, *, by: Actor, seen: int | None = None
) -> Change:
    """Lock the row of `service_request` and check that `by`, who saw it up to `seen`, may do this.

    `seen` is the id of the last event that person was shown; SYSTEM sees everything. Raises
    StaleView, IllegalTransition or NotAllowed. `service_request` is the same object as `Change.row`
    afterwards, so the caller's instance is fresh.
    """
    row = lock(service_request)
    spec = VERBS[verb]
    if by is not SYSTEM and not spec.skips_stale_check:
        check_not_stale(row, seen)
    if not (spec.permission(by, row) and by.may_use(verb, row)):
        raise NotAllowed
    if row.status not in spec.sources or not spec.condition(row):
        raise IllegalTransition
    return Change(verb, row, by)


VERB_FUNCTIONS: dict[Verb, Callable] = {}
"""The function of each verb. Most take the request, `by`, `seen`, and what else the verb needs."""


def register_verb(verb: Verb, *, is_atomic: bool = True) -> Callable:
    """Return a decorator that enters a function into `FUNCTIONS`.

    The function runs in a transaction, unless it takes care of that itself (`is_atomic` is False).
    """

    def enter(function: Callable) -> Callable:
        VERB_FUNCTIONS[verb] = transaction.atomic(function) if is_atomic else function
        return VERB_FUNCTIONS[verb]

    return enter


def check_not_stale(row, seen) -> None:
    if seen is None:
        raise InvalidInput("seen", "A person's verb says which event the person saw last.")
    later = row.events.filter(pk__gt=seen)
    if not later.exists():  # nearly always
        return
    if events := list(exclude_quiet(later).select_related("words")):
        raise StaleView(events)


def compute_due_date(
    row: ServiceRequest,
    now: datetime,
    days: int | None = None,
    history: Sequence[StatusChange] | None = None,
) -> datetime | None:
    """The due date of an open row by its kind's pace or target, its pauses and the city's calendar.

    `days` is another number of working days to count instead of the target. `history` is what
    `row.events` say of its status, oldest first; it is read where it is not given.
    """
    started, spans = row.clock_started_at, []
    if started < now:
        if history is None:
            history = row.events.values_list("at", "status_after")
        spans = due.find_pauses([*history, (now, row.status)], started, PAUSED_STATUSES)
    calendar = City.current().calendar()
    days = target_days(row) if days is None else days
    return due.compute_deadline(days, started, spans, calendar)


def load_status_histories(rows: Sequence[ServiceRequest]) -> dict[int, list[StatusChange]]:
    """Return the changes of each of `rows`, oldest first, by its id. One query."""
    found = defaultdict(list)
    events = Event.objects.filter(service_request__in=[row.pk for row in rows]).order_by("pk")
    for pk, at, status in events.values_list("service_request", "at", "status_after"):
        found[pk].append((at, status))
    return found


def target_days(row) -> int:
    """Working days: the urgent target of an urgent request, else what nine of ten of its kind took
    in this city, else, where there is too little history, the category's target.
    """
    if pace := get_request_pace(row):
        return pace.p90_days
    category = row.category
    is_urgent = row.priority == Priority.URGENT
    return (is_urgent and category.urgent_target_days) or category.target_days


def attach_photos(photos, row, event, first=0) -> None:
    """Make loose photos part of the request, the first at position `first`; one that is not loose
    is someone else's."""
    for position, photo in enumerate(photos, first):
        loose = Photo.objects.loose().filter(pk=photo.pk)
        if not loose.update(service_request=row, event=event, position=position):
            raise InvalidInput("photos", _("This photo already belongs to a request."))
        photo.service_request, photo.event, photo.position = row, event, position


def set_closed(change, outcome) -> None:
    change.row.outcome = outcome
    change.row.closed_at = change.now
    if isinstance(change.by, User):  # a person on the staff saw the words
        reset_danger_columns(change.row)


def reset_danger_columns(row) -> None:
    """Staff saw the words of danger and did what was to be done: it stays as urgent as it was."""
    row.danger = row.priority_before_danger = ""


def clear_assignment(row) -> None:
    """Nobody's job any more: no department, person or day."""
    row.department = row.assignee = row.scheduled_for = None


def _monotonic_now(row) -> datetime:
    """Now; or the time of the last event, where this machine's clock is behind the one it had."""
    now = clock.now()
    return row.changed_at if timedelta() < row.changed_at - now < MAX_CLOCK_DIFFERENCE else now


def _column_values(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _to_json_value(value) -> bool | int | str | None:
    """A column's value as JSON knows it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
