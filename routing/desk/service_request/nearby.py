"""Requests around a place: possible duplicates, and other open requests."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from city import geo
from lib import clock
from requests_app.browsing.rows import load_with_photos
from requests_app.filing.duplicates import SearchArea
from requests_app.filing.similarity import RECENCY_PERIOD, DescriptionFeatures, compute_similarity
from requests_app.models import Answer, Photo, ServiceRequest
from requests_app.models.closing_period import ClosingPeriod, closing_period
from requests_app.models.queries import IS_CLOSED, IS_OPEN, NOT_YET_CLOSED
from requests_app.status import OPEN_STATUSES, Outcome, Status, StatusWording
from requests_app.timeline import badge
from routing.desk.duplicate_warnings import distance_between

NEARBY_RADIUS_M = 150  # metres in which other open requests are shown
MAX_SIMILAR, MAX_OTHERS = 8, 5
_MAX_CANDIDATES = 120  # the nearest ones


class NearbyRequest(NamedTuple):
    """A request and its distance in `metres` from the request that the agent reads."""

    service_request: ServiceRequest
    metres: float

    @property
    def badge(self) -> StatusWording:
        """Return the status as the public reads it."""
        return badge.public_badge(self.service_request)

    @property
    def distance(self) -> str:
        """Return the distance as text with its unit."""
        return geo.format_distance(self.metres)

    @property
    def summary(self) -> str:
        """Return its distance and status, as “30 ft · Received”."""
        return f"{self.distance} · {self.badge.words}"

    @property
    def pin_kind(self) -> str:
        """Return the kind of its pin by status: "fixed" (not open), "working" or "reported"."""
        if not self.service_request.is_open:
            return "fixed"
        status = self.service_request.status
        return "working" if status == Status.IN_PROGRESS else "reported"

    @property
    def pin(self) -> tuple[float, float, str] | None:
        """Return (latitude, longitude, kind) for the base map; None without coordinates."""
        point = self.service_request.coordinates
        return (*point, self.pin_kind) if point else None

    @property
    def photo(self) -> Photo | None:
        """Return the first photo that is shown; None without one."""
        return next(iter(self.service_request.shown_photos), None)

    @property
    def can_be_original(self) -> bool:
        """Return True if a duplicate may point to it: it is not a duplicate itself."""
        return self.service_request.duplicate_of_id is None


class NearbyRequests(NamedTuple):
    """Similar requests, the likeliest first, and `others` that are open, the nearest first."""

    similar: list[NearbyRequest]
    others: list[NearbyRequest]

    @property
    def all(self) -> list[NearbyRequest]:
        return self.similar + self.others


def find_nearby_requests(service_request: ServiceRequest, answers: list[Answer]) -> NearbyRequests:
    """Return the requests around `service_request`. Four queries.

    Similar requests have the same category, are within its radius, and are open or were closed in
    the last 90 days; at most MAX_SIMILAR. Others are open requests of any category within
    NEARBY_RADIUS_M that are not similar; at most MAX_OTHERS. Hidden requests and closed duplicates
    are left out. Both lists are empty without coordinates.
    """
    point = service_request.coordinates
    if point is None:
        return NearbyRequests([], [])
    radius = service_request.category.radius_m
    spots = _find_candidates(service_request, point, radius)
    metres = {
        pk: geo.distance_m((float(one.latitude), float(one.longitude)), point)
        for pk, one in spots.items()
    }
    kind = service_request.category_id
    alike = [one for pk, one in spots.items() if one.category == kind and metres[pk] <= radius]
    similar = _sort_by_likeness(alike, metres, service_request, answers)[:MAX_SIMILAR]
    near = [pk for pk, one in spots.items() if one.is_open and metres[pk] <= NEARBY_RADIUS_M]
    others = sorted((pk for pk in near if pk not in similar), key=metres.__getitem__)[:MAX_OTHERS]
    found = ServiceRequest.objects.filter(pk__any=similar + others).order_by()
    rows = {row.pk: row for row in load_with_photos(found)}
    return NearbyRequests(*(
        [NearbyRequest(rows[pk], metres[pk]) for pk in ids if pk in rows]
        for ids in (similar, others)
    ))  # fmt: skip


def find_nearby_request(service_request: ServiceRequest, reference: str) -> NearbyRequest | None:
    """Return the request with this reference and its distance from `service_request`.

    None if there is none, or if it is `service_request` itself. The distance is not limited; it is
    infinite if either has no coordinates.
    """
    rows = ServiceRequest.objects.filter(reference=reference)
    row = rows.exclude(pk=service_request.pk).first()
    if row is None:
        return None
    load_with_photos([row])
    return NearbyRequest(row, distance_between(row, service_request))


class _Candidate(NamedTuple):
    """The columns read of each candidate, most of which are not shown."""

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


def _find_candidates(
    service_request: ServiceRequest, point: tuple[float, float], radius: float
) -> dict[int, _Candidate]:
    """Return requests around `point` (of `service_request`) by id, nearest first. One query.

    The requests are open, or of the same category and finished, or closed within RECENCY_PERIOD. At
    most _MAX_CANDIDATES, in a box of `radius` or NEARBY_RADIUS_M, the larger one. Hidden requests
    and closed duplicates are left out.
    """
    here = SearchArea.around_point(point, max(radius, NEARBY_RADIUS_M))
    rows = ServiceRequest.objects.filter(here.box_query, is_hidden=False)
    rows = rows.exclude(pk=service_request.pk or 0)  # 0 for a call that is not filed yet
    category, since = service_request.category_id, clock.now() - RECENCY_PERIOD
    done = Q(status=Status.COMPLETED, category=category)
    going_on = rows.filter(NOT_YET_CLOSED).filter(IS_OPEN | done)
    closed = rows.alias(period=ClosingPeriod()).filter(
        IS_CLOSED & ~Q(outcome=Outcome.DUPLICATE),
        period__gte=closing_period(since),
        period__lte=closing_period(clock.now()),
        category=category,
        closed_at__gte=since,
    )
    nearest = [
        here.order_by_distance(some).values("pk")[:_MAX_CANDIDATES] for some in (going_on, closed)
    ]
    found = ServiceRequest.objects.filter(Q(pk__any=nearest[0]) | Q(pk__any=nearest[1]))
    columns = here.order_by_distance(found).values_list(*_Candidate._fields)[:_MAX_CANDIDATES]
    return {row[0]: _Candidate(*row) for row in columns}


def _sort_by_likeness(
    alike: list[_Candidate],
    metres: dict[int, float],
    service_request: ServiceRequest,
    answers: list,
) -> list[int]:
    """Return the ids of `alike`, the likeliest duplicate first. One query, or none.

    `metres` has the distance of each id.
    """
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
    return sorted(scored, key=scored.__getitem__, reverse=True)
