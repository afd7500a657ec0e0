"""What SYSTEM does about a promise that is close, or was missed."""

from django.db import transaction

from requests_app.deadlines import due
from requests_app.models import Event, ServiceRequest
from requests_app.status import Reminder, Verb
from requests_app.workflow.act import Actor, begin, due_at, register, target_days


@register(Verb.REMIND)
@transaction.atomic
def remind(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Tell staff that its date is near or gone: one event for the step that time has come to.

    Due soon: the evening that leaves one whole working day, yet not before half of the time has
    gone, so that a promise of one day is not reminded of as soon as it is given. Each step is
    taken once for one promised date, and none is made up for: what is late already when it is
    first looked at is not reminded of as due soon. None where there is nothing to say.
    """
    change = begin(Verb.REMIND, service_request, by=by, seen=seen)
    row = change.row
    step = _step(row, change.now)
    if step is None or _was_taken(row, step):
        return None
    return change.finish(code=step)


def _step(row, now) -> Reminder | None:
    if row.due_at is None:
        return None
    target = target_days(row)
    soon, twice = (due_at(row, now, days) for days in (max(0, target - 2), 2 * target))
    half_gone = row.clock_started_at + (row.due_at - row.clock_started_at) / 2
    return due.reminder(max(soon, half_gone), row.due_at, twice, now)


def _was_taken(row, step) -> bool:
    """This step for this date, or one that comes after it."""
    steps = list(Reminder)
    later = steps[steps.index(step) :]
    return row.events.filter(verb=Verb.REMIND, due_at=row.due_at, code__in=later).exists()
