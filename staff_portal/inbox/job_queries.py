"""Queries for the jobs of departments, in the order in which a crew would take them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from math import cos, radians
from typing import NamedTuple

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from lib import clock
from requests_app.browsing import search_words
from requests_app.models import Event, ServiceRequest
from requests_app.models.queries import NOT_YET_CLOSED, Urgency
from requests_app.status import UNCLOSED_STATUSES, WORKABLE_STATUSES, Status, Verb
from staff_portal.inbox.filters import TABS, InboxFilters, category_and_zone_condition

MAX_JOBS_PER_PAGE = 100  # jobs on one page; more are found by a filter
# The verbs that bring a job to a department, or back to it.
ARRIVAL_VERBS = (
    Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN, Verb.ANSWER, Verb.UNDO, Verb.REJECT_PROOF,
)  # fmt: skip
# Queries exclude these statuses instead of listing the others: then the planner estimates that
# nearly every row of the index matches.
NOT_TO_DO_STATUSES = sorted(UNCLOSED_STATUSES - WORKABLE_STATUSES | {Status.ON_HOLD})
_VERSION_SUM = F("version") + F("staff_version")


class JobCounts(NamedTuple):
    """Numbers of jobs per tab, and in this tab for everyone, the user, each zone and category.

    The counts of a zone or category (by id) ignore the filter of the same name. `version` is a hash
    of all jobs.
    """

    tabs: dict[str, int]
    everyone: int
    mine: int
    zones: Counter[int]
    categories: Counter[int]
    version: str


def jobs_of_tab(user: User, filters: InboxFilters) -> QuerySet[ServiceRequest]:
    """Return the filtered jobs of the tab in its order (`_order_jobs`), with their assignees."""
    rows = filtered_requests(user, filters).filter(tab_condition(filters.tab))
    return _order_jobs(rows, filters).select_related("assignee")


def search_jobs(user: User, filters: InboxFilters) -> dict[str, list[ServiceRequest]]:
    """Return the jobs that match `filters.words`, by tab and in each tab's order.

    Tabs without a match are left out; there are at most MAX_JOBS_PER_PAGE jobs in all. The
    search covers location, description, category and number, of which four characters are
    enough, with or without dashes. The filters by zone, category and person are ignored.
    """
    rows = ServiceRequest.objects.filter(department__in=filters.departments)
    matching = search_words.narrow_to_words_or_number(rows, filters.words)
    found: dict[str, list[ServiceRequest]] = {}
    for tab in TABS:
        room = MAX_JOBS_PER_PAGE - sum(len(jobs) for jobs in found.values())
        of_tab = _order_jobs(matching.filter(tab_condition(tab)), filters._replace(tab=tab))
        if jobs_of_tab := list(of_tab.select_related("assignee")[:room]):
            found[tab] = jobs_of_tab
    return found


def filtered_requests(user: User, filters: InboxFilters) -> QuerySet[ServiceRequest]:
    """Return the requests of all tabs, filtered by department, zone, category and person."""
    rows = ServiceRequest.objects.filter(
        category_and_zone_condition(filters), department__in=filters.departments
    )
    return rows.filter(assignee=user) if filters.is_mine else rows


def tab_condition(tab: str, today: date | None = None, midnight: datetime | None = None) -> Q:
    """Return the condition for the jobs of the tab "todo", "planned", "waiting" or "done".

    A job scheduled for a later day is in "planned", and in "todo" on that day. "done" has what
    its department completed since midnight, unless it is to do again. Give `today` and
    `midnight` both or neither.
    """
    if today is None:
        today, midnight = _today_and_midnight()
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=today)
    return {
        "todo": NOT_YET_CLOSED & ~Q(status__in=NOT_TO_DO_STATUSES) & ~later,
        "planned": NOT_YET_CLOSED & later,
        "waiting": NOT_YET_CLOSED & Q(status__in=[Status.ON_HOLD, Status.AWAITING_RESIDENT]),
        "done": Q(completed_at__gte=midnight, completed_by=F("department"))
        & ~Q(status__in=WORKABLE_STATUSES),
    }[tab]


def count_jobs(user: User, filters: InboxFilters) -> JobCounts:
    """Return all numbers that the page shows, from two queries grouped by zone and category."""
    today, midnight = _today_and_midnight()
    not_closed = _count_not_closed(user, filters, today, midnight)
    closed_today = _count_finished_today(user, filters.departments, midnight)
    return _sum_counts([*not_closed, *_complete_finished_counts(closed_today, filters)], filters)


def _today_and_midnight() -> tuple[date, datetime]:
    """Return today's date, and the moment it began, in the city's time zone."""
    now = timezone.localtime(clock.now())
    return now.date(), now.replace(hour=0, minute=0, second=0, microsecond=0)


def _count_not_closed(
    user: User, filters: InboxFilters, today: date, midnight: datetime
) -> QuerySet:
    """Return rows of numbers of unclosed jobs by `zone` and `category`.

    Each has the number per tab (only of the user's own jobs if `filters.is_mine`), `everyone` and
    `mine` in the chosen tab, the number `n` of all, the sum `versions` and the time `newest` of the
    last change. Only the filters' departments count.
    """
    rows = ServiceRequest.objects.filter(NOT_YET_CLOSED, department__any=filters.departments)
    whose = Q(assignee=user) if filters.is_mine else Q()
    tabs = {one: Count("pk", filter=tab_condition(one, today, midnight) & whose) for one in TABS}
    here = tab_condition(filters.tab, today, midnight)
    columns = tabs | {
        "everyone": Count("pk", filter=here),
        "mine": Count("pk", filter=here & Q(assignee=user)),
        "n": Count("pk"),
        "versions": Sum(_VERSION_SUM),
        "newest": Max("changed_at"),
    }
    return rows.order_by().values("zone", "category").annotate(**columns)


def _count_finished_today(user: User, departments: tuple[int, ...], midnight: datetime) -> QuerySet:
    """Return rows with `zone`, `category` and the numbers `n` and `mine` of closed jobs.

    They were finished since midnight by one of the departments; `mine` are assigned to `user`.
    """
    done = tab_condition("done", midnight.date(), midnight)
    rows = ServiceRequest.objects.filter(done, department__any=departments)
    rows = rows.filter(completed_by__any=departments, status=Status.CLOSED)
    mine = Count("pk", filter=Q(assignee=user))
    return rows.order_by().values("zone", "category").annotate(n=Count("pk"), mine=mine)


def _complete_finished_counts(rows: Iterable[dict], filters: InboxFilters) -> Iterator[dict]:
    """Yield rows of `_count_finished_today` with the columns of the tabs, and `n` as 0.

    `everyone` and `mine` are 0 unless the tab is "done"; `versions` and `newest` are missing.
    """
    for row in rows:
        everyone, mine = (row["n"], row["mine"]) if filters.tab == "done" else (0, 0)
        done = row["mine"] if filters.is_mine else row["n"]
        numbers = {"done": done, "everyone": everyone, "mine": mine, "n": 0}
        yield dict.fromkeys(TABS, 0) | row | numbers


def _sum_counts(found: list[dict], filters: InboxFilters) -> JobCounts:
    """Return the JobCounts of rows with the columns of `_count_not_closed`."""
    zone, kind = (row and row.pk for row in (filters.zone, filters.category))
    in_zone = [row for row in found if zone in (None, row["zone"])]
    in_kind = [row for row in found if kind in (None, row["category"])]
    in_both = [row for row in in_zone if kind in (None, row["category"])]
    total = {name: sum(row[name] for row in in_both) for name in (*TABS, "everyone", "mine")}
    return JobCounts(
        tabs={tab: total[tab] for tab in TABS},
        everyone=total["everyone"],
        mine=total["mine"],
        zones=_sum_by_column("zone", in_kind, filters.tab),
        categories=_sum_by_column("category", in_zone, filters.tab),
        version=_compute_version(found, filters),
    )


def _compute_version(found: list[dict], filters: InboxFilters) -> str:
    """Return the hash of `list_version`, computed from rows of `_count_not_closed`."""
    seen = [row for row in found if row["n"]]
    newest = max((row["newest"] for row in seen), default=None)
    numbers = sum(row["n"] for row in seen), sum(row["versions"] for row in seen)
    return _hash_version(filters, *numbers, newest)


def _sum_by_column(column: str, found: list[dict], tab: str) -> Counter[int]:
    """Return the numbers of the tab, summed by the zone or category id in `column`."""
    sums: Counter[int] = Counter()
    for row in found:
        sums[row[column]] += row[tab]
    return sums


def _order_jobs(rows: QuerySet[ServiceRequest], filters: InboxFilters) -> QuerySet[ServiceRequest]:
    """Order jobs of the filters' tab: "planned" by day, "done" latest first, others by urgency.

    Equally urgent ones are ordered by distance if the filters say so, else by due date.
    """
    if filters.tab == "planned":
        return rows.order_by("scheduled_for", "due_at", "pk")
    if filters.tab == "done":
        return rows.order_by("-completed_at", "-pk")
    rows = rows.annotate(rank=Urgency())
    if filters.by_distance and filters.here:
        return rows.annotate(far=_squared_degrees(filters.here)).order_by("rank", "far", "pk")
    return rows.order_by("rank", F("due_at").asc(nulls_last=True), "filed_at", "pk")


def _squared_degrees(here: tuple[float, float]) -> Coalesce:
    """Return an expression that grows with the distance from `here`, to sort by.

    Requests without coordinates come last.
    """
    latitude, longitude = here
    north = F("latitude") - Value(latitude, FloatField())
    east = (F("longitude") - Value(longitude, FloatField())) * cos(radians(latitude))
    return Coalesce(north * north + east * east, 1e9, output_field=FloatField())


def find_job_in_progress(user: User) -> ServiceRequest | None:
    """Return the job in progress assigned to the user, the last changed of several, or None."""
    mine = ServiceRequest.objects.in_departments_of(user).filter(assignee=user)
    begun = mine.filter(status=Status.IN_PROGRESS)
    return begun.order_by("-changed_at").first()


def list_version(filters: InboxFilters) -> str:
    """Return a hash that changes with every event of an unclosed job of the departments.

    One query. Other filters do not change the hash.
    """
    rows = ServiceRequest.objects.filter(NOT_YET_CLOSED, department__in=filters.departments)
    seen = rows.aggregate(n=Count("pk"), sum=Sum(_VERSION_SUM), newest=Max("changed_at"))
    return _hash_version(filters, seen["n"], seen["sum"] or 0, seen["newest"])


def _hash_version(filters: InboxFilters, *seen: object) -> str:
    """Return 16 hexadecimal digits for the filters' departments and the values in `seen`."""
    return hashlib.sha256(f"{filters.departments}{seen}".encode()).hexdigest()[:16]


def find_newest_event_id() -> int:
    """Return the id of the last event of all requests; 0 if there is none."""
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def count_arrivals(user: User, filters: InboxFilters, since: int) -> int:
    """Return how many jobs of this list came or came back to the department after event `since`."""
    came = Event.objects.filter(pk__gt=since, verb__in=ARRIVAL_VERBS)
    came = came.exclude(undoes__verb=Verb.START)  # it was in the list all the time
    rows = filtered_requests(user, filters).filter(tab_condition(filters.tab))
    return rows.filter(pk__in=came.values("service_request")).count()
