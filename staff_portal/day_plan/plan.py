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
from staff_portal.progress import (
    DOABLE_STATUSES,
    DONE,
    TODO,
    JobState,
    can_work_on,
    find_job_state,
    is_pressing,
)

MAX_STOPS_PER_DAY = 25  # nobody does more in a day; a longer list is no plan
DELETE_PLANS_AFTER = timedelta(days=14)
# What a resident can be told is done today; work under way and disputes say more than a day would.
ANNOUNCEABLE_STATUSES = frozenset({Status.ROUTED, Status.SCHEDULED})


class PlannedStop(NamedTuple):
    """A stop, its place in what is left to do (1, 2, …; None otherwise), and what became of it."""

    stop: Stop
    state: JobState
    number: int | None = None

    @property
    def row(self) -> ServiceRequest:
        return self.stop.service_request


class DayPlan(NamedTuple):
    """One person's day. `left` is in the order of the way; `gone` lies with somebody else now."""

    day: date
    remaining: list[PlannedStop]
    done: list[PlannedStop]
    gone: list[PlannedStop]

    @property
    def next_stop(self) -> PlannedStop | None:
        """The stop under way, else the first one left."""
        under_way = (each for each in self.remaining if each.row.status == Status.IN_PROGRESS)
        return next(under_way, self.remaining[0] if self.remaining else None)

    @property
    def announceable(self) -> list[PlannedStop]:
        """What is left and whose resident has not been told that it is today."""
        return [each for each in self.remaining if can_announce_day(each.row, self.day)]

    @property
    def total(self) -> int:
        return len(self.remaining) + len(self.done) + len(self.gone)


def load_day_plan(user) -> DayPlan:
    """The person's day with what became of each stop; two queries, however many stops."""
    newest = Event.objects.filter(service_request=OuterRef("service_request")).order_by("-pk")
    stops = _stops_of_day(user).annotate(seen=Subquery(newest.values("pk")[:1]))
    return _group_stops_by_state(user, clock.today(), stops)


def _group_stops_by_state(user, day, stops) -> DayPlan:
    found = DayPlan(day, [], [], [])
    for stop in stops.select_related("service_request__assignee"):
        state = find_job_state(stop.service_request, user, day)
        if state.kind == TODO:
            found.remaining.append(PlannedStop(stop, state, len(found.remaining) + 1))
        else:
            (found.done if state.kind == DONE else found.gone).append(PlannedStop(stop, state))
    return found


def _stops_of_day(user, day=None) -> QuerySet[Stop]:
    """Those of one day, in their order; of today if no day is named."""
    return Stop.objects.filter(user=user, day=day or clock.today()).order_by("position")


def plan_version(user) -> str:
    """Changes with what is on today's plan and with everything that happens to it, not with the
    order; one query."""
    stops = _stops_of_day(user).order_by("service_request")
    versions = ("service_request__version", "service_request__staff_version")
    seen = list(stops.values_list("service_request", *versions))
    return hashlib.sha256(f"{seen}".encode()).hexdigest()[:16]


def is_on_todays_plan(user, service_request) -> bool:
    return _stops_of_day(user).filter(service_request=service_request).exists()


def find_planned_job(user, reference) -> ServiceRequest | None:
    """The job of this reference that is on today's plan, whoever holds it by now."""
    return ServiceRequest.objects.filter(stops__in=_stops_of_day(user), reference=reference).first()


def find_planners(user, rows) -> tuple[dict[int, list[User]], int]:
    """Whose day each of these jobs is on today, by the request's id, and how many stops this
    person has left; one query."""
    stops = _stops_of_user_or_requests(clock.today(), user.pk, [row.pk for row in rows])
    by_job, left = {}, 0
    for stop in stops:
        by_job.setdefault(stop.service_request_id, []).append(stop.user)
        left += stop.user_id == user.pk and can_work_on(stop.service_request, user)
    return by_job, left


def _stops_of_user_or_requests(day, user, ids) -> QuerySet[Stop]:
    whose = Q(user=user) | Q(service_request__any=ids)
    return Stop.objects.filter(day=day).filter(whose).select_related("user", "service_request")


def can_announce_day(service_request, day) -> bool:
    is_today = service_request.scheduled_for == day
    return service_request.status in ANNOUNCEABLE_STATUSES and not (
        service_request.status == Status.SCHEDULED and is_today
    )


@transaction.atomic
def add_stop(user, service_request, start=None) -> None:
    """Put a job on today's plan: into the way as it is sorted, or, where a person has put the
    stops in another order, where it makes the way longest by least. Twice is once.

    `start` is where the person is, (latitude, longitude) or None. Raises InvalidInput.
    """
    found = _lock_and_load_day_plan(user)
    if service_request in {each.row for each in (*found.remaining, *found.done, *found.gone)}:
        return
    if not can_work_on(service_request, user):
        raise InvalidInput(
            "job", _("This job isn't yours right now, so we didn't add it to your day.")
        )
    if len(found.remaining) >= MAX_STOPS_PER_DAY:
        words = _("Your day is full: %(n)s jobs. Remove one first.")
        raise InvalidInput("job", words % {"n": MAX_STOPS_PER_DAY})
    Stop.objects.filter(user=user, day__lt=found.day - DELETE_PLANS_AFTER).delete()
    _insert_stop_and_save(
        found, Stop(user=user, day=found.day, service_request=service_request), start
    )


def _insert_stop_and_save(found, stop, start) -> None:
    left = _list_stops(found.left)
    places, new = [_to_route_stop(each) for each in left], _to_route_stop(stop)
    if visiting_order.order_stops(places, start) == [place.key for place in places]:
        left = _sort_stops([*left, stop], start)
    else:
        left.insert(visiting_order.find_insertion_index(new, places, start), stop)
    _save_stop_order(found, left)


def _sort_stops(stops, start) -> list:
    by_key = {stop.service_request_id: stop for stop in stops}
    return [by_key[key] for key in visiting_order.order_stops(map(_to_route_stop, stops), start)]


@transaction.atomic
def remove_stop(user, service_request) -> None:
    """Take a job off today's plan; one that is not on it is no error."""
    _lock_and_load_day_plan(user)
    _stops_of_day(user).filter(service_request=service_request).delete()


@transaction.atomic
def reorder_stops(user, references: Iterable[str]) -> None:
    """Put what is left into this order; what is not named stays behind it, as it was."""
    found = _lock_and_load_day_plan(user)
    wanted = {reference: n for n, reference in enumerate(references)}
    left = _list_stops(found.remaining)
    left.sort(key=lambda stop: wanted.get(stop.service_request.reference, len(wanted)))
    _save_stop_order(found, left)


@transaction.atomic
def move_stop(user, reference, by: int) -> None:
    """One place earlier (-1) or later (1) among what is left; at the end nothing moves."""
    found = _lock_and_load_day_plan(user)
    left = _list_stops(found.remaining)
    at = next((n for n, s in enumerate(left) if s.service_request.reference == reference), None)
    if at is not None and 0 <= at + by < len(left):
        left[at], left[at + by] = left[at + by], left[at]
        _save_stop_order(found, left)


@transaction.atomic
def sort_by_shortest_route(user, start=None) -> None:
    """Order what is left by a sensible way from `start`, or from where the first stop is."""
    found = _lock_and_load_day_plan(user)
    _save_stop_order(found, _sort_stops(_list_stops(found.remaining), start))


def announce_day_to_residents(user, seen: dict[str, int]) -> tuple[int, list[tuple[str, str]]]:
    """Tell the residents that their request is planned for today.

    `seen` maps the references on the page to the last event that was shown. Answers how many were
    told, and (reference, why not) for the rest. Each is an act of its own.
    """
    day, told, refused = load_day_plan(user), 0, []
    for planned in day.announceable:
        row = planned.row
        if row.reference not in seen:
            continue
        try:
            workflow.schedule(row, day=day.day, by=user, seen=seen[row.reference])
            told += 1
        except DomainError as error:
            refused.append((row.reference, str(error.message)))
    return told, refused


def list_leftover_jobs(user) -> list[ServiceRequest]:
    """What is still to be done of the last earlier day with stops, and not on today's."""
    before = Stop.objects.filter(user=user, day__lt=clock.today())
    last = before.aggregate(last=Max("day"))["last"]
    if last is None:
        return []
    on_today = _stops_of_day(user).values("service_request")
    stops = _stops_of_day(user, last).exclude(service_request__in=on_today)
    return [each.row for each in _group_stops_by_state(user, last, stops).remaining]


def list_unplanned_assigned_jobs(user) -> list[ServiceRequest]:
    """What was given to this person, can be done today and is not on today's plan; one query."""
    mine = ServiceRequest.objects.worked_by(user).filter(assignee=user, status__in=DOABLE_STATUSES)
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=clock.today())
    on_today = _stops_of_day(user).values("service_request")
    return list(mine.exclude(later).exclude(pk__in=on_today).order_by("due_at", "pk"))


@transaction.atomic
def add_possible_stops(user, service_requests, start=None) -> None:
    """Put these on today's plan, as far as there is room and they are the person's to do."""
    _lock_and_load_day_plan(user)
    for row in service_requests:
        try:
            add_stop(user, row, start)
        except InvalidInput:
            continue  # full, or somebody else's by now: the page shows what is on it


def _lock_and_load_day_plan(user) -> DayPlan:
    """Today's plan, until the transaction ends nobody else's to change."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return load_day_plan(user)


def _list_stops(planned) -> list:
    return [each.stop for each in planned]


def _save_stop_order(found, left) -> None:
    """Number the stops as they come, what is not left to do first; a new one is kept. The places
    are checked at the end.
    """
    stops = [*_list_stops(found.done), *_list_stops(found.gone), *left]
    for position, stop in enumerate(stops):
        stop.position = position
    Stop.objects.bulk_update([stop for stop in stops if stop.pk], ["position"])
    Stop.objects.bulk_create([stop for stop in stops if not stop.pk])


def _to_route_stop(stop):
    """Ranked as the list has it: what is disputed, what is urgent, the rest."""
    row = stop.service_request
    rank = 2 - is_pressing(row) - (row.status == Status.DISPUTED)
    return visiting_order.RouteStop(row.pk, row.coordinates, rank)
