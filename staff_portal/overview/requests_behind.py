"""The requests behind the numbers: what they are and when things happened, nobody's words."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from city.models import City
from requests_app.deadlines.lateness import days_late
from requests_app.models import Event, Feedback, Priority, ServiceRequest
from requests_app.models.service_request import Channel
from requests_app.status import OPEN, PAUSED, Outcome, Status, Verb
from santa311.lib import clock
from staff_portal.overview.scope import midnight

AT_A_TIME = 2000  # rows read from the database in one piece


def _same(value):
    return value


def _label_of(choices):
    return lambda value: str(choices(value).label) if value else ""


# The column's name, where it is read, and how it is said.
COLUMNS = (
    (_("Reference"), "reference", _same),
    (_("What"), "category__name", _same),
    (_("Service code"), "category__service_code", _same),
    (_("Status"), "status", _label_of(Status)),
    (_("Outcome"), "outcome", _label_of(Outcome)),
    (_("Department"), "department__name", _same),
    (_("Finished by"), "completed_by__name", _same),
    (_("Person"), "assignee__username", _same),
    (_("Area"), "zone__name", _same),
    (_("Location"), "location_text", _same),
    (_("Priority"), "priority", _label_of(Priority)),
    (_("Channel"), "channel", _label_of(Channel)),
    (_("Filed"), "filed_at", _same),
    (_("Clock started"), "clock_started_at", _same),
    (_("Due"), "due_at", _same),
    (_("Finished"), "completed_at", _same),
    (_("Closed"), "closed_at", _same),
    (_("Times routed"), "times_routed", _same),
    (_("Disputes"), "disputes", _same),
    (_("Last disputed"), "last_disputed_at", _same),
    (_("Stars"), "stars", _same),
)
LATE = _("Days late")  # as the pages say it; empty for what is not late at this moment


def underlying(scope):
    """Open now, or filed, finished or closed in the period; held or finished by the departments."""
    tz = City.objects.current().calendar().tz
    first, after = midnight(scope.period.first, tz), midnight(scope.period.after, tz)
    wanted = Q(status__in=OPEN)
    for moment in ("filed_at", "completed_at", "closed_at"):
        wanted |= Q(**{f"{moment}__gte": first, f"{moment}__lt": after})
    rows = ServiceRequest.objects.filter(wanted)
    if scope.department_ids is not None:
        ids = scope.department_ids
        rows = rows.filter(Q(department__in=ids) | Q(completed_by__in=ids))
    if scope.category:
        rows = rows.filter(category=scope.category)
    if scope.zone:
        rows = rows.filter(zone=scope.zone)
    return rows.order_by("filed_at", "pk")


def head() -> list[str]:
    return [*(str(name) for name, __, __ in COLUMNS), str(LATE)]


def lines(requests):
    """One line for each of the requests, read in pieces while it is sent."""
    now = clock.now()
    columns = [column for __, column, __ in COLUMNS]
    for row in _with_answers(requests).values(*columns).iterator(chunk_size=AT_A_TIME):
        yield [*(say(row[column]) for __, column, say in COLUMNS), _days_late(row, now)]


def _with_answers(requests):
    """With what residents said of the work: the last stars, how many disputes, the last one."""
    here = {"service_request": OuterRef("pk")}
    last = Feedback.objects.filter(**here).order_by("-pk")
    said_no = Event.objects.filter(verb=Verb.DISPUTE, **here)
    times = said_no.order_by().values("service_request").annotate(n=Count("pk")).values("n")
    return requests.annotate(
        stars=Subquery(last.values("rating")[:1]),
        disputes=Coalesce(Subquery(times), 0),
        last_disputed_at=Subquery(said_no.order_by("-pk").values("at")[:1]),
    )


def _days_late(row, now) -> int | None:
    runs = row["status"] in OPEN - PAUSED
    is_late = runs and row["due_at"] is not None and row["due_at"] < now
    return days_late(row["due_at"], now) if is_late else None
