"""A department's jobs, in the order in which a crew would take them."""

import hashlib
from dataclasses import dataclass, replace
from math import cos, radians

from django.db.models import Case, Count, F, FloatField, Max, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.coordinates import BadCoordinate, parse_point
from city.models import Category, Department, Zone
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.status import WORKABLE, Status, Verb
from santa311.lib import clock

MOST = 100  # jobs on one page; more are found by a filter
TABS = {
    "todo": (_("Jobs"), "list"),
    "planned": (_("Planned"), "calendar"),
    "waiting": (_("Waiting"), "pause"),
    "done": (_("Done"), "check"),
}
# What brings a job to a department, or back to it.
ARRIVALS = (Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN, Verb.ANSWER, Verb.UNDO)


@dataclass(frozen=True)
class Choices:
    """What the filters offer this person: their departments, and what lies there."""

    departments: list[Department]
    zones: list[Zone]
    categories: list[Category]


@dataclass(frozen=True)
class Filters:
    """What the person asked for. `here` is (latitude, longitude) in degrees, where known."""

    tab: str = "todo"
    departments: tuple[int, ...] = ()
    department: Department | None = None
    zone: Zone | None = None
    category: Category | None = None
    is_mine: bool = False
    by_distance: bool = False
    here: tuple[float, float] | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.zone or self.category)


def choices(user) -> Choices:
    departments = list(Department.objects.filter(pk__in=list(user.roles)))
    here = ServiceRequest.objects.worked_by(user).exclude(status=Status.CLOSED)
    zones = Zone.objects.filter(pk__in=here.values("zone"))
    categories = Category.objects.filter(pk__in=here.values("category"))
    return Choices(departments, list(zones), list(categories.order_by("name")))


def filters(query, offered) -> Filters:
    """Read an address's `query` against what is offered; what makes no sense is left out."""
    department = _named(offered.departments, "slug", query.get("department"))
    mine = [department] if department else offered.departments
    return Filters(
        tab=query.get("tab") if query.get("tab") in TABS else "todo",
        departments=tuple(each.pk for each in mine),
        department=department,
        zone=_named(offered.zones, "slug", query.get("zone")),
        category=_named(offered.categories, "service_code", query.get("category")),
        is_mine=query.get("whose") == "mine",
        by_distance=query.get("sort") == "near",
        here=_place(query),
    )


def _named(entries, key, value):
    return next((entry for entry in entries if getattr(entry, key) == value), None)


def _place(query):
    try:
        latitude, longitude = parse_point(query.get("lat", ""), query.get("lng", ""))
    except BadCoordinate:
        return None
    return float(latitude), float(longitude)


def jobs(user, wanted):
    """The jobs of one tab, as the filters want them, best first."""
    rows = narrowed(user, wanted).filter(in_tab(wanted.tab))
    return _ordered(rows, wanted).select_related("category", "department", "assignee", "zone")


def narrowed(user, wanted):
    """The departments' requests in every tab, as zone, category and person narrow them."""
    rows = ServiceRequest.objects.filter(department__in=wanted.departments)
    if wanted.zone:
        rows = rows.filter(zone=wanted.zone)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    return rows.filter(assignee=user) if wanted.is_mine else rows


def in_tab(tab) -> Q:
    """A job planned for a later day waits under `planned`; on that day it is to be done."""
    today = timezone.localdate(clock.now())
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=today)
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "todo": Q(status__in=WORKABLE - {Status.ON_HOLD}) & ~later,
        "planned": later,
        "waiting": Q(status__in=[Status.ON_HOLD, Status.AWAITING_RESIDENT]),
        "done": Q(completed_at__gte=midnight, completed_by=F("department"))
        & ~Q(status__in=WORKABLE),
    }[tab]


def counts(user, wanted) -> dict[str, int]:
    """How many jobs each tab holds, and how many to do are this person's (`mine`), in one query."""
    rows = narrowed(user, replace(wanted, is_mine=False))
    whose = Q(assignee=user) if wanted.is_mine else Q()
    tabs = {tab: Count("pk", filter=in_tab(tab) & whose) for tab in TABS}
    here = in_tab(wanted.tab)
    return rows.aggregate(
        **tabs, everyone=Count("pk", filter=here), mine=Count("pk", filter=here & Q(assignee=user))
    )


def _ordered(rows, wanted):
    if wanted.tab == "planned":
        return rows.order_by("scheduled_for", "due_at", "pk")
    if wanted.tab == "done":
        return rows.order_by("-completed_at", "-pk")
    rows = rows.annotate(
        rank=Case(
            When(status=Status.DISPUTED, then=0),
            When(priority=Priority.URGENT, then=1),
            default=2,
        )
    )
    if wanted.by_distance and wanted.here:
        return rows.annotate(far=_squared_degrees(wanted.here)).order_by("rank", "far", "pk")
    return rows.order_by("rank", F("due_at").asc(nulls_last=True), "filed_at", "pk")


def _squared_degrees(here):
    """Grows with the distance from `here`; enough to sort by within a city."""
    latitude, longitude = here
    north = F("latitude") - Value(latitude, FloatField())
    east = (F("longitude") - Value(longitude, FloatField())) * cos(radians(latitude))
    return Coalesce(north * north + east * east, 1e9, output_field=FloatField())


def under_way(user) -> ServiceRequest | None:
    """The job this person began last and has not finished."""
    begun = ServiceRequest.objects.worked_by(user).filter(assignee=user, status=Status.IN_PROGRESS)
    return begun.select_related("category").order_by("-changed_at").first()


def version(wanted) -> str:
    """Changes with everything that happens to what the departments hold; one query."""
    rows = ServiceRequest.objects.filter(department__in=wanted.departments)
    seen = rows.exclude(status=Status.CLOSED).aggregate(
        n=Count("pk"), sum=Sum("version"), newest=Max("changed_at")
    )
    return hashlib.sha256(f"{wanted.departments}{seen}".encode()).hexdigest()[:16]


def newest_event() -> int:
    """The id of the last event of all; what comes later is news."""
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def arrived(user, wanted, since) -> int:
    """How many jobs of this list came to it after the event `since`."""
    came = Event.objects.filter(pk__gt=since, verb__in=ARRIVALS)
    rows = narrowed(user, wanted).filter(in_tab(wanted.tab))
    return rows.filter(pk__in=came.values("service_request")).count()


def colleagues(department_id):
    """Who else may take a job of this department."""
    return User.objects.filter(memberships__department=department_id, is_active=True).order_by(
        "first_name", "username"
    )
