"""The text of a daily digest for staff: counts, and the jobs that need somebody first."""

from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from city.models import Department
from city.translation import translate
from lib import clock
from notifications.models import Delivery
from notifications.wording.events import Button, LinkEntry, Message, category_name
from notifications.wording.links import build_staff_url
from requests_app.lateness import CAN_BE_LATE, format_days_late, is_late
from requests_app.models import ContentReport, Event, Priority, ServiceRequest
from requests_app.status import Status, Verb

MAX_JOBS = 20  # named in a digest; the counts are of all


class _Section(NamedTuple):
    """A section of a digest: its label and its requests.

    `names_due_day` is False if the label already says when the requests are due.
    """

    label: str
    requests: QuerySet[ServiceRequest]
    names_due_day: bool = True


def compose_staff_digest(delivery: Delivery) -> Message | None:
    """Return the digest of a department, or of the desk if `about` names none; None if it is empty.

    It has the number of disputed, late, due and new requests, and at most MAX_JOBS of them in this
    order, each once, with the days they are late and who has them. The desk's digest also has the
    number of requests with content that readers reported.
    """
    number = delivery.details["department"]
    department = Department.objects.get(pk=number) if number else None
    now = clock.now()
    sections = _list_sections(department, now)
    counts = [(section.label, section.requests.count()) for section in sections]
    if department is None:
        reports = ContentReport.objects.open().values("service_request").distinct().count()
        counts.append((_("Reported photos and texts"), reports))
    if not any(count for _label, count in counts):
        return None
    name = translate(department.name) if department else _("The desk")
    day = clock.format_absolute_date(clock.today())
    found = ", ".join(f"{label.lower()} {count}" for label, count in counts if count)
    return Message(
        subject=_("%(name)s on %(day)s: %(counts)s") % {"name": name, "day": day, "counts": found},
        heading=_("%(name)s on %(day)s") % {"name": name, "day": day},
        facts=[(label, str(count)) for label, count in counts if count],
        entries=_list_entries(sections, department, now),
        buttons=[Button(_("Open the list"), build_staff_url("inbox" if department else "desk"))],
        footnote=_(
            "Urgent and disputed requests are also sent one by one, right away. Everything else "
            "comes once a working day, to the address of %(name)s and to who leads it. "
            "Administrators set the hour."
        )
        % {"name": name},
    )


def _list_sections(department: Department | None, now: datetime) -> list[_Section]:
    """Return the sections in order: disputed, late, due today, new."""
    rows = ServiceRequest.objects.select_related("assignee")
    held = rows.filter(department=department) if department else rows.filter(department=None)
    tomorrow = clock.start_of_day(clock.today() + timedelta(days=1))
    due = Q(status__in=sorted(CAN_BE_LATE), due_at__gte=now, due_at__lt=tomorrow)
    first = Status.ROUTED if department else Status.FILED
    return [
        _Section(_("Disputed"), held.filter(status=Status.DISPUTED).order_by("changed_at")),
        _Section(_("Late"), held.late(now).order_by("due_at")),
        _Section(_("Due today"), held.filter(due).order_by("due_at"), names_due_day=False),
        _Section(_("Not started yet"), _sort_by_urgency(held.filter(status=first))),
    ]


def _sort_by_urgency(requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """Return the requests, urgent ones first, then by due date; those without one last."""
    urgent_first = Case(When(priority=Priority.URGENT, then=0), default=1)
    return requests.order_by(urgent_first, F("due_at").asc(nulls_last=True), "pk")


def _list_entries(
    sections: list[_Section], department: Department | None, now: datetime
) -> list[LinkEntry]:
    """Return at most MAX_JOBS requests, those of the first sections first, each once."""
    section_by_row: dict[ServiceRequest, _Section] = {}
    for section in sections:
        for row in section.requests[: MAX_JOBS - len(section_by_row)]:
            section_by_row.setdefault(row, section)
    returned = set(_find_returned(list(section_by_row), department))
    return [
        _build_entry(row, section, department, now, came_back=row.pk in returned)
        for row, section in section_by_row.items()
    ]


def _find_returned(
    rows: list[ServiceRequest], department: Department | None
) -> QuerySet[Event, int]:
    """Return the ids of the requests that the department had before, or that came to the desk."""
    events = Event.objects.filter(service_request__in=rows, undone_by=None).order_by()
    if department is None:
        return events.filter(verb=Verb.HAND_BACK).values_list("service_request", flat=True)
    arrivals = events.filter(verb__in=[Verb.ROUTE, Verb.REOPEN], department=department)
    counted = arrivals.values("service_request").annotate(n=Count("pk")).filter(n__gte=2)
    return counted.values_list("service_request", flat=True)


def _format_due(row: ServiceRequest, now: datetime) -> str:
    """Return how late the request is, or its due day; the request must have a due date."""
    due_at = cast(datetime, row.due_at)
    if is_late(row.status, due_at, now):
        return _("Late by %(time)s") % {"time": format_days_late(due_at, now)}
    return _("due %(day)s") % {"day": clock.format_absolute_date(clock.localtime(due_at).date())}


def _build_entry(
    row: ServiceRequest,
    section: _Section,
    department: Department | None,
    now: datetime,
    *,
    came_back: bool,
) -> LinkEntry:
    """Return a link to the job, or to the request at the desk, with what is known about it."""
    is_row_late = row.due_at is not None and is_late(row.status, row.due_at, now)
    told = [
        _("Urgent") if row.priority == Priority.URGENT else "",
        "" if is_row_late else section.label,
        _format_due(row, now) if row.due_at and section.names_due_day else "",
        _("came back") if came_back else _("rerouted") if row.times_routed > 1 else "",
        row.location_or_area,
        row.assignee.full_name if row.assignee else _("unassigned") if department else "",
    ]
    url = build_staff_url("job" if department else "desk_request", row.reference)
    name = f"{category_name(row)} ({row.reference})"
    return LinkEntry(name, " · ".join(filter(None, told)), url)
