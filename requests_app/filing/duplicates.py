"""What is open around a place, for somebody who is about to report it once more."""

import math
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.db.models import F, Prefetch, Q

from city import geo
from requests_app.filing.ranking import Description, age_of, likeness
from requests_app.models import Photo, ServiceRequest
from requests_app.status import OPEN, Status
from requests_app.timeline import badge
from requests_app.timeline.badge import Badge
from santa311.lib import clock

MOST = 5  # more than that nobody compares on a phone
_MOST_LOOKED_AT = 60  # the nearest ones
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Candidate:
    """A public request that may be the one a report is about: `metres` away, `likeness` 0 to 1."""

    service_request: ServiceRequest
    metres: float
    likeness: float
    badge: Badge

    @property
    def photo(self) -> Photo | None:
        return next(iter(self.service_request.pictures), None)

    @property
    def distance(self) -> str:
        """`300 ft`; empty where it is the same place."""
        return geo.said_distance(self.metres) if self.metres >= 3 else ""


def alike(category, place, description="") -> list[Candidate]:
    """Open public requests of `category` within its radius around `place`, the likeliest first.

    `place` is (latitude, longitude) in degrees WGS 84. None where the category is private: nobody
    may learn from it who else reported such a thing. Two queries.
    """
    if category.is_private:
        return []
    place = tuple(map(float, place))
    told, now = Description.of(description), clock.now()
    measured = [(row, geo.distance_m(row.coordinates, place)) for row in _around(category, place)]
    found = [
        Candidate(row, metres, _likeness(row, metres, category, told, now), badge.for_others(row))
        for row, metres in measured
        if metres <= category.radius_m
    ]
    return sorted(found, key=attrgetter("likeness"), reverse=True)[:MOST]


def nearest_first(rows, place):
    """`rows` by how far apart they are on the plane: good enough to cut a list."""
    lat, lng = place
    squeeze = Decimal(math.cos(math.radians(lat)) ** 2).quantize(Decimal("0.0001"))
    east, north = F("longitude") - Decimal(str(lng)), F("latitude") - Decimal(str(lat))
    return rows.annotate(apart=north * north + east * east * squeeze).order_by("apart", "-pk")


def box(place, metres) -> Q:
    """At least `metres` around (latitude, longitude), as two ranges that an index can use."""
    lat, lng = place
    north = metres / _METRES_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(lat)))
    return Q(latitude__range=(lat - north, lat + north), longitude__range=(lng - east, lng + east))


def _around(category, place):
    rows = ServiceRequest.objects.public().filter(
        box(place, category.radius_m), category=category, status__in=OPEN
    )
    named = rows.exclude(status=Status.CLOSED)
    return nearest_first(named, place).prefetch_related(
        Prefetch("photos", Photo.objects.of_reports(), to_attr="pictures")
    )[:_MOST_LOOKED_AT]


def _likeness(row, metres, category, told, now):
    return likeness(
        told,
        Description.of(row.description),
        metres=metres,
        radius=category.radius_m,
        is_open=True,
        age=age_of(row.filed_at, None, now),
    )
