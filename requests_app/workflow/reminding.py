"""The reminders of staff before and after a due date."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from city.models import Category
from requests_app.deadlines import due
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import System
from requests_app.status import Reminder, Verb
from requests_app.workflow.change import begin_change, register_verb
from requests_app.workflow.due_dates import (
    StatusChange,
    compute_due_date,
    load_status_histories,
    target_days,
)

_REMINDER_STEPS = list(Reminder)
_BATCH_SIZE = 500


@register_verb(Verb.REMIND)
def remind(service_request: ServiceRequest, *, by: System) -> Event | None:
    """Remind staff of the due date: append one event for the step that is reached now.

    Return None if no step is new. SOON is reached the evening before the last working day, but not
    before half of the time has passed. Each step is taken once per due date, and a skipped step is
    not taken later.
    """
    change = begin_change(Verb.REMIND, service_request, by=by)
    row = change.row
    step = _find_current_step(row, change.now, list(row.events.values_list("at", "status_after")))
    if step is None or _has_taken_step(row, step):
        return None
    return change.finish(code=step)


def find_requests_to_remind(now: datetime) -> Iterator[ServiceRequest]:
    """Yield the requests for which `remind` takes a step at `now`.

    One query reads the requests near their due date, one the categories. Pauses only delay a step,
    so the events of a request are read only if a step is reached without them.
    """
    last_taken = Event.objects.filter(
        service_request=OuterRef("pk"), verb=Verb.REMIND, due_at=OuterRef("due_at")
    ).order_by("-pk")
    near = ServiceRequest.objects.near_due_date(now).order_by()
    near = near.annotate(taken=Coalesce(Subquery(last_taken.values("code")[:1]), Value("")))
    near = near.exclude(taken=_REMINDER_STEPS[-1]).only(
        "category_id", "priority", "status", "due_at", "clock_started_at"
    )
    categories = Category.objects.in_bulk()  # a join would scan open requests once per category
    reached = []
    for row in near:
        row.category = categories[row.category_id]
        if _is_later_step(_find_current_step(row, now, []), row.taken):
            reached.append(row)
    for rows in batched(reached, _BATCH_SIZE, strict=False):
        histories = load_status_histories(rows)
        due_rows = [
            row.pk
            for row in rows
            if _is_later_step(_find_current_step(row, now, histories[row.pk]), row.taken)
        ]
        if due_rows:
            yield from ServiceRequest.objects.filter(pk__in=due_rows).order_by("pk")


def _is_later_step(step: Reminder | None, taken: str) -> bool:
    """Return whether `step` comes after `taken`, the step taken last for this date, or "".

    False without a step; True if none was taken.
    """
    if step is None:
        return False
    return not taken or _REMINDER_STEPS.index(step) > _REMINDER_STEPS.index(Reminder(taken))


def _find_current_step(
    row: ServiceRequest, now: datetime, history: Sequence[StatusChange]
) -> Reminder | None:
    """Return the step reached at `now`, or None; `history` are the StatusChanges, oldest first."""
    if row.due_at is None:
        return None
    target = target_days(row)
    soon, twice = (
        compute_due_date(row, now, days, history) for days in (max(0, target - 2), 2 * target)
    )
    half_gone = row.clock_started_at + (row.due_at - row.clock_started_at) / 2
    return due.find_reminder(max(soon, half_gone), row.due_at, twice, now)


def _has_taken_step(row: ServiceRequest, step: Reminder) -> bool:
    """Return whether `step`, or a later one, was taken for the row's due date."""
    later = _REMINDER_STEPS[_REMINDER_STEPS.index(step) :]
    return row.events.filter(verb=Verb.REMIND, due_at=row.due_at, code__in=later).exists()
