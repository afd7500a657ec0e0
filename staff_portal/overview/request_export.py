"""Export of the requests behind the figures, without residents' words and contact details."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import gettext_lazy as _

from city.models import City
from lib import clock
from requests_app.lateness import days_late, is_late
from requests_app.models import Event, Feedback, Priority, ServiceRequest
from requests_app.models.service_request import Channel
from requests_app.status import OPEN_STATUSES, Outcome, Status, Verb
from staff_portal.inbox.filters import category_and_zone_condition
from staff_portal.overview.scope import Scope, midnight

CHUNK_SIZE = 2000  # rows read from the database in one piece


# The lookup of each column, and its heading.
COLUMNS = {
    "reference": _("Request number"),
    "category__name": _("What"),
    "category__service_code": _("Service code"),
    "status": _("Status"),
    "outcome": _("Outcome"),
    "department__name": _("Department"),
    "completed_by__name": _("Finished by"),
    "assignee_name": _("Person"),
    "zone__name": _("Area"),
    "location_text": _("Location"),
    "priority": _("Priority"),
    "channel": _("Channel"),
    "filed_at": _("Filed"),
    "clock_started_at": _("Clock started"),
    "due_at": _("Due"),
    "completed_at": _("Finished"),
    "closed_at": _("Closed"),
    "times_routed": _("Times routed"),
    "disputes": _("Disputes"),
    "last_disputed_at": _("Last disputed"),
    "stars": _("Stars"),
}
_CHOICES = {"status": Status, "outcome": Outcome, "priority": Priority, "channel": Channel}
DAYS_LATE_LABEL = _("Days late")  # empty for requests that are not late now


def filter_requests(scope: Scope) -> QuerySet[ServiceRequest]:
    """Return requests that are open now, or were filed, finished or closed in the period.

    Narrowed to departments, they are those that a department has or finished; a category and
    zone of the scope count, too. The oldest is first.
    """
    tz = City.current().calendar().tz
    first, after = midnight(scope.period.first, tz), midnight(scope.period.day_after, tz)
    wanted = Q(status__in=OPEN_STATUSES)
    for moment in ("filed_at", "completed_at", "closed_at"):
        wanted |= Q(**{f"{moment}__gte": first, f"{moment}__lt": after})
    rows = ServiceRequest.objects.filter(wanted, category_and_zone_condition(scope))
    if scope.department_ids is not None:
        ids = scope.department_ids
        rows = rows.filter(Q(department__in=ids) | Q(completed_by__in=ids))
    return rows.order_by("filed_at", "pk")


def build_header() -> list[str]:
    """Return the names of COLUMNS, and of the days late, in the active language."""
    return [*map(str, COLUMNS.values()), str(DAYS_LATE_LABEL)]


def iterate_rows(requests: QuerySet[ServiceRequest]) -> Iterator[list]:
    """Yield one list of cells per request, in the order of `build_header`; read in chunks."""
    now = clock.now()
    for row in (
        _annotate_feedback_and_assignee(requests).values(*COLUMNS).iterator(chunk_size=CHUNK_SIZE)
    ):
        yield [*(_format_value(column, row[column]) for column in COLUMNS), _days_late(row, now)]


def _format_value(column: str, value: object) -> object:
    """Return the label of a choice; other values stay as they are."""
    choices = _CHOICES.get(column)
    return str(choices(value).label) if choices and value else value


def _annotate_feedback_and_assignee(requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """Annotate `stars` and `last_disputed_at` (the last ones), `disputes` and `assignee_name`.

    `disputes` is a number; the name is the username if the full name is blank.
    """
    here = {"service_request": OuterRef("pk")}
    last = Feedback.objects.filter(**here).order_by("-pk")
    said_no = Event.objects.filter(verb=Verb.DISPUTE, **here)
    times = said_no.order_by().values("service_request").annotate(n=Count("pk")).values("n")
    full_name = Concat("assignee__first_name", Value(" "), "assignee__last_name")
    return requests.annotate(
        stars=Subquery(last.values("rating")[:1]),
        disputes=Coalesce(Subquery(times), 0),
        last_disputed_at=Subquery(said_no.order_by("-pk").values("at")[:1]),
        assignee_name=Coalesce(NullIf(Trim(full_name), Value("")), F("assignee__username")),
    )


def _days_late(row: dict[str, Any], now: datetime) -> int | None:
    """Return the calendar days since the due day (0 on that day), or None if it is not late."""
    is_now_late = is_late(row["status"], row["due_at"], now)
    return days_late(row["due_at"], now) if is_now_late else None
