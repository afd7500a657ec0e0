"""Requests around a place: those that may be the same one, and what else is open there."""

import math
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Prefetch, Q, prefetch_related_objects

from city import geo
from requests_app.filing.duplicates import box, nearest_first
from requests_app.filing.ranking import LATELY, Description, age_of, likeness
from requests_app.models import Photo, ServiceRequest
from requests_app.models.queries import IS_OPEN
from requests_app.status import OPEN, Outcome, Status
from requests_app.timeline import badge
from requests_app.timeline.badge import Badge
from santa311.lib import clock
from santa311.lib.postgresql.any_of import IsAnyOf

AROUND = 150  # metres in which other open requests are shown
MOST_SIMILAR, MOST_OTHERS = 8, 5
_MOST_LOOKED_AT = 120  # the nearest ones


class Nearby(NamedTuple):
    """A request around the one that is read: `metres` away, its `likeness` from 0 to 1."""

    service_request: ServiceRequest
    metres: float
    badge: Badge
    likeness: float = 0.0

    @property
    def distance(self) -> str:
        return geo.said_distance(self.metres)

    @property
    def is_finished(self) -> bool:
        """Whether nobody works on it any more."""
        return not self.service_request.is_open

    @property
    def kind(self) -> str:
        """How its pin is drawn."""
        if self.is_finished:
            return "fixed"
        status = self.service_request.status
        return "working" if status == Status.IN_PROGRESS else "reported"

    @property
    def pin(self) -> tuple[float, float, str]:
        """(latitude, longitude, kind) for the base map."""
        return (*self.service_request.coordinates, self.kind)

    @property
    def picture(self):
        return next(iter(self.service_request.pictures), None)

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
    """What lies around `service_request`, to which the reporter gave `answers`. Three queries.

    Similar are those of the same category within its radius that are open or were closed in the
    last 90 days; others are open ones of any category within 150 metres.
    """
    if service_request.coordinates is None:
        return Around([], [])
    radius = service_request.category.radius_m
    found = [_measured(row, service_request) for row in _candidates(service_request, radius)]
    kind = service_request.category_id
    alike = [one for one in found if one.service_request.category_id == kind]
    similar = _ranked([one for one in alike if one.metres <= radius], service_request, answers)
    similar = similar[:MOST_SIMILAR]
    others = _others(found, {one.service_request.pk for one in similar})
    _with_pictures(similar + others)
    return Around(similar, others)


def one_of(service_request, reference) -> Nearby | None:
    """The request with this `reference`, as seen from `service_request`; not itself."""
    rows = ServiceRequest.objects.filter(reference=reference)
    row = rows.exclude(pk=service_request.pk).first()
    if row is None:
        return None
    found = _measured(row, service_request)
    _with_pictures([found])
    return found


def _candidates(service_request, radius):
    """The nearest ones first. Which they are is read in an index, which knows nothing else."""
    place, since = service_request.coordinates, clock.now() - LATELY
    still = Q(status__in=[*OPEN, Status.COMPLETED]) | Q(closed_at__gte=since)
    same = Q(category=service_request.category_id) & still & ~Q(outcome=Outcome.DUPLICATE)
    rows = (
        ServiceRequest.objects.filter(box(place, max(radius, AROUND)), is_hidden=False)
        .filter(same | IS_OPEN)
        .exclude(pk=service_request.pk)
    )
    nearest = nearest_first(rows, place).values("pk")[:_MOST_LOOKED_AT]
    return nearest_first(ServiceRequest.objects.filter(IsAnyOf("pk", nearest)), place)


def _ranked(found, service_request, answers):
    """The likeliest first."""
    rows = [one.service_request for one in found]
    prefetch_related_objects(rows, "answers")
    this, now = Description.of(service_request.description, answers), clock.now()
    radius = service_request.category.radius_m
    scored = [_scored(one, this, radius, now) for one in found]
    return sorted(scored, key=attrgetter("likeness"), reverse=True)


def _scored(found, this, radius, now):
    row = found.service_request
    score = likeness(
        this,
        Description.of(row.description, row.answers.all()),
        metres=found.metres,
        radius=radius,
        is_open=row.is_open,
        age=age_of(row.filed_at, row.closed_at, now),
    )
    return found._replace(likeness=score)


def _others(found, taken):
    open_ones = [
        one
        for one in found
        if one.service_request.is_open
        and one.metres <= AROUND
        and one.service_request.pk not in taken
    ]
    return sorted(open_ones, key=attrgetter("metres"))[:MOST_OTHERS]


def _with_pictures(found):
    rows = [one.service_request for one in found]
    prefetch_related_objects(
        rows, Prefetch("photos", Photo.objects.of_reports(), to_attr="pictures")
    )


def _measured(row, service_request):
    here, there = service_request.coordinates, row.coordinates
    metres = geo.distance_m(there, here) if here and there else math.inf
    return Nearby(row, metres, badge.for_others(row))
