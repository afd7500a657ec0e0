"""The verb that moves a due date after a change of the city's calendar."""

from collections.abc import Iterable
from datetime import datetime

from city.calendar import WorkCalendar
from requests_app.deadlines import due
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import System
from requests_app.status import PAUSED_STATUSES, Verb
from requests_app.workflow.change import begin_change, register_verb
from requests_app.workflow.due_dates import StatusChange, target_days


@register_verb(Verb.MOVE_DATE)
def move_date(
    service_request: ServiceRequest,
    *,
    by: System,
    calendar: WorkCalendar,
) -> Event | None:
    """Compute the due date by `calendar`, and return the event; None if the day is the same.

    Raise IllegalTransition if the request is closed, completed or paused.
    """
    change = begin_change(Verb.MOVE_DATE, service_request, by=by)
    row = change.row
    counted = compute_moved_due_date(row, row.events.values_list("at", "status_after"), calendar)
    if counted is None:
        return None
    row.due_at = counted
    return change.finish()


def compute_moved_due_date(
    row: ServiceRequest, history: Iterable[StatusChange], calendar: WorkCalendar
) -> datetime | None:
    """Return the due date of `row` by `calendar`; None if its day stays or `row` has none.

    `row` is open and not paused. `history` are its StatusChanges, oldest first. The working days
    are those counted when the date was set; a row that did not store them has today's target.
    """
    days = target_days(row) if row.counted_days is None else row.counted_days
    pauses = due.find_pauses(history, row.clock_started_at, PAUSED_STATUSES)
    counted = due.compute_deadline(days, row.clock_started_at, pauses, calendar)
    if row.due_at is None:
        return None
    was = row.due_at.astimezone(calendar.tz)
    return None if counted.date() == was.date() else counted
