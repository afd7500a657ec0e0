"""The circle of the parameters lat, long and radius."""

import math
from dataclasses import dataclass

from requests_app.browsing.area import Area

_METERS_PER_DEGREE = 111_195  # in a degree of a great circle
_MAX_LATITUDE = 85  # degrees: where maps end
_MARGIN = 1.01


@dataclass(frozen=True)
class Circle:
    """A point in degrees WGS 84 and a distance from it in meters."""

    latitude: float
    longitude: float
    radius: float

    @property
    def radius_degrees(self) -> float:
        """Return the radius in degrees of longitude, which are shorter far from the equator."""
        north = min(abs(self.latitude), _MAX_LATITUDE)
        return self.radius / _METERS_PER_DEGREE / math.cos(math.radians(north))

    @property
    def bounding_area(self) -> Area:
        """Return an area that contains the circle and is hardly larger."""
        north, east = _MARGIN * self.radius / _METERS_PER_DEGREE, _MARGIN * self.radius_degrees
        return Area(
            self.longitude - east, self.latitude - north,
            self.longitude + east, self.latitude + north,
        )  # fmt: skip
