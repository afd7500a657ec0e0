"""The map without JavaScript: the city, or the area asked for, drawn with rings that are links."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from city.base_map import drawing as base_map
from requests_app.browsing import grid
from requests_app.browsing.area import Area, whole_city
from requests_app.browsing.filters import Filters

SIDE = 400  # units of the drawing; about a pixel each on a phone
BLEED = 400  # drawn beyond the edges, for screens that are wider or taller than the drawing
_LEAST = 120.0  # metres across, so that an area of one corner shows some streets
_RADII = ((100, 13), (1_000, 16))
_LARGEST = 20


class DrawnPin(NamedTuple):
    """A request: its `kind` of pin, a link and its label, and where it is in the drawing."""

    kind: str
    address: str
    label: str
    x: int
    y: int


class DrawnRing(NamedTuple):
    """How many requests are in one cell of the grid, with the query that lists them."""

    n: int
    query: str
    radius: int
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """`base` is the SVG of the city. The pins, and the rings over them, are in the same units.
    `is_capped` says that the numbers of the rings are the least there are.
    """

    base: str
    side: int
    pins: list[DrawnPin]
    rings: list[DrawnRing]
    is_capped: bool


def _draw_pin(pin, frame) -> DrawnPin:
    label = f"{pin.name}: {pin.words}"
    return DrawnPin(pin.kind, pin.address, label, *_place(pin, frame))


def _draw_ring(ring, frame, query) -> DrawnRing:
    radius = next((radius for below, radius in _RADII if ring.n < below), _LARGEST)
    return DrawnRing(ring.n, query, radius, *_place(ring, frame))


def _place(mark, frame) -> tuple[int, int]:
    x, y = frame.to_pixel(mark.latitude, mark.longitude)
    return round(x), round(y)


def drawing(filters: Filters) -> Drawing:
    """Return the map of what the filters mean, also around their area. At most two queries."""
    frame, everywhere = _frame(filters), filters.but(area=None)
    counted = grid.counted(everywhere, Area(*frame.visible_area().bounds), _zoom(frame))
    rings, pins = counted.marks(everywhere)
    drawn_rings = [_draw_ring(ring, frame, filters.but(area=ring.area).query()) for ring in rings]
    base = base_map.render_svg(
        center=_area(filters).middle,
        metres_per_px=frame.scale,
        width=SIDE,
        height=SIDE,
        bleed=BLEED,
    )
    drawn_pins = [_draw_pin(pin, frame) for pin in pins]
    return Drawing(base, SIDE, drawn_pins, drawn_rings, counted.is_capped)


def _area(filters) -> Area:
    return filters.area or whole_city()


def _frame(filters):
    return base_map.Frame.from_bounds(_area(filters), SIDE, SIDE, _LEAST)


def _zoom(frame) -> float:
    """The zoom of a Web Mercator map with as many metres per pixel."""
    equator = 360 * base_map.METRES_PER_DEGREE / 256
    return math.log2(equator * math.cos(math.radians(frame.lat)) / frame.scale)
