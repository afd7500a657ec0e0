"""What SYSTEM does about an expected date that was counted by an earlier calendar of the city."""

from collections.abc import Iterable
from datetime import datetime

from city.calendar import WorkCalendar
from requests_app.deadlines import due
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import System
from requests_app.status import PAUSED_STATUSES, Status, Verb
from requests_app.workflow.act import begin_change, register_verb, target_days


@register_verb(Verb.MOVE_DATE)
def move_date(
    service_request: ServiceRequest,
    *,
    by: System,
    calendar: WorkCalendar,
) -> Event | None:
    """Count the date by `calendar`; return None where the same day comes of it."""
    change = begin_change(Verb.MOVE_DATE, service_request, by=by)
    row = change.row
    counted = compute_moved_due_date(row, row.events.values_list("at", "status_after"), calendar)
    if counted is None:
        return None
    row.due_at = counted
    return change.finish()


def compute_moved_due_date(
    row: ServiceRequest, history: Iterable[tuple[datetime, Status]], calendar: WorkCalendar
) -> datetime | None:
    """Return when `row` is due by `calendar`, or None where that is the day it is due already.

    `row` is open and its clock runs. `history` is the moment of each of its events, oldest first,
    with the status after it. The days are those counted when the date was set, whatever the target
    is today; a row that does not know them has today's.
    """
    days = target_days(row) if row.counted_days is None else row.counted_days
    pauses = due.find_pauses(history, row.clock_started_at, PAUSED_STATUSES)
    counted = due.compute_deadline(days, row.clock_started_at, pauses, calendar)
    if counted is None or row.due_at is None:
        return None
    was = row.due_at.astimezone(calendar.tz)
    return None if counted.date() == was.date() else counted
