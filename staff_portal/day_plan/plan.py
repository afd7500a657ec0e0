"""The day plan: the jobs a crew member means to do today, in order.

A plan belongs to one user and changes no request. Each change locks the user's row, so that two
phones of one user cannot save different orders.
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
from staff_portal.day_plan.visiting_order import RouteStop
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

MAX_STOPS_PER_DAY = 25  # nobody finishes more jobs in a day
DELETE_PLANS_AFTER = timedelta(days=14)
# Work in progress and disputes tell the resident more than a planned day would.
ANNOUNCEABLE_STATUSES = frozenset({Status.ROUTED, Status.SCHEDULED})


class PlannedStop(NamedTuple):
    """A stop with the state of its job; `number` is its position in the remaining stops, from 1.

    `number` is None for a stop that is done or gone.
    """

    stop: Stop
    state: JobState
    number: int | None = None

    @property
    def row(self) -> ServiceRequest:
        return self.stop.service_request


class Planners(NamedTuple):
    """The users who have each request on today's plan, by request id.

    `remaining` is the number of stops that the asking user has left.
    """

    users: dict[int, list[User]]
    remaining: int


class DayPlan(NamedTuple):
    """The stops of one user on one day.

    `remaining` is in the order of the route. `gone` are stops whose job somebody else has now, or
    that cannot be done.
    """

    day: date
    remaining: list[PlannedStop]
    done: list[PlannedStop]
    gone: list[PlannedStop]

    @property
    def next_stop(self) -> PlannedStop | None:
        """Return the stop with work in progress, else the first one remaining, or None."""
        under_way = (each for each in self.remaining if each.row.status == Status.IN_PROGRESS)
        return next(under_way, self.remaining[0] if self.remaining else None)

    @property
    def announceable_stops(self) -> list[PlannedStop]:
        """Return the remaining stops that are routed, or scheduled for another day."""
        return [each for each in self.remaining if can_announce_day(each.row, self.day)]

    @property
    def total(self) -> int:
        return len(self.remaining) + len(self.done) + len(self.gone)


def load_day_plan(user: User) -> DayPlan:
    """Return today's plan of `user`, with the state of each stop, in two queries.

    Each stop has `seen`, the id of the last event of its request.
    """
    newest = Event.objects.filter(service_request=OuterRef("service_request")).order_by("-pk")
    stops = _stops_of_day(user).annotate(seen=Subquery(newest.values("pk")[:1]))
    return _group_stops_by_state(user, clock.today(), stops)


def _group_stops_by_state(user: User, day: date, stops: QuerySet[Stop]) -> DayPlan:
    """Return the plan of `day`; each stop is remaining, done or gone, and keeps its order."""
    found = DayPlan(day, [], [], [])
    for stop in stops.select_related("service_request__assignee"):
        state = find_job_state(stop.service_request, user, day)
        if state.kind == TODO:
            found.remaining.append(PlannedStop(stop, state, len(found.remaining) + 1))
        else:
            (found.done if state.kind == DONE else found.gone).append(PlannedStop(stop, state))
    return found


def _stops_of_day(user: User, day: date | None = None) -> QuerySet[Stop]:
    """Return the stops of `user` on a day, today by default, in order."""
    return Stop.objects.filter(user=user, day=day or clock.today()).order_by("position")


def plan_version(user: User) -> str:
    """Return a hash that changes with today's stops and with every event of their requests.

    It does not change with the order. One query.
    """
    stops = _stops_of_day(user).order_by("service_request")
    versions = ("service_request__version", "service_request__staff_version")
    seen = list(stops.values_list("service_request", *versions))
    return hashlib.sha256(f"{seen}".encode()).hexdigest()[:16]


def is_on_todays_plan(user: User, service_request: ServiceRequest) -> bool:
    return _stops_of_day(user).filter(service_request=service_request).exists()


def find_planned_job(user: User, reference: str) -> ServiceRequest | None:
    """Return the request if it is on today's plan of `user`, whoever has it now, else None."""
    return ServiceRequest.objects.filter(stops__in=_stops_of_day(user), reference=reference).first()


def find_planners(user: User, rows: Iterable[ServiceRequest]) -> Planners:
    """Return the planners of these requests, and the remaining stops of `user`; one query."""
    stops = _stops_of_user_or_requests(clock.today(), user.pk, [row.pk for row in rows])
    users: dict[int, list[User]] = {}
    remaining = 0
    for stop in stops:
        users.setdefault(stop.service_request_id, []).append(stop.user)
        remaining += stop.user_id == user.pk and can_work_on(stop.service_request, user)
    return Planners(users, remaining)


def _stops_of_user_or_requests(day: date, user: int, ids: list[int]) -> QuerySet[Stop]:
    """Return the stops on `day` of the user, and those of everybody with one of the requests."""
    whose = Q(user=user) | Q(service_request__any=ids)
    return Stop.objects.filter(day=day).filter(whose).select_related("user", "service_request")


def can_announce_day(service_request: ServiceRequest, day: date) -> bool:
    """Return True if the request is routed, or scheduled for another day than `day`."""
    is_today = service_request.scheduled_for == day
    return service_request.status in ANNOUNCEABLE_STATUSES and not (
        service_request.status == Status.SCHEDULED and is_today
    )


@transaction.atomic
def add_stop(
    user: User, service_request: ServiceRequest, start: tuple[float, float] | None = None
) -> None:
    """Add a request to today's plan, unless it is there.

    If the plan is in the order of the shortest route from `start`, it is sorted again; if the user
    chose another order, the stop goes where it makes the route longest by least. Raise InvalidInput
    if the user cannot work on the request or the plan is full. Plans older than DELETE_PLANS_AFTER
    are deleted.
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


def _insert_stop_and_save(found: DayPlan, stop: Stop, start: tuple[float, float] | None) -> None:
    """Insert the stop, or sort all again if the order is that of `order_stops`; save it."""
    left = _list_stops(found.remaining)
    places, new = [_to_route_stop(each) for each in left], _to_route_stop(stop)
    if visiting_order.order_stops(places, start) == [place.key for place in places]:
        left = _sort_stops([*left, stop], start)
    else:
        left.insert(visiting_order.find_insertion_index(new, places, start), stop)
    _save_stop_order(found, left)


def _sort_stops(stops: Iterable[Stop], start: tuple[float, float] | None) -> list[Stop]:
    """Return the stops in the order of `visiting_order.order_stops` from `start`."""
    by_key = {stop.service_request_id: stop for stop in stops}
    return [by_key[key] for key in visiting_order.order_stops(map(_to_route_stop, stops), start)]


@transaction.atomic
def remove_stop(user: User, service_request: ServiceRequest) -> None:
    """Remove a request from today's plan, if it is there."""
    _lock_and_load_day_plan(user)
    _stops_of_day(user).filter(service_request=service_request).delete()


@transaction.atomic
def reorder_stops(user: User, references: Iterable[str]) -> None:
    """Sort the remaining stops by `references`; others follow in their former order."""
    found = _lock_and_load_day_plan(user)
    wanted = {reference: n for n, reference in enumerate(references)}
    left = _list_stops(found.remaining)
    left.sort(key=lambda stop: wanted.get(stop.service_request.reference, len(wanted)))
    _save_stop_order(found, left)


@transaction.atomic
def move_stop(user: User, reference: str, by: int) -> None:
    """Move a remaining stop one place earlier (`by` is -1) or later (1), if there is a place."""
    found = _lock_and_load_day_plan(user)
    left = _list_stops(found.remaining)
    at = next((n for n, s in enumerate(left) if s.service_request.reference == reference), None)
    if at is not None and 0 <= at + by < len(left):
        left[at], left[at + by] = left[at + by], left[at]
        _save_stop_order(found, left)


@transaction.atomic
def sort_by_shortest_route(user: User, start: tuple[float, float] | None = None) -> None:
    """Sort the remaining stops by urgency, then by a short route from `start` or the first stop."""
    found = _lock_and_load_day_plan(user)
    _save_stop_order(found, _sort_stops(_list_stops(found.remaining), start))


def announce_day_to_residents(
    user: User, seen: dict[str, int]
) -> tuple[int, list[tuple[str, str]]]:
    """Schedule the requests of the remaining stops for today, which tells their residents.

    `seen` maps the references to announce to the last event that the page showed. Return the number
    of scheduled requests, and (reference, error message) for each refused one. Each request is
    scheduled in a transaction of its own.
    """
    day, told, refused = load_day_plan(user), 0, []
    for planned in day.announceable_stops:
        row = planned.row
        if row.reference not in seen:
            continue
        try:
            workflow.schedule(row, day=day.day, by=user, seen=seen[row.reference])
            told += 1
        except DomainError as error:
            refused.append((row.reference, str(error.message)))
    return told, refused


def list_leftover_jobs(user: User) -> list[ServiceRequest]:
    """Return jobs of the last earlier plan, in order, that are still to do and not on today's."""
    before = Stop.objects.filter(user=user, day__lt=clock.today())
    last = before.aggregate(last=Max("day"))["last"]
    if last is None:
        return []
    on_today = _stops_of_day(user).values("service_request")
    stops = _stops_of_day(user, last).exclude(service_request__in=on_today)
    return [each.row for each in _group_stops_by_state(user, last, stops).remaining]


def list_unplanned_assigned_jobs(user: User) -> list[ServiceRequest]:
    """Return the requests assigned to `user` that can be done today and are not on today's plan.

    One query; the earliest due date comes first.
    """
    mine = ServiceRequest.objects.in_departments_of(user).filter(
        assignee=user, status__in=DOABLE_STATUSES
    )
    later = Q(status=Status.SCHEDULED, scheduled_for__gt=clock.today())
    on_today = _stops_of_day(user).values("service_request")
    return list(mine.exclude(later).exclude(pk__in=on_today).order_by("due_at", "pk"))


@transaction.atomic
def add_possible_stops(
    user: User, service_requests: Iterable[ServiceRequest], start: tuple[float, float] | None = None
) -> None:
    """Add requests to today's plan; skip those that `add_stop` refuses."""
    _lock_and_load_day_plan(user)
    for row in service_requests:
        try:
            add_stop(user, row, start)
        except InvalidInput:
            continue  # full, or somebody else's by now: the page shows what is on it


def _lock_and_load_day_plan(user: User) -> DayPlan:
    """Lock the user's row until the end of the transaction; return today's plan."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return load_day_plan(user)


def _list_stops(planned: Iterable[PlannedStop]) -> list[Stop]:
    return [each.stop for each in planned]


def _save_stop_order(found: DayPlan, left: list[Stop]) -> None:
    """Save the positions of all stops, with `left` last and in this order; insert the new stop.

    The unique constraint on the position is deferred to the end of the transaction.
    """
    stops = [*_list_stops(found.done), *_list_stops(found.gone), *left]
    for position, stop in enumerate(stops):
        stop.position = position
    Stop.objects.bulk_update([stop for stop in stops if stop.pk], ["position"])
    Stop.objects.bulk_create([stop for stop in stops if not stop.pk])


def _to_route_stop(stop: Stop) -> RouteStop:
    """Return the stop for `visiting_order`: rank 0 if disputed, 1 if urgent, else 2."""
    row = stop.service_request
    rank = 2 - is_pressing(row) - (row.status == Status.DISPUTED)
    return visiting_order.RouteStop(row.pk, row.coordinates, rank)
