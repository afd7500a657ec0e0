"""Lists in which a supervisor acts: late, disputed, unassigned, open and recently closed jobs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from lib import clock
from lib.text import clean_short_line
from requests_app import workflow
from requests_app.browsing import search_words
from requests_app.lateness import late_condition
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.models.queries import NOT_YET_CLOSED
from requests_app.status import (
    OPEN_STATUSES,
    UNCLOSED_STATUSES,
    WORKABLE_STATUSES,
    Outcome,
    Status,
    Verb,
)
from staff_portal import due
from staff_portal.overview.feedback import Dispute, add_photos, load_disputes
from staff_portal.overview.scope import Scope

JOBS_PER_PAGE = 50
MAX_SEARCH_LENGTH = 100
CLOSED_WITHIN_DAYS = 30
LIST_TITLES = {
    "late": _("Late"),
    "disputed": _("Disputed by residents"),
    "unassigned": _("Unassigned"),
    "open": _("All open"),
    "closed": _("Recently closed"),
}
TAB_LABELS = LIST_TITLES | {"disputed": _("Not fixed")}
EMPTY_LIST_MESSAGES = {
    "late": _("Nothing is late."),
    "disputed": _("No disputes right now."),
    "unassigned": _("Every job is assigned."),
    "open": _("Nothing is open."),
    "closed": _("Nothing was closed in the last 30 days."),
}
NOBODY = "nobody"
# Queries exclude these statuses instead of listing the others: see `NOT_YET_CLOSED`.
_STATUSES_WITHOUT_WORK = sorted(UNCLOSED_STATUSES - WORKABLE_STATUSES)


class JobList(NamedTuple):
    """A list of jobs in a scope, narrowed to a person (or NOBODY), a status or words."""

    scope: Scope
    name: str
    person: User | str | None
    status: Status | None
    words: str

    def url(self, **changes: str | None) -> str:
        """Return the URL of this list with changed query parameters; None removes one."""
        return self.scope.url("overview_jobs", **(self.query | changes))

    def answer_url(self, noun: str, row: ServiceRequest) -> str:
        """Return the URL to post a "verdict" or "reopening" of `row` to, with this list's query."""
        return self.scope.url(f"overview_{noun}", row.reference, **self.query)

    @property
    def query(self) -> dict[str, str]:
        """Return the list's own query parameters: `list`, and `person`, `status` and `q` if set."""
        query = {"list": self.name}
        if self.person:
            person = self.person
            query["person"] = person if isinstance(person, str) else person.username
        if self.status:
            query["status"] = self.status.value
        if self.words:
            query["q"] = self.words
        return query


class JobLine(NamedTuple):
    """A row of a list. `row` has `seen`, its last event; `verbs` are what the user may do.

    `people` are (id, name) of the possible assignees.
    """

    row: ServiceRequest
    url: str
    due: due.DueNotice | None
    verbs: tuple[Verb, ...]
    people: list[tuple[int, str]]
    dispute: Dispute | None
    verdict_url: str
    reopening_url: str

    @property
    def can_be_assigned(self) -> bool:
        """Return True if the user may assign the job and there is somebody to choose."""
        return Verb.ASSIGN in self.verbs and bool(self.people)


def parse_job_list(scope: Scope, query: QueryDict) -> JobList:
    """Parse the query of a URL; invalid values are ignored, and the default list is "late"."""
    name = query.get("list")
    status = query.get("status")
    return JobList(
        scope=scope,
        name=name if name in LIST_TITLES else "late",
        person=_find_person(query.get("person", "")),
        status=Status(status) if status in OPEN_STATUSES else None,
        words=clean_short_line(query.get("q", ""), MAX_SEARCH_LENGTH),
    )


def _find_person(username: str) -> User | str | None:
    """Return the user with this username, NOBODY, or None for "" and for an unknown user."""
    if not username or "\0" in username or len(username) > 150:
        return None
    return NOBODY if username == NOBODY else User.objects.filter(username=username).first()


def filtered_requests(job_list: JobList) -> QuerySet[ServiceRequest]:
    """Return the requests in the scope, filtered by words, status and person, whatever the list."""
    rows = job_list.scope.filtered_requests()
    if job_list.words:
        rows = search_words.narrow_to_words_or_number(rows, job_list.words)
    if job_list.status:
        rows = rows.filter(status=job_list.status)
    if job_list.person == NOBODY:
        return rows.filter(assignee=None)
    return rows.filter(assignee=job_list.person) if isinstance(job_list.person, User) else rows


def list_condition(name: str) -> Q:
    """Return the condition for the jobs of a list; `name` is a key of LIST_TITLES.

    "open" is without completed jobs, "closed" is of the last CLOSED_WITHIN_DAYS days without
    imported ones.
    """
    now = clock.now()
    return {
        "late": NOT_YET_CLOSED & late_condition(now),
        "disputed": NOT_YET_CLOSED & Q(status=Status.DISPUTED),
        "unassigned": NOT_YET_CLOSED & ~Q(status__in=_STATUSES_WITHOUT_WORK) & Q(assignee=None),
        "open": NOT_YET_CLOSED & ~Q(status=Status.COMPLETED),
        "closed": Q(status=Status.CLOSED)
        & Q(closed_at__gte=now - timedelta(days=CLOSED_WITHIN_DAYS))
        & ~Q(outcome=Outcome.IMPORTED),
    }[name]


def count_jobs_by_list(job_list: JobList) -> dict[str, int]:
    """Return the number of jobs in each list, in two queries."""
    rows = filtered_requests(job_list)
    lists = {
        name: Count("pk", filter=list_condition(name)) for name in LIST_TITLES if name != "closed"
    }
    found = rows.filter(NOT_YET_CLOSED).aggregate(**lists)
    return found | {"closed": rows.filter(list_condition("closed")).count()}


def load_page(job_list: JobList, total: int, number: str | None) -> Page:
    """Return one page of the list, which has `total` jobs; each row has `seen`, its last event.

    An invalid `number` gives the first page, one that is too high the last. The database sorts ids
    only and then reads the rows of the page.
    """
    rows = (
        filtered_requests(job_list)
        .filter(list_condition(job_list.name))
        .order_by(*_build_ordering(job_list.name))
    )
    paginator = Paginator(rows.values_list("pk", flat=True), JOBS_PER_PAGE)
    paginator.count = total
    page: Page = paginator.get_page(number)
    page.object_list = _load_in_order(list(page.object_list))
    return page


def _load_in_order(ids: list[int]) -> list[ServiceRequest]:
    """Return the requests with these ids, in this order; each has `seen`, its last event's id."""
    last = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk")
    rows = ServiceRequest.objects.select_related("assignee")
    found = rows.annotate(seen=Subquery(last.values("pk")[:1])).in_bulk(ids)
    return [found[pk] for pk in ids]


def _build_ordering(name: str) -> list[str | Case | OrderBy]:
    """Return the order_by() terms of a list: the earliest due date first, "unassigned" by urgency.

    "closed" has the latest first, and "disputed" the longest disputed.
    """
    if name == "closed":
        return ["-closed_at", "-pk"]
    if name == "disputed":
        return ["clock_started_at", "pk"]
    urgent = Case(When(priority=Priority.URGENT, then=0), default=1)
    first = [urgent] if name == "unassigned" else []
    return [*first, F("due_at").asc(nulls_last=True), "filed_at", "pk"]


def build_job_lines(user: User, job_list: JobList, rows: Sequence[ServiceRequest]) -> list[JobLine]:
    """Return the lines of these rows with what `user` may do, in four queries."""
    disputed = [row for row in rows if row.status == Status.DISPUTED]
    found = {each.row.pk: each for each in add_photos(load_disputes(disputed))}
    people = list_members_by_department({row.department_id for row in rows if row.department_id})
    return [
        JobLine(
            row=row,
            url=build_request_url(user, row),
            due=due.due_notice(row),
            verbs=tuple(workflow.available_verbs(row, user)),
            people=people.get(row.department_id or 0, []),
            dispute=found.get(row.pk),
            verdict_url=job_list.answer_url("verdict", row),
            reopening_url=job_list.answer_url("reopening", row),
        )
        for row in rows
    ]


def build_request_url(user: User, row: ServiceRequest) -> str:
    """Return the URL of the job for its crew, of the desk's page for agents, else a public one."""
    if user.works_for(row.department_id):
        return reverse("job", args=[row.reference])
    page = "desk_request" if user.is_agent else "service_request"
    return reverse(page, args=[row.reference])


def list_members_by_department(department_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Return (id, name) pairs of the active members by department id, by name; one query.

    Departments without members are left out.
    """
    rows = Membership.objects.filter(department__in=department_ids, user__is_active=True)
    found = defaultdict(list)
    for row in sorted(rows.select_related("user"), key=lambda row: row.user.full_name):
        found[row.department_id].append((row.user_id, row.user.full_name))
    return found
