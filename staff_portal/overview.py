"""A department's work in numbers: what is open, how long it takes, what residents say of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, Q
from django.utils import timezone

from city.models import City
from requests_app.models import Completion, Event, ServiceRequest
from requests_app.status import OPEN, PAUSED, Outcome, Status, Verb
from santa311.lib import clock

PERIODS = {"week": 7, "month": 30, "year": 365}  # days
WEEKS = 8
MOST_KINDS = 8


@dataclass(frozen=True)
class Load:
    """How much of one status is open, and how much of that is late."""

    status: Status
    open: int
    late: int


@dataclass(frozen=True)
class Pace:
    """How long one category took: `days` is the median in working days, of `n` jobs."""

    category: str
    days: float
    target: int
    n: int

    @property
    def is_over(self) -> bool:
        return self.days > self.target


@dataclass(frozen=True)
class Verdicts:
    """What residents said of the work finished in a period, each job counted once."""

    confirmed: int
    disputed: int
    unanswered: int
    waiting: int

    @property
    def answered(self) -> int:
        return self.confirmed + self.disputed

    @property
    def finished(self) -> int:
        return self.answered + self.unanswered + self.waiting


def load(departments) -> list[Load]:
    """Every open status, in the order of the road."""
    late = Q(status__in=OPEN - PAUSED, due_at__lt=clock.now())
    rows = (
        ServiceRequest.objects.open()
        .filter(department__in=departments)
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"), late=Count("pk", filter=late))
    )
    found = {status: (n, late) for status, n, late in rows}
    return [Load(status, *found[status]) for status in Status if status in found]


def completions(departments, since) -> list[Completion]:
    """Each request finished since then, once: by its last completion in the period."""
    rows = (
        Completion.objects.filter(department__in=departments, event__at__gte=since)
        .select_related("event", "service_request__category")
        .order_by("event__at", "pk")
    )
    return list({row.service_request_id: row for row in rows}.values())


def paces(finished) -> list[Pace]:
    """The categories with most work, each with its median time since its clock started."""
    calendar = City.objects.current().calendar()
    days = defaultdict(list)
    for row in finished:
        days[row.service_request.category].append(_working_days(row, calendar))
    most = sorted(days, key=lambda category: (-len(days[category]), category.name))[:MOST_KINDS]
    return [
        Pace(category.name, median(days[category]), category.target_days, len(days[category]))
        for category in most
    ]


def middle(finished) -> float | None:
    """The median of all finished work, in working days; None where there is none."""
    calendar = City.objects.current().calendar()
    took = [_working_days(row, calendar) for row in finished]
    return median(took) if took else None


def _working_days(row, calendar):
    began = timezone.localdate(row.service_request.clock_started_at, calendar.tz)
    ended = timezone.localdate(row.event.at, calendar.tz)
    return max(0, calendar.working_days_between(began, ended))


def verdicts(finished) -> Verdicts:
    """A dispute counts as a no, also when the work was done again or upheld since."""
    ids = [row.service_request_id for row in finished]
    disputed = set(
        Event.objects.filter(service_request__in=ids, verb=Verb.DISPUTE).values_list(
            "service_request_id", flat=True
        )
    )
    counts = dict.fromkeys(("confirmed", "disputed", "unanswered", "waiting"), 0)
    for row in finished:
        counts[_verdict(row.service_request, disputed)] += 1
    return Verdicts(**counts)


def _verdict(row, disputed):
    if row.outcome == Outcome.CONFIRMED:
        return "confirmed"
    if row.pk in disputed:
        return "disputed"
    return "unanswered" if row.status == Status.CLOSED else "waiting"


def weeks(departments) -> list[tuple]:
    """(the Monday, requests that came, requests that were finished) of the last weeks."""
    today = timezone.localdate(clock.now())
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    came = _by_week(departments, {Verb.ROUTE}, first)
    went = _by_week(departments, {Verb.COMPLETE}, first)
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return [(monday, came[monday], went[monday]) for monday in mondays]


def _by_week(departments, verbs, first):
    events = Event.objects.filter(
        department__in=departments, verb__in=verbs, at__date__gte=first
    ).values_list("at", flat=True)
    found = defaultdict(int)
    for at in events:
        day = timezone.localdate(at)
        found[day - timedelta(days=day.weekday())] += 1
    return found


def disputes(departments, most=8):
    """What residents call not fixed, the oldest first, with the words of the dispute."""
    rows = ServiceRequest.objects.filter(department__in=departments, status=Status.DISPUTED)
    rows = rows.select_related("category", "department").order_by("clock_started_at")[:most]
    words = Event.objects.filter(verb=Verb.DISPUTE, service_request__in=[row.pk for row in rows])
    said = {e.service_request_id: e for e in words.select_related("words").order_by("pk")}
    times = dict(words.order_by().values_list("service_request").annotate(n=Count("pk")))
    return [(row, said[row.pk], times[row.pk]) for row in rows]
