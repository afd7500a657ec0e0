"""Search for open requests near a location that a new report may duplicate."""

import math
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple, Self

from django.db.models import F, Prefetch, Q, QuerySet

from city import geo
from city.models import Category
from lib import clock
from requests_app.filing.similarity import DescriptionFeatures, compute_similarity
from requests_app.models import Photo, ServiceRequest
from requests_app.status import OPEN_STATUSES, Status, StatusWording
from requests_app.timeline import badge

MAX_CANDIDATES = 5  # as many as a person compares on a phone
_MAX_ROWS_COMPARED = 60
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class DuplicateCandidate:
    """A public request that a new report may duplicate: `metres` away, `similarity` 0 to 1."""

    service_request: ServiceRequest
    metres: float
    similarity: float
    badge: StatusWording
    photo: Photo | None

    @property
    def distance_text(self) -> str:
        """The distance as in "300 ft"; "" below 3 metres."""
        return geo.format_distance(self.metres) if self.metres >= 3 else ""


def find_duplicate_candidates(
    category: Category, point: tuple[Decimal, Decimal], description: str = ""
) -> list[DuplicateCandidate]:
    """Return open public requests of `category` near `point`, the most similar first.

    `point` is (latitude, longitude) in degrees WGS 84; near is within the category's radius. At
    most MAX_CANDIDATES; [] for a private category, whose requests are not public. Two queries.
    """
    if category.is_private:
        return []
    place = float(point[0]), float(point[1])
    features, now, found = DescriptionFeatures.from_text(description), clock.now(), []
    for row in _find_open_requests(category, place):
        metres = geo.distance_m(row.coordinates, place) if row.coordinates else math.inf
        if metres <= category.radius_m:
            similarity = compute_similarity(
                features,
                DescriptionFeatures.from_text(row.description),
                metres=metres,
                radius=category.radius_m,
                is_open=True,
                age=now - row.filed_at,
            )
            photo = next(iter(row.photos.all()), None)
            found.append(
                DuplicateCandidate(row, metres, similarity, badge.public_badge(row), photo)
            )
    return sorted(found, key=attrgetter("similarity"), reverse=True)[:MAX_CANDIDATES]


class SearchArea(NamedTuple):
    """A box around the point `lat`, `lng`, in degrees WGS 84.

    `squeeze` is the squared ratio of the lengths of a degree of longitude and of latitude there.
    """

    lat: Decimal
    lng: Decimal
    squeeze: Decimal
    south: Decimal
    north: Decimal
    west: Decimal
    east: Decimal

    @classmethod
    def around_point(cls, point: tuple[float, float], metres: float) -> Self:
        """Return the box that reaches at least `metres` from (latitude, longitude).

        The box's values are rounded to six decimals.
        """
        lat, lng = point
        north = metres / _METRES_PER_DEGREE
        east = north / max(0.01, math.cos(math.radians(lat)))
        squeeze = math.cos(math.radians(lat)) ** 2
        edges = (lat - north, lat + north, lng - east, lng + east)
        exact = (Decimal(f"{value:.6f}") for value in (lat, lng, squeeze, *edges))
        return cls(*exact)

    @property
    def box_query(self) -> Q:
        """The condition that a request is in the box, as two ranges that an index can use."""
        latitudes, longitudes = (self.south, self.north), (self.west, self.east)
        return Q(latitude__range=latitudes, longitude__range=longitudes)

    def order_by_distance(self, rows: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
        """Return `rows` with the annotation `apart`, the nearest first.

        `apart` is the square of a distance on a plane, in degrees of latitude. At the same distance
        the row with the highest id is first.
        """
        east, north = F("longitude") - self.lng, F("latitude") - self.lat
        apart = north * north + east * east * self.squeeze
        return rows.annotate(apart=apart).order_by("apart", "-pk")


def _find_open_requests(category: Category, point: tuple[float, float]) -> QuerySet[ServiceRequest]:
    """Return open public requests of `category` near `point`, the nearest first.

    At most _MAX_ROWS_COMPARED, in a box around the category's radius; the caller checks the
    distance. The prefetched `photos` are only those that everybody may see.
    """
    here = SearchArea.around_point(point, category.radius_m)
    rows = ServiceRequest.objects.public().filter(
        here.box_query, category=category, status__in=OPEN_STATUSES
    )
    named = rows.exclude(status=Status.CLOSED)
    return here.order_by_distance(named).prefetch_related(
        Prefetch("photos", Photo.objects.visible_report_photos())
    )[:_MAX_ROWS_COMPARED]
