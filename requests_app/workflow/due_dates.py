"""The due date of a request, computed from its events, its category and the city's calendar."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from city.models import City
from requests_app.deadlines import due
from requests_app.deadlines.resolution_times import get_request_pace
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.status import PAUSED_STATUSES

type StatusChange = tuple[datetime, str]
"""When an event happened, and the status after it."""


def compute_due_date(
    row: ServiceRequest,
    now: datetime,
    days: int | None = None,
    history: Sequence[StatusChange] | None = None,
) -> datetime:
    """Return when the open request is due by the city's calendar.

    The date is `days` working days (by default `target_days`) after the clock started, plus the
    working days of its pauses. `history` are the row's StatusChanges, oldest first; without them,
    the events are read.
    """
    started, pauses = row.clock_started_at, []
    if started < now:
        if history is None:
            history = list(row.events.values_list("at", "status_after"))
        pauses = due.find_pauses([*history, (now, row.status)], started, PAUSED_STATUSES)
    calendar = City.current().calendar()
    days = target_days(row) if days is None else days
    return due.compute_deadline(days, started, pauses, calendar)


def load_status_histories(rows: Sequence[ServiceRequest]) -> dict[int, list[StatusChange]]:
    """Return the StatusChanges of each of `rows` by its id, oldest first. One query."""
    found: defaultdict[int, list[StatusChange]] = defaultdict(list)
    events = Event.objects.filter(service_request__in=[row.pk for row in rows]).order_by("pk")
    for pk, at, status in events.values_list("service_request", "at", "status_after"):
        found[pk].append((at, status))
    return found


def target_days(row: ServiceRequest) -> int:
    """Return the working days until the request is due.

    An urgent request has the category's urgent target, if there is one. Otherwise the days within
    which 90 % of the category's requests were finished count, or the category's target if too few
    were measured.
    """
    if pace := get_request_pace(row):
        return pace.p90_days
    category = row.category
    is_urgent = row.priority == Priority.URGENT
    return (is_urgent and category.urgent_target_days) or category.target_days
