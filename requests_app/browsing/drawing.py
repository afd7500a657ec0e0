"""The map without JavaScript: the city, or the area asked for, drawn with rings that are links."""

import math
from dataclasses import dataclass

from city.base_map import drawing as base_map
from requests_app.browsing import grid
from requests_app.browsing.area import Area, whole_city

SIDE = 400  # units of the drawing; about a pixel each on a phone
BLEED = 400  # drawn beyond the edges, for screens that are wider or taller than the drawing
_LEAST = 120.0  # metres across, so that an area of one corner shows some streets
_RADII = ((100, 13), (1_000, 16))
_LARGEST = 20


@dataclass(frozen=True)
class Spot:
    """A ring or a pin at `x`, `y`; a ring has a `radius` and the `query` of its list."""

    x: int
    y: int
    mark: grid.Ring | grid.Pin
    radius: int = 0
    query: str = ""


@dataclass(frozen=True)
class Drawing:
    """`base` is the SVG of the city below; `rings` and `pins` lie on it, in the same units."""

    base: str
    side: int
    rings: list[Spot]
    pins: list[Spot]
    is_capped: bool


def drawing(filters, requests) -> Drawing:
    """Of `requests`, which the filters narrowed; two or three queries."""
    area = filters.area or whole_city()
    frame = _Frame.around(area)
    found = grid.marks(requests, frame.sight(), frame.zoom())
    rings = [
        Spot(*frame.pixel(ring), ring, _radius(ring.n), filters.but(area=ring.area).query())
        for ring in found.rings
    ]
    base = base_map.svg(
        center=frame.center, metres_per_px=frame.scale, width=SIDE, height=SIDE, bleed=BLEED
    )
    pins = [Spot(*frame.pixel(pin), pin) for pin in found.pins]
    return Drawing(base, SIDE, rings, pins, found.is_capped)


def _radius(n):
    return next((radius for below, radius in _RADII if n < below), _LARGEST)


@dataclass(frozen=True)
class _Frame:
    center: tuple[float, float]
    scale: float  # metres per unit

    @classmethod
    def around(cls, area):
        across = (area.east - area.west) * base_map.METRES_PER_DEGREE * _shrink(area.middle[0])
        down = (area.north - area.south) * base_map.METRES_PER_DEGREE
        return cls(area.middle, max(across, down, _LEAST) / SIDE)

    def pixel(self, mark):
        point = mark.latitude, mark.longitude
        return base_map.pixel(point, self.center, self.scale, (SIDE, SIDE))

    def sight(self):
        half = self.scale * SIDE / 2 / base_map.METRES_PER_DEGREE
        lat, lng = self.center
        aside = half / _shrink(lat)
        return Area(lng - aside, lat - half, lng + aside, lat + half)

    def zoom(self):
        """The zoom of a Web Mercator map with as many metres per pixel."""
        equator = 360 * base_map.METRES_PER_DEGREE / 256
        return math.log2(equator * _shrink(self.center[0]) / self.scale)


def _shrink(latitude):
    return math.cos(math.radians(latitude))
