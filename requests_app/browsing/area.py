"""Rectangles of the map, as in the query parameter `area=-118.5,34.0,-118.4,34.1`."""

import math
from typing import NamedTuple, Self

from django.db.models import QuerySet

from city import cache, geo
from requests_app.models import ServiceRequest

_MARGIN = 0.04  # on each side of the city, as a share of its size


class Area(NamedTuple):
    """A rectangle in degrees WGS 84, from west to east and south to north, edges included."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the rectangle in `text` (west,south,east,north), or None if it is malformed.

        The edges are rounded to six decimals. Reversed edges and those beyond 180 or 90 degrees are
        malformed, too.
        """
        try:
            west, south, east, north = map(float, text[:120].split(","))
        except ValueError:
            return None
        if not all(map(math.isfinite, (west, south, east, north))):
            return None
        on_earth = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        return cls(*(round(edge, 6) for edge in (west, south, east, north))) if on_earth else None

    def __str__(self) -> str:
        """Return west,south,east,north with at most six decimals, as `parse` reads it."""
        return ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in self)

    @property
    def center(self) -> tuple[float, float]:
        """The middle as (latitude, longitude)."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def narrow_requests(self, requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
        """Return the requests inside of the rectangle, edges included."""
        return requests.filter(
            latitude__range=(f"{self.south:.6f}", f"{self.north:.6f}"),
            longitude__range=(f"{self.west:.6f}", f"{self.east:.6f}"),
        )


@cache.cache_per_version
def city_area() -> Area:
    """Return the bounding box of the city with a margin around it."""
    west, south, east, north = geo.city_bounds()
    aside, above = _MARGIN * (east - west), _MARGIN * (north - south)
    return Area(west - aside, south - above, east + aside, north + above)
