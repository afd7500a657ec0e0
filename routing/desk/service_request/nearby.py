"""Requests around a place: those that may be the same one, and what else is open there."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from city import geo
from lib import clock
from requests_app.browsing.rows import ready
from requests_app.filing.duplicates import SearchArea
from requests_app.filing.similarity import RECENCY_PERIOD, DescriptionFeatures, compute_similarity
from requests_app.models import Answer, ServiceRequest
from requests_app.models.closing_period import ClosingPeriod, period_of
from requests_app.models.queries import IS_CLOSED, IS_OPEN, NOT_YET_CLOSED
from requests_app.status import OPEN_STATUSES, Outcome, Status, StatusWording
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
    def badge(self) -> StatusWording:
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
    spots = _find_spots(service_request, radius)
    metres = {
        pk: geo.distance_m((float(one.latitude), float(one.longitude)), service_request.coordinates)
        for pk, one in spots.items()
    }
    kind = service_request.category_id
    alike = [one for pk, one in spots.items() if one.category == kind and metres[pk] <= radius]
    similar = _sort_by_likeness(alike, metres, service_request, answers)[:MOST_SIMILAR]
    near = [pk for pk, one in spots.items() if one.is_open and metres[pk] <= AROUND]
    others = sorted((pk for pk in near if pk not in similar), key=metres.get)[:MOST_OTHERS]
    found = ServiceRequest.objects.filter(pk__any=similar + others).order_by()
    rows = {row.pk: row for row in ready(found)}
    return Around(*(
        [Nearby(rows[pk], metres[pk]) for pk in ids if pk in rows]
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

    pk: int
    category: int
    latitude: Decimal
    longitude: Decimal
    status: str
    description: str
    filed_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


def _find_spots(service_request: ServiceRequest, radius: float) -> dict[int, _Spot]:
    """Return what may lie within `radius` or AROUND metres by id, the nearest first. One query."""
    here = SearchArea.around_point(service_request.coordinates, max(radius, AROUND))
    rows = ServiceRequest.objects.filter(here.box_query, is_hidden=False)
    rows = rows.exclude(pk=service_request.pk or 0)  # 0 for a call that is not filed yet
    category, since = service_request.category_id, clock.now() - RECENCY_PERIOD
    done = Q(status=Status.COMPLETED, category=category)
    going_on = rows.filter(NOT_YET_CLOSED).filter(IS_OPEN | done)
    closed = rows.alias(period=ClosingPeriod()).filter(
        IS_CLOSED & ~Q(outcome=Outcome.DUPLICATE),
        period__range=(period_of(since), period_of(clock.now())),
        category=category,
        closed_at__gte=since,
    )
    nearest = [
        here.order_by_distance(some).values("pk")[:_MOST_LOOKED_AT] for some in (going_on, closed)
    ]
    found = ServiceRequest.objects.filter(Q(pk__any=nearest[0]) | Q(pk__any=nearest[1]))
    found = here.order_by_distance(found).values_list(*_Spot._fields)[:_MOST_LOOKED_AT]
    return {spot.pk: spot for spot in map(_Spot._make, found)}


def _sort_by_likeness(
    alike: list[_Spot], metres: dict[int, float], service_request: ServiceRequest, answers: list
) -> list[int]:
    """Return the ids of `alike`, the likeliest first. One query, or none."""
    answered = defaultdict(list)
    ids = [one.pk for one in alike]
    for answer in Answer.objects.filter(service_request__any=ids) if ids else ():
        answered[answer.service_request_id].append(answer)
    this, now = DescriptionFeatures.from_text(service_request.description, answers), clock.now()
    scored = {
        one.pk: compute_similarity(
            this,
            DescriptionFeatures.from_text(one.description, answered[one.pk]),
            metres=metres[one.pk],
            radius=service_request.category.radius_m,
            is_open=one.is_open,
            age=now - (one.closed_at or one.filed_at),
        )
        for one in alike
    }
    return sorted(scored, key=scored.get, reverse=True)
