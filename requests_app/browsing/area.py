"""A rectangle of the map in an address: `area=-118.5,34.0,-118.4,34.1`."""

import math
from typing import NamedTuple

from django.db.models import QuerySet

from city import cache, geo

_AIR = 0.04  # of the city's size around it


class Area(NamedTuple):
    """Degrees WGS 84; west of east, south of north. The edges belong to it."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, text: str) -> "Area | None":
        """The rectangle in these words, or None where they are none."""
        try:
            west, south, east, north = map(float, text[:120].split(","))
        except ValueError:
            return None
        if not all(map(math.isfinite, (west, south, east, north))):
            return None
        on_earth = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        return cls(*(round(edge, 6) for edge in (west, south, east, north))) if on_earth else None

    def __str__(self) -> str:
        return ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in self)

    @property
    def middle(self) -> tuple[float, float]:
        """(latitude, longitude)."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def narrow(self, requests) -> QuerySet:
        return requests.filter(
            latitude__range=(f"{self.south:.6f}", f"{self.north:.6f}"),
            longitude__range=(f"{self.west:.6f}", f"{self.east:.6f}"),
        )


@cache.cache_per_version
def whole_city() -> Area:
    """The city's outline with a little air around it."""
    west, south, east, north = geo.city_bounds()
    aside, above = _AIR * (east - west), _AIR * (north - south)
    return Area(west - aside, south - above, east + aside, north + above)
