"""The steps that all verbs share: lock, check, change, append the event, queue the event."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed, StaleView
from requests_app.models import (
    ApiKey,
    Comment,
    Device,
    Event,
    Photo,
    ServiceRequest,
    UndoPoint,
)
from requests_app.models.locks import announce_version, lock_row
from requests_app.permissions import SYSTEM, System
from requests_app.status import PAUSED_STATUSES, Outcome, Verb
from requests_app.workflow import outbox
from requests_app.workflow.due_dates import compute_due_date, target_days
from requests_app.workflow.verb_queries import exclude_quiet
from requests_app.workflow.verbs import VERBS

Actor = User | Device | ApiKey | System


# Columns that an undo does not restore: identity and texts of the report, completion and deletion,
# and the versions and times of the log, which only rise.
COLUMNS_KEPT_BY_UNDO = {
    "id", "reference", "description", "location_note", "channel", "language", "words_digest",
    "filing_key", "filed_at", "completed_by", "completed_at", "changed_at", "forgotten_at",
    "words_forgotten_at", "version", "staff_version", "replies_public_from",
}  # fmt: skip

COLUMNS_RESTORED_BY_UNDO = tuple(
    field.attname
    for field in ServiceRequest._meta.concrete_fields
    if field.name not in COLUMNS_KEPT_BY_UNDO
)

# The times of a request only rise, although the clocks of two machines may differ by this much.
MAX_CLOCK_DIFFERENCE = timedelta(days=1)

# The due date is computed again when one of these changed, or when a pause ended.
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
    """A change of one locked request, or of a new one, by one verb.

    Set attributes of `row`, then call `finish`, in the transaction of `begin_change`.
    """

    def __init__(self, verb: Verb, row: ServiceRequest, by: Actor) -> None:
        self.verb = verb
        self.row = row
        self.actor = by
        self.is_new = row.pk is None
        self.now = _monotonic_now(row)
        self.values_before = {column: getattr(row, column) for column in COLUMNS_RESTORED_BY_UNDO}
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
        """Save the row and return the new Event, with comment and photos, queued for subscribers.

        The version of the request rises; if residents' pages do not change, only its staff version.
        `words` become a comment of the event. Residents never see it if it is not `is_public`, and
        not before `public_from`. `moved_duplicates` are ids of requests that an undo points back.
        An undo point is stored if the actor may undo the verb. Raise InvalidInput if a photo
        belongs to a request already.
        """
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
                columns={
                    column: _to_json_value(value) for column, value in self.values_before.items()
                },
                moved_duplicates=list(moved_duplicates),
                created_at=self.now,
            )
        outbox.add_event(event)
        announce_version(row)
        return event

    def _create_event(self, details: EventDetails) -> Event:
        """Create the Event of the change with the row's present columns and `details`."""
        user = self.actor if isinstance(self.actor, User) else None
        return Event.objects.create(
            service_request=self.row,
            verb=self.verb,
            at=self.now,
            status_before=self.values_before["status"],
            status_after=self.row.status,
            actor=user,
            device=self.actor if isinstance(self.actor, Device) else None,
            key=self.actor if isinstance(self.actor, ApiKey) else None,
            on_behalf=user is not None and VERBS[self.verb].on_behalf,
            department_id=self.row.department_id,
            assignee_id=self.row.assignee_id,
            due_at=self.row.due_at,
            **details,
        )

    def _reset_columns_of_other_statuses(self) -> None:
        """Set columns to their defaults that are not for the row's new status."""
        for column, statuses in ServiceRequest.STATUSES_BY_COLUMN.items():
            if self.row.status not in statuses:
                setattr(self.row, column, get_column(column).get_default())

    def _store(self) -> None:
        """Insert a new row, or update the columns whose values differ from the stored row."""
        if self.is_new:
            self.row.save(force_insert=True)
            return
        now = _column_values(self.row)
        changed = [column for column, value in self._stored.items() if now[column] != value]
        self.row.save(update_fields=changed)

    def _set_due_date(self) -> None:
        """Recompute `due_at` and `counted_days` of an open request, if necessary.

        That is if the request is new, its pause ended, or one of _DUE_DATE_COLUMNS changed.
        The working days are counted from `clock_started_at`. Does not save.
        """
        row, before = self.row, self.values_before
        pause_ended = before["status"] in PAUSED_STATUSES and row.status not in PAUSED_STATUSES
        changed = any(getattr(row, column) != before[column] for column in _DUE_DATE_COLUMNS)
        if row.is_open and (self.is_new or pause_ended or changed):
            row.counted_days = target_days(row)
            row.due_at = compute_due_date(row, self.now, row.counted_days)


def begin_change(
    verb: Verb, service_request: ServiceRequest, *, by: Actor, seen: int | None = None
) -> Change:
    """Lock the row, check that `by` may carry out `verb` on it, and return a Change of it.

    `seen` is the id of the last event that the actor was shown; SYSTEM and verbs with
    `skips_stale_check` need none. `Change.row` is `service_request` itself, reread from the
    database. Raise InvalidInput if `seen` is missing, StaleView if the actor has not seen a later
    event, NotAllowed without the permission, and IllegalTransition if the status or the condition
    of the verb is not met.
    """
    row = lock_row(service_request)
    spec = VERBS[verb]
    if by is not SYSTEM and not spec.skips_stale_check:
        check_not_stale(row, seen)
    if not (spec.permission(by, row) and by.may_use(verb, row)):
        raise NotAllowed
    if row.status not in spec.sources or not spec.condition(row):
        raise IllegalTransition
    return Change(verb, row, by)


VERB_FUNCTIONS: dict[Verb, Callable] = {}
"""The function of each verb. Most take the request, `by`, `seen` and the verb's own arguments."""


def register_verb(verb: Verb, *, is_atomic: bool = True) -> Callable:
    """Return a decorator that enters a function into VERB_FUNCTIONS.

    The function runs in a transaction, unless `is_atomic` is False: then it opens one itself.
    """

    def decorate(function: Callable) -> Callable:
        VERB_FUNCTIONS[verb] = transaction.atomic(function) if is_atomic else function
        return VERB_FUNCTIONS[verb]

    return decorate


def check_not_stale(row: ServiceRequest, seen: int | None) -> None:
    """Raise StaleView if an event after the one with the id `seen` matters to a person's decision.

    Raise InvalidInput if `seen` is None.
    """
    if seen is None:
        raise InvalidInput("seen", "The id of the last event that the person saw is missing.")
    later = row.events.filter(pk__gt=seen)
    if not later.exists():  # nearly always
        return
    if events := list(exclude_quiet(later).select_related("words")):
        raise StaleView(events)


def attach_photos(
    photos: Iterable[Photo], row: ServiceRequest, event: Event, first: int = 0
) -> None:
    """Attach photos to the request and its event, in positions from `first` on.

    Raise InvalidInput if one of them belongs to a request already.
    """
    for position, photo in enumerate(photos, first):
        loose = Photo.objects.unattached().filter(pk=photo.pk)
        if not loose.update(service_request=row, event=event, position=position):
            raise InvalidInput("photos", _("This photo already belongs to a request."))
        photo.service_request, photo.event, photo.position = row, event, position


def set_closed(change: Change, outcome: Outcome) -> None:
    """Set the outcome and the closing time of the row that `change` closes.

    If the actor is a member of the staff, who has seen the words, a danger flag is removed.
    """
    change.row.outcome = outcome
    change.row.closed_at = change.now
    if isinstance(change.actor, User):
        reset_danger_columns(change.row)


def reset_danger_columns(row: ServiceRequest) -> None:
    """Remove the danger flag of `row` and keep its priority. Does not save."""
    row.danger = row.priority_before_danger = ""


def clear_assignment(row: ServiceRequest) -> None:
    """Remove the department, the assignee and the planned day of `row`. Does not save."""
    row.department = row.assignee = row.scheduled_for = None


def get_column(name: str) -> "models.Field[Any, Any]":
    """Return the field of ServiceRequest. Raise FieldDoesNotExist for an unknown name."""
    field = ServiceRequest._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _monotonic_now(row: ServiceRequest) -> datetime:
    """Return the current time, or the row's last change if that is later.

    A last change more than MAX_CLOCK_DIFFERENCE ahead is ignored.
    """
    now = clock.now()
    return row.changed_at if timedelta() < row.changed_at - now < MAX_CLOCK_DIFFERENCE else now


def _column_values(row: ServiceRequest) -> dict[str, Any]:
    """Return the values of all columns of the row by attname."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _to_json_value(value: object) -> bool | int | str | None:
    """Return the value of a column as a JSON type: dates in ISO format, other objects as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
