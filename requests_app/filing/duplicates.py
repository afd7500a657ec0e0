"""What is open around a place, for somebody who is about to report it once more."""

import math
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from django.db.models import F, Prefetch, Q, QuerySet

from city import geo
from lib import clock
from requests_app.filing.similarity import DescriptionFeatures, compute_similarity
from requests_app.models import Photo, ServiceRequest
from requests_app.status import OPEN_STATUSES, Status, StatusWording
from requests_app.timeline import badge

MAX_CANDIDATES = 5  # more than that nobody compares on a phone
_MAX_ROWS_COMPARED = 60  # the nearest ones
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class DuplicateCandidate:
    """A public request that a new report may duplicate: `metres` away, `similarity` 0 to 1."""

    service_request: ServiceRequest
    metres: float
    similarity: float
    badge: StatusWording

    @property
    def photo(self) -> Photo | None:
        return next(iter(self.service_request.pictures), None)

    @property
    def distance_text(self) -> str:
        """`300 ft`; empty where it is the same place."""
        return geo.said_distance(self.metres) if self.metres >= 3 else ""


def find_duplicate_candidates(category, place, description="") -> list[DuplicateCandidate]:
    """Open public requests of `category` within its radius around `place`, the likeliest first.

    `place` is (latitude, longitude) in degrees WGS 84. None where the category is private: nobody
    may learn from it who else reported such a thing. Two queries.
    """
    if category.is_private:
        return []
    place = tuple(map(float, place))
    told, now, found = DescriptionFeatures.from_text(description), clock.now(), []
    for row in _find_open_requests(category, place):
        metres = geo.distance_m(row.coordinates, place)
        if metres <= category.radius_m:
            likely = compute_similarity(
                told,
                DescriptionFeatures.from_text(row.description),
                metres=metres,
                radius=category.radius_m,
                is_open=True,
                age=now - row.filed_at,
            )
            found.append(DuplicateCandidate(row, metres, likely, badge.for_others(row)))
    return sorted(found, key=attrgetter("similarity"), reverse=True)[:MAX_CANDIDATES]


class SearchArea(NamedTuple):
    """Of `lat`, `lng` (degrees WGS 84): a box, and how much shorter a degree of longitude is there
    than one of latitude, squared.
    """

    lat: Decimal
    lng: Decimal
    squeeze: Decimal
    south: Decimal
    north: Decimal
    west: Decimal
    east: Decimal

    @classmethod
    def around_point(cls, place, metres) -> "SearchArea":
        """At least `metres` around (latitude, longitude)."""
        lat, lng = place
        north = metres / _METRES_PER_DEGREE
        east = north / max(0.01, math.cos(math.radians(lat)))
        squeeze = math.cos(math.radians(lat)) ** 2
        edges = (lat - north, lat + north, lng - east, lng + east)
        exact = (Decimal(f"{value:.6f}") for value in (lat, lng, squeeze, *edges))
        return cls(*exact)

    @property
    def box_query(self) -> Q:
        """As two ranges that an index can use."""
        latitudes, longitudes = (self.south, self.north), (self.west, self.east)
        return Q(latitude__range=latitudes, longitude__range=longitudes)

    def order_by_distance(self, rows) -> QuerySet:
        """`rows` by how far apart they are on the plane: good enough to cut a list."""
        east, north = F("longitude") - self.lng, F("latitude") - self.lat
        apart = north * north + east * east * self.squeeze
        return rows.annotate(apart=apart).order_by("apart", "-pk")


def _find_open_requests(category, place) -> QuerySet:
    here = SearchArea.around_point(place, category.radius_m)
    rows = ServiceRequest.objects.public().filter(
        here.box_query, category=category, status__in=OPEN_STATUSES
    )
    named = rows.exclude(status=Status.CLOSED)
    return here.order_by_distance(named).prefetch_related(
        Prefetch("photos", Photo.objects.of_reports(), to_attr="pictures")
    )[:_MAX_ROWS_COMPARED]
