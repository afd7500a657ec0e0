"""My day: the jobs a crew member means to do today, in the order of the way.

The plan is that person's own list and changes no request. Every change of it locks the person's
row, so that two phones of one person never disagree about the order.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock
from requests_app import workflow
from requests_app.errors import DomainError, InvalidInput
from requests_app.models import Event, ServiceRequest
from requests_app.status import Status
from staff_portal.day_plan import visiting_order
from staff_portal.models import Stop
from staff_portal.progress import DOABLE, DONE, TODO, State, is_pressing, is_to_do, state_of

MOST_STOPS = 25  # nobody does more in a day; a longer list is no plan
FORGOTTEN_AFTER = timedelta(days=14)
# What a resident can be told is done today; work under way and disputes say more than a day would.
TELLABLE = frozenset({Status.ROUTED, Status.SCHEDULED})


class Planned(NamedTuple):
    """A stop, its place in what is left to do (1, 2, …; None otherwise), and what became of it."""

    stop: Stop
    state: State
    number: int | None = None

    @property
    def row(self) -> ServiceRequest:
        return self.stop.service_request


class Day(NamedTuple):
    """One person's day. `left` is in the order of the way; `gone` lies with somebody else now."""

    day: date
    left: list[Planned]
    done: list[Planned]
    gone: list[Planned]

    @property
    def next(self) -> Planned | None:
        """The stop under way, else the first one left."""
        under_way = (each for each in self.left if each.row.status == Status.IN_PROGRESS)
        return next(under_way, self.left[0] if self.left else None)

    @property
    def tellable(self) -> list[Planned]:
        """What is left and whose resident has not been told that it is today."""
        return [each for each in self.left if can_be_told(each.row, self.day)]

    @property
    def total(self) -> int:
        return len(self.left) + len(self.done) + len(self.gone)


def day_of(user) -> Day:
    """The person's day with what became of each stop; two queries, however many stops."""
    newest = Event.objects.filter(service_request=OuterRef("service_request")).order_by("-pk")
    stops = _stops(user).annotate(seen=Subquery(newest.values("pk")[:1]))
    return _sorted_out(user, clock.today(), stops)


def _sorted_out(user, day, stops) -> Day:
    found = Day(day, [], [], [])
    for stop in stops.select_related("service_request__assignee"):
        state = state_of(stop.service_request, user, day)
        if state.kind == TODO:
            found.left.append(Planned(stop, state, len(found.left) + 1))
        else:
            (found.done if state.kind == DONE else found.gone).append(Planned(stop, state))
    return found


def _stops(user, day=None) -> QuerySet[Stop]:
    """Those of one day, in their order; of today if no day is named."""
    return Stop.objects.filter(user=user, day=day or clock.today()).order_by("position")


def version(user) -> str:
    """Changes with what is on today's plan and with everything that happens to it, not with the
    order; one query."""
    stops = _stops(user).order_by("service_request")
    versions = ("service_request__version", "service_request__staff_version")
    seen = list(stops.values_list("service_request", *versions))
    return hashlib.sha256(f"{seen}".encode()).hexdigest()[:16]


def is_planned(user, service_request) -> bool:
    return _stops(user).filter(service_request=service_request).exists()


def planned_job(user, reference) -> ServiceRequest | None:
    """The job of this reference that is on today's plan, whoever holds it by now."""
    return ServiceRequest.objects.filter(stops__in=_stops(user), reference=reference).first()


def planners(user, rows) -> tuple[dict[int, list[User]], int]:
    """Whose day each of these jobs is on today, by the request's id, and how many stops this
    person has left; one query."""
    stops = _stops_of(clock.today(), user.pk, [row.pk for row in rows])
    by_job, left = {}, 0
    for stop in stops:
        by_job.setdefault(stop.service_request_id, []).append(stop.user)
        left += stop.user_id == user.pk and is_to_do(stop.service_request, user)
    return by_job, left


def _stops_of(day, user, ids) -> QuerySet[Stop]:
    whose = Q(user=user) | Q(service_request__any=ids)
    return Stop.objects.filter(day=day).filter(whose).select_related("user", "service_request")


def can_be_told(service_request, day) -> bool:
    is_today = service_request.scheduled_for == day
    return service_request.status in TELLABLE and not (
        service_request.status == Status.SCHEDULED and is_today
    )


@transaction.atomic
def add(user, service_request, start=None) -> None:
    """Put a job on today's plan: into the way as it is sorted, or, where a person has put the
    stops in another order, where it makes the way longest by least. Twice is once.

    `start` is where the person is, (latitude, longitude) or None. Raises InvalidInput.
    """
    found = _locked(user)
    if service_request in {each.row for each in (*found.left, *found.done, *found.gone)}:
        return
    if not is_to_do(service_request, user):
        raise InvalidInput(
            "job", _("This job isn't yours right now, so we didn't add it to your day.")
        )
    if len(found.left) >= MOST_STOPS:
        words = _("Your day is full: %(n)s jobs. Remove one first.")
        raise InvalidInput("job", words % {"n": MOST_STOPS})
    Stop.objects.filter(user=user, day__lt=found.day - FORGOTTEN_AFTER).delete()
    _insert(found, Stop(user=user, day=found.day, service_request=service_request), start)


def _insert(found, stop, start) -> None:
    left = _those(found.left)
    places, new = [_place(each) for each in left], _place(stop)
    if visiting_order.in_order(places, start) == [place.key for place in places]:
        left = _sorted([*left, stop], start)
    else:
        left.insert(visiting_order.where_it_fits(new, places, start), stop)
    _write(found, left)


def _sorted(stops, start) -> list:
    by_key = {stop.service_request_id: stop for stop in stops}
    return [by_key[key] for key in visiting_order.in_order(map(_place, stops), start)]


@transaction.atomic
def remove(user, service_request) -> None:
    """Take a job off today's plan; one that is not on it is no error."""
    _locked(user)
    _stops(user).filter(service_request=service_request).delete()


@transaction.atomic
def reorder(user, references: Iterable[str]) -> None:
    """Put what is left into this order; what is not named stays behind it, as it was."""
    found = _locked(user)
    wanted = {reference: n for n, reference in enumerate(references)}
    left = _those(found.left)
    left.sort(key=lambda stop: wanted.get(stop.service_request.reference, len(wanted)))
    _write(found, left)


@transaction.atomic
def move(user, reference, by: int) -> None:
    """One place earlier (-1) or later (1) among what is left; at the end nothing moves."""
    found = _locked(user)
    left = _those(found.left)
    at = next((n for n, s in enumerate(left) if s.service_request.reference == reference), None)
    if at is not None and 0 <= at + by < len(left):
        left[at], left[at + by] = left[at + by], left[at]
        _write(found, left)


@transaction.atomic
def sort_again(user, start=None) -> None:
    """Order what is left by a sensible way from `start`, or from where the first stop is."""
    found = _locked(user)
    _write(found, _sorted(_those(found.left), start))


def tell_residents(user, seen: dict[str, int]) -> tuple[int, list[tuple[str, str]]]:
    """Tell the residents that their request is planned for today.

    `seen` maps the references on the page to the last event that was shown. Answers how many were
    told, and (reference, why not) for the rest. Each is an act of its own.
    """
    day, told, refused = day_of(user), 0, []
    for planned in day.tellable:
        row = planned.row
        if row.reference not in seen:
            continue
        try:
            workflow.schedule(row, day=day.day, by=user, seen=seen[row.reference])
            told += 1
        except DomainError as error:
            refused.append((row.reference, str(error.message)))
    return told, refused


def left_over(user) -> list[ServiceRequest]:
    """What is still to be done of the last earlier day with stops, and not on today's."""
    before = Stop.objects.filter(user=user, day__lt=clock.today())
    last = before.aggregate(last=Max("day"))["last"]
    if last is None:
        return []
    on_today = _stops(user).values("service_request")
    stops = _stops(user, last).exclude(service_request__in=on_today)
    return [each.row for each in _sorted_out(user, last, stops).left]


def given(user) -> list[ServiceRequest]:
    """What was given to this person, can be done today and is not on today's plan; one query."""
    mine = ServiceRequest.objects.in_departments_of(user).filter(assignee=user, status__in=DOABLE)
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=clock.today())
    on_today = _stops(user).values("service_request")
    return list(mine.exclude(later).exclude(pk__in=on_today).order_by("due_at", "pk"))


@transaction.atomic
def add_all(user, service_requests, start=None) -> None:
    """Put these on today's plan, as far as there is room and they are the person's to do."""
    _locked(user)
    for row in service_requests:
        try:
            add(user, row, start)
        except InvalidInput:
            continue  # full, or somebody else's by now: the page shows what is on it


def _locked(user) -> Day:
    """Today's plan, until the transaction ends nobody else's to change."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return day_of(user)


def _those(planned) -> list:
    return [each.stop for each in planned]


def _write(found, left) -> None:
    """Number the stops as they come, what is not left to do first; a new one is kept. The places
    are checked at the end.
    """
    stops = [*_those(found.done), *_those(found.gone), *left]
    for position, stop in enumerate(stops):
        stop.position = position
    Stop.objects.bulk_update([stop for stop in stops if stop.pk], ["position"])
    Stop.objects.bulk_create([stop for stop in stops if not stop.pk])


def _place(stop):
    """Ranked as the list has it: what is disputed, what is urgent, the rest."""
    row = stop.service_request
    rank = 2 - is_pressing(row) - (row.status == Status.DISPUTED)
    return visiting_order.Place(row.pk, row.coordinates, rank)
