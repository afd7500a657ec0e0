"""The lists on which a supervisor acts: late, disputed, nobody's, all open, closed lately."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
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
from staff_portal.overview.feedback import Dispute, with_disputes, with_shots
from staff_portal.overview.scope import Scope

ON_A_PAGE = 50
LONGEST_SEARCH = 100
DAYS_CLOSED = 30
LISTS = {
    "late": _("Late"),
    "disputed": _("Disputed by residents"),
    "unassigned": _("Unassigned"),
    "open": _("All open"),
    "closed": _("Recently closed"),
}
TABS = LISTS | {"disputed": _("Not fixed")}
EMPTY = {
    "late": _("Nothing is late."),
    "disputed": _("No disputes right now."),
    "unassigned": _("Every job is assigned."),
    "open": _("Nothing is open."),
    "closed": _("Nothing was closed in the last 30 days."),
}
NOBODY = "nobody"
# By what they are not, see `NOT_YET_CLOSED`.
_NO_WORK = sorted(UNCLOSED_STATUSES - WORKABLE_STATUSES)


class Wanted(NamedTuple):
    """Which list of a scope, narrowed to a person (NOBODY, or a user), to a status, or to the
    `words` of a search.
    """

    scope: Scope
    name: str
    person: User | str | None
    status: Status | None
    words: str

    def url(self, **changes: str | None) -> str:
        """Return the address of this list with changed parameters; None leaves one out."""
        return self.scope.url("overview_jobs", **(self.query | changes))

    def answer_url(self, noun: str, row: ServiceRequest) -> str:
        return self.scope.url(f"overview_{noun}", row.reference, **self.query)

    @property
    def query(self) -> dict[str, str]:
        said = {"list": self.name}
        if self.person:
            said["person"] = NOBODY if self.person == NOBODY else self.person.username
        if self.status:
            said["status"] = self.status.value
        if self.words:
            said["q"] = self.words
        return said


class Job(NamedTuple):
    """A line of a list. `row` has `seen`, its last event; `verbs` are what the looker may do."""

    row: ServiceRequest
    url: str
    due: due.Due | None
    verbs: tuple[Verb, ...]
    people: list[tuple[int, str]]
    dispute: Dispute | None
    verdict_url: str
    reopening_url: str

    @property
    def can_be_given(self) -> bool:
        return Verb.ASSIGN in self.verbs and bool(self.people)


def wanted(scope, query) -> Wanted:
    """Read an address; what makes no sense is left out."""
    name = query.get("list")
    status = query.get("status")
    return Wanted(
        scope=scope,
        name=name if name in LISTS else "late",
        person=_person(query.get("person", "")),
        status=Status(status) if status in OPEN_STATUSES else None,
        words=clean_short_line(query.get("q", ""), LONGEST_SEARCH),
    )


def _person(username) -> User | str | None:
    if not username or "\0" in username or len(username) > 150:
        return None
    return NOBODY if username == NOBODY else User.objects.filter(username=username).first()


def narrowed(wanted) -> QuerySet:
    """The scope's requests of one person or one status, or that a search finds, in every list."""
    rows = wanted.scope.requests()
    if wanted.words:
        rows = search_words.narrow_to_words_or_number(rows, wanted.words)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.person == NOBODY:
        return rows.filter(assignee=None)
    return rows.filter(assignee=wanted.person) if wanted.person else rows


def in_list(name) -> Q:
    now = clock.now()
    return {
        "late": NOT_YET_CLOSED & late_condition(now),
        "disputed": NOT_YET_CLOSED & Q(status=Status.DISPUTED),
        "unassigned": NOT_YET_CLOSED & ~Q(status__in=_NO_WORK) & Q(assignee=None),
        "open": NOT_YET_CLOSED & ~Q(status=Status.COMPLETED),
        "closed": Q(status=Status.CLOSED)
        & Q(closed_at__gte=now - timedelta(days=DAYS_CLOSED))
        & ~Q(outcome=Outcome.IMPORTED),
    }[name]


def counts(wanted) -> dict[str, int]:
    """How many each list holds, in two queries; a status narrows only what is open."""
    rows = narrowed(wanted)
    lists = {name: Count("pk", filter=in_list(name)) for name in LISTS if name != "closed"}
    found = rows.filter(NOT_YET_CLOSED).aggregate(**lists)
    return found | {"closed": rows.filter(in_list("closed")).count()}


def page_of(wanted, total, number) -> Page:
    """The rows of one page, each with `seen`, its last event. An index sorts thousands of ids, and
    the rows of a page alone are read.
    """
    rows = narrowed(wanted).filter(in_list(wanted.name)).order_by(*_order(wanted.name))
    paginator = Paginator(rows.values_list("pk", flat=True), ON_A_PAGE)
    paginator.count = total
    page = paginator.get_page(number)
    page.object_list = _read(list(page.object_list))
    return page


def _read(ids) -> list:
    last = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk")
    rows = ServiceRequest.objects.select_related("assignee")
    found = rows.annotate(seen=Subquery(last.values("pk")[:1])).in_bulk(ids)
    return [found[pk] for pk in ids]


def _order(name) -> list[str] | list:
    if name == "closed":
        return ["-closed_at", "-pk"]
    if name == "disputed":
        return ["clock_started_at", "pk"]
    urgent = Case(When(priority=Priority.URGENT, then=0), default=1)
    first = [urgent] if name == "unassigned" else []
    return [*first, F("due_at").asc(nulls_last=True), "filed_at", "pk"]


def jobs(user, wanted, rows) -> list[Job]:
    """The lines for these rows, as `user` may act on them; four queries however many."""
    disputed = [row for row in rows if row.status == Status.DISPUTED]
    found = {each.row.pk: each for each in with_shots(with_disputes(disputed))}
    people = members({row.department_id for row in rows} - {None})
    return [
        Job(
            row=row,
            url=link(user, row),
            due=due.due(row),
            verbs=tuple(workflow.available_verbs(row, user)),
            people=people[row.department_id],
            dispute=found.get(row.pk),
            verdict_url=wanted.answer_url("verdict", row),
            reopening_url=wanted.answer_url("reopening", row),
        )
        for row in rows
    ]


def link(user, row) -> str:
    """Where `user` works on this request, or at least sees it."""
    if user.works_for(row.department_id):
        return reverse("job", args=[row.reference])
    page = "desk_request" if user.is_agent else "service_request"
    return reverse(page, args=[row.reference])


def members(department_ids) -> dict[int, list[tuple[int, str]]]:
    """(id, name) of the people of each department, by name; one query."""
    rows = Membership.objects.filter(department__in=department_ids, user__is_active=True)
    found = defaultdict(list)
    for row in sorted(rows.select_related("user"), key=lambda row: row.user.full_name):
        found[row.department_id].append((row.user_id, row.user.full_name))
    return found
