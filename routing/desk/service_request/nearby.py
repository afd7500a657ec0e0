"""Requests around a place: those that may be the same one, and what else is open there."""

from collections import defaultdict
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from city import geo
from lib import clock
from requests_app.browsing.rows import ready
from requests_app.filing.duplicates import Surroundings
from requests_app.filing.ranking import LATELY, Description, likeness
from requests_app.models import Answer, ServiceRequest
from requests_app.models.closing_period import ClosingPeriod, period_of
from requests_app.models.queries import IS_CLOSED, IS_OPEN, NOT_YET_CLOSED
from requests_app.status import OPEN, Outcome, Status, Wording
from requests_app.timeline import badge
from routing.desk.originals import metres_between

AROUND = 150  # metres in which other open requests are shown
MOST_SIMILAR, MOST_OTHERS = 8, 5
_MOST_LOOKED_AT = 120  # the nearest ones


class Nearby(NamedTuple):
    """A request around the one that is read, `metres` away."""

    service_request: ServiceRequest
    metres: float

    @property
    def badge(self) -> Wording:
        return badge.for_others(self.service_request)

    @property
    def distance(self) -> str:
        return geo.said_distance(self.metres)

    @property
    def kind(self) -> str:
        """How its pin is drawn."""
        if not self.service_request.is_open:
            return "fixed"
        status = self.service_request.status
        return "working" if status == Status.IN_PROGRESS else "reported"

    @property
    def pin(self) -> tuple[float, float, str]:
        """(latitude, longitude, kind) for the base map."""
        return (*self.service_request.coordinates, self.kind)

    @property
    def picture(self):
        return next(iter(self.service_request.shown_photos), None)

    @property
    def can_be_original(self) -> bool:
        """Whether a duplicate may point to it, as far as the row itself says."""
        return self.service_request.duplicate_of_id is None


class Around(NamedTuple):
    """`similar` ones, the likeliest first, and `others` that are open, the nearest first."""

    similar: list[Nearby]
    others: list[Nearby]

    @property
    def all(self) -> list[Nearby]:
        return self.similar + self.others


def around(service_request, answers) -> Around:
    """What lies around `service_request`, to which the reporter gave `answers`. Four queries.

    Similar are those of the same category within its radius that are open or were closed in the
    last 90 days; others are open ones of any category within 150 metres.
    """
    if service_request.coordinates is None:
        return Around([], [])
    radius = service_request.category.radius_m
    spots = _spots(service_request, radius)
    kind = service_request.category_id
    alike = {pk: one for pk, one in spots.items() if one.kind == kind and one.metres <= radius}
    similar = _likeliest(alike, service_request, answers)
    others = _others({pk: one for pk, one in spots.items() if pk not in similar})
    found = ServiceRequest.objects.filter(pk__any=similar + others).order_by()
    rows = {row.pk: row for row in ready(found)}
    return Around(*(
        [Nearby(rows[pk], spots[pk].metres) for pk in ids if pk in rows]
        for ids in (similar, others)
    ))  # fmt: skip


def one_of(service_request, reference) -> Nearby | None:
    """The request with this `reference`, as seen from `service_request`; not itself."""
    rows = ServiceRequest.objects.filter(reference=reference)
    row = rows.exclude(pk=service_request.pk).first()
    if row is None:
        return None
    ready([row])
    return Nearby(row, metres_between(row, service_request))


class _Spot(NamedTuple):
    """What is read of each candidate: most of them are not shown."""

    kind: int
    metres: float
    is_open: bool
    description: str
    filed_at: datetime
    closed_at: datetime | None


_READ = (
    "pk",
    "category",
    "latitude",
    "longitude",
    "status",
    "description",
    "filed_at",
    "closed_at",
)


def _spots(service_request, radius):
    """By id, the nearest ones first."""
    here = Surroundings.of(service_request.coordinates, max(radius, AROUND))
    now = clock.now()
    found = _around(
        now=now,
        first_period=period_of(now - LATELY),
        last_period=period_of(now),
        category=service_request.category_id,
        pk=service_request.pk or 0,  # a call that is not filed yet
        **here._asdict(),
    )
    return {
        pk: _Spot(kind, _metres(service_request, lat, lng), status in OPEN, *told)
        for pk, kind, lat, lng, status, *told in found
    }


def _metres(service_request, latitude, longitude):
    return geo.distance_m((float(latitude), float(longitude)), service_request.coordinates)


def _around(now, category, pk, first_period, last_period, **place):
    here = Surroundings(**place)
    rows = ServiceRequest.objects.filter(here.is_inside, is_hidden=False).exclude(pk=pk)
    same = Q(status=Status.COMPLETED, category=category)
    going_on = rows.filter(NOT_YET_CLOSED).filter(IS_OPEN | same)
    closed = rows.alias(period=ClosingPeriod()).filter(
        IS_CLOSED & ~Q(outcome=Outcome.DUPLICATE),
        period__range=(first_period, last_period),
        category=category,
        closed_at__gte=now - LATELY,
    )
    nearest = (
        Q(pk__any=here.nearest_first(some).values("pk")[:_MOST_LOOKED_AT])
        for some in (going_on, closed)
    )
    found = here.nearest_first(ServiceRequest.objects.filter(reduce(or_, nearest)))
    return found.values_list(*_READ)[:_MOST_LOOKED_AT]


def _likeliest(alike, service_request, answers):
    """The ids of the likeliest, these first."""
    answered = defaultdict(list)
    for answer in Answer.objects.filter(service_request__any=list(alike)) if alike else ():
        answered[answer.service_request_id].append(answer)
    this, now = Description.of(service_request.description, answers), clock.now()
    radius = service_request.category.radius_m
    scored = {
        pk: likeness(
            this,
            Description.of(one.description, answered[pk]),
            metres=one.metres,
            radius=radius,
            is_open=one.is_open,
            age=now - (one.closed_at or one.filed_at),
        )
        for pk, one in alike.items()
    }
    return sorted(scored, key=scored.get, reverse=True)[:MOST_SIMILAR]


def _others(spots):
    """The ids of the nearest open ones."""
    near = {pk: one.metres for pk, one in spots.items() if one.is_open and one.metres <= AROUND}
    return sorted(near, key=near.get)[:MOST_OTHERS]
