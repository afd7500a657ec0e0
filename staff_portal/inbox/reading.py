"""A department's jobs, in the order in which a crew would take them."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from math import cos, radians
from typing import Any, NamedTuple

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import cache
from city.models import Category, Department, Zone
from lib import clock
from lib.text import clean_short_line
from requests_app.browsing import search_words
from requests_app.models import Event, ServiceRequest
from requests_app.models.queries import NOT_YET_CLOSED, Urgency
from requests_app.status import UNCLOSED_STATUSES, WORKABLE_STATUSES, Status, Verb

MOST = 100  # jobs on one page; more are found by a filter
LONGEST_SEARCH = 100
TABS = {
    "todo": (_("Jobs"), "list"),
    "planned": (_("Planned"), "calendar"),
    "waiting": (_("Waiting"), "pause"),
    "done": (_("Done"), "check"),
}
# What a list can be narrowed by, and the column by which an address names it.
KEYS = {"department": "slug", "category": "service_code", "zone": "slug"}
# What brings a job to a department, or back to it.
ARRIVALS = (
    Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN, Verb.ANSWER, Verb.UNDO, Verb.REJECT_PROOF,
)  # fmt: skip
# By what it is not: the planner then takes nearly every row of the index of jobs for wanted.
NOT_TO_DO = sorted(UNCLOSED_STATUSES - WORKABLE_STATUSES | {Status.ON_HOLD})
_VERSIONS = F("version") + F("staff_version")


class Choices(NamedTuple):
    """What the filters can name: this person's departments, and the city's areas and kinds."""

    departments: list[Department]
    zones: list[Zone]
    categories: list[Category]


class Filters(NamedTuple):
    """What the person asked for. `here` is (latitude, longitude) in degrees, where known. `words`
    are searched in every tab; they are empty where nothing is searched.
    """

    tab: str
    words: str
    view: str
    departments: tuple[int, ...]
    department: Department | None
    zone: Zone | None
    category: Category | None
    is_mine: bool
    by_distance: bool
    here: tuple[float, float] | None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.zone or self.category)


class Tally(NamedTuple):
    """How many jobs there are: by tab as the filters stand; in this tab all, mine, and by what
    each filter would give (ids of zones and categories). `version` is that of all of them."""

    tabs: dict[str, int]
    everyone: int
    mine: int
    zones: Counter[int]
    categories: Counter[int]
    version: str


def choices(user) -> Choices:
    offered = everything_offered()
    own = [department for department in offered.departments if department.pk in user.roles]
    return offered._replace(departments=own)


@cache.remembered
def everything_offered() -> Choices:
    """For somebody of every department."""
    every = Department.objects.all(), Zone.objects.all(), Category.objects.order_by("name")
    return Choices(*map(list, every))


def filters(query, offered, here=None) -> Filters:
    """Read an address's `query` against what is offered; what makes no sense is left out."""
    department = named("department", offered.departments, query)
    mine = [department] if department else offered.departments
    words = clean_short_line(query.get("q", ""), LONGEST_SEARCH)
    return Filters(
        tab=query.get("tab") if query.get("tab") in TABS else "todo",
        words=words,
        view="map" if query.get("view") == "map" and not words else "list",
        departments=tuple(each.pk for each in mine),
        department=department,
        zone=named("zone", offered.zones, query),
        category=named("category", offered.categories, query),
        is_mine=query.get("whose") == "mine",
        by_distance=query.get("sort", "near" if here else "") == "near",
        here=here,
    )


def named(name, entries, query) -> Any:
    """The one of `entries` that an address's `query` names under `name`; None without one."""
    return next((row for row in entries if getattr(row, KEYS[name]) == query.get(name)), None)


def jobs(user, wanted) -> QuerySet:
    """The jobs of one tab, as the filters want them, best first."""
    rows = narrowed(user, wanted).filter(in_tab(wanted.tab))
    return _ordered(rows, wanted).select_related("assignee")


def search(user, wanted) -> dict[str, list[ServiceRequest]]:
    """Return the jobs that say the words of `wanted`, by tab, each tab's best first; tabs without
    any are left out. At most MOST jobs in all.

    The words are looked for in number, location, description and category, also parts of a number
    without its prefix and dashes. Area, kind of work and person narrow nothing here.
    """
    rows = ServiceRequest.objects.filter(department__in=wanted.departments)
    rows = search_words.narrow_to_words_or_number(rows, wanted.words)
    found = {}
    for tab in TABS:
        room = MOST - sum(map(len, found.values()))
        of_tab = _ordered(rows.filter(in_tab(tab)), wanted._replace(tab=tab))
        if jobs_of_tab := list(of_tab.select_related("assignee")[:room]):
            found[tab] = jobs_of_tab
    return found


def narrowed(user, wanted) -> QuerySet:
    """The departments' requests in every tab, as zone, category and person narrow them."""
    rows = ServiceRequest.objects.filter(what_and_where(wanted), department__in=wanted.departments)
    return rows.filter(assignee=user) if wanted.is_mine else rows


def what_and_where(wanted, prefix="") -> Q:
    """Of the category and the zone, if `wanted` names them; `prefix` leads to the request."""
    rows = {"category": wanted.category, "zone": wanted.zone}
    return Q(**{f"{prefix}{name}": row for name, row in rows.items() if row})


def in_tab(tab, today=None, midnight=None) -> Q:
    """A job planned for a later day waits under `planned`; on that day it is to be done."""
    if today is None:
        today, midnight = _day()
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=today)
    return {
        "todo": NOT_YET_CLOSED & ~Q(status__in=NOT_TO_DO) & ~later,
        "planned": NOT_YET_CLOSED & later,
        "waiting": NOT_YET_CLOSED & Q(status__in=[Status.ON_HOLD, Status.AWAITING_RESIDENT]),
        "done": Q(completed_at__gte=midnight, completed_by=F("department"))
        & ~Q(status__in=WORKABLE_STATUSES),
    }[tab]


def tally(user: User, wanted: Filters) -> Tally:
    """Everything the page counts, from two queries: a row for each area and kind of work."""
    today, midnight = _day()
    not_closed = _not_closed(user, wanted, today, midnight)
    closed_today = _finished_today(user, wanted.departments, midnight)
    return _summed([*not_closed, *_closed_today(closed_today, wanted)], wanted)


def _day() -> tuple[Any, datetime]:
    """The day of today, and when it began."""
    now = timezone.localtime(clock.now())
    return now.date(), now.replace(hour=0, minute=0, second=0, microsecond=0)


def _not_closed(user: User, wanted: Filters, today: date, midnight: datetime) -> QuerySet:
    rows = ServiceRequest.objects.filter(NOT_YET_CLOSED, department__any=wanted.departments)
    whose = Q(assignee=user) if wanted.is_mine else Q()
    tabs = {one: Count("pk", filter=in_tab(one, today, midnight) & whose) for one in TABS}
    here = in_tab(wanted.tab, today, midnight)
    columns = tabs | {
        "everyone": Count("pk", filter=here),
        "mine": Count("pk", filter=here & Q(assignee=user)),
        "n": Count("pk"),
        "versions": Sum(_VERSIONS),
        "newest": Max("changed_at"),
    }
    return rows.order_by().values("zone", "category").annotate(**columns)


def _finished_today(user: User, departments: tuple[int, ...], midnight: datetime) -> QuerySet:
    done = in_tab("done", midnight.date(), midnight)
    rows = ServiceRequest.objects.filter(done, department__any=departments)
    rows = rows.filter(completed_by__any=departments, status=Status.CLOSED)
    mine = Count("pk", filter=Q(assignee=user))
    return rows.order_by().values("zone", "category").annotate(n=Count("pk"), mine=mine)


def _closed_today(rows, wanted) -> Iterator:
    """The same for what was closed on the day it was finished."""
    for row in rows:
        everyone, mine = (row["n"], row["mine"]) if wanted.tab == "done" else (0, 0)
        done = row["mine"] if wanted.is_mine else row["n"]
        numbers = {"done": done, "everyone": everyone, "mine": mine, "n": 0}
        yield dict.fromkeys(TABS, 0) | row | numbers


def _summed(found, wanted) -> Tally:
    zone, kind = (row and row.pk for row in (wanted.zone, wanted.category))
    in_zone = [row for row in found if zone in (None, row["zone"])]
    in_kind = [row for row in found if kind in (None, row["category"])]
    in_both = [row for row in in_zone if kind in (None, row["category"])]
    total = {name: sum(row[name] for row in in_both) for name in (*TABS, "everyone", "mine")}
    return Tally(
        tabs={tab: total[tab] for tab in TABS},
        everyone=total["everyone"],
        mine=total["mine"],
        zones=_by("zone", in_kind, wanted.tab),
        categories=_by("category", in_zone, wanted.tab),
        version=_version_of_all(found, wanted),
    )


def _version_of_all(found, wanted) -> str:
    seen = [row for row in found if row["n"]]
    newest = max((row["newest"] for row in seen), default=None)
    numbers = sum(row["n"] for row in seen), sum(row["versions"] for row in seen)
    return _hashed(wanted, *numbers, newest)


def _by(column, found, tab) -> Counter:
    sums = Counter()
    for row in found:
        sums[row[column]] += row[tab]
    return sums


def _ordered(rows, wanted) -> QuerySet:
    if wanted.tab == "planned":
        return rows.order_by("scheduled_for", "due_at", "pk")
    if wanted.tab == "done":
        return rows.order_by("-completed_at", "-pk")
    rows = rows.annotate(rank=Urgency())
    if wanted.by_distance and wanted.here:
        return rows.annotate(far=_squared_degrees(wanted.here)).order_by("rank", "far", "pk")
    return rows.order_by("rank", F("due_at").asc(nulls_last=True), "filed_at", "pk")


def _squared_degrees(here) -> Coalesce:
    """Grows with the distance from `here`; enough to sort by within a city."""
    latitude, longitude = here
    north = F("latitude") - Value(latitude, FloatField())
    east = (F("longitude") - Value(longitude, FloatField())) * cos(radians(latitude))
    return Coalesce(north * north + east * east, 1e9, output_field=FloatField())


def under_way(user) -> ServiceRequest | None:
    """The job this person began last and has not finished."""
    mine = ServiceRequest.objects.in_departments_of(user).filter(assignee=user)
    begun = mine.filter(status=Status.IN_PROGRESS)
    return begun.order_by("-changed_at").first()


def version(wanted) -> str:
    """Changes with everything that happens to what the departments hold; one query."""
    rows = ServiceRequest.objects.filter(NOT_YET_CLOSED, department__in=wanted.departments)
    seen = rows.aggregate(n=Count("pk"), sum=Sum(_VERSIONS), newest=Max("changed_at"))
    return _hashed(wanted, seen["n"], seen["sum"] or 0, seen["newest"])


def _hashed(wanted, *seen) -> str:
    return hashlib.sha256(f"{wanted.departments}{seen}".encode()).hexdigest()[:16]


def newest_event() -> int:
    """The id of the last event of all; what comes later is news."""
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def arrived(user, wanted, since) -> int:
    """How many jobs of this list came to it after the event `since`."""
    came = Event.objects.filter(pk__gt=since, verb__in=ARRIVALS)
    came = came.exclude(undoes__verb=Verb.START)  # it was in the list all the time
    rows = narrowed(user, wanted).filter(in_tab(wanted.tab))
    return rows.filter(pk__in=came.values("service_request")).count()
