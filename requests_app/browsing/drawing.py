"""The map without JavaScript: the city, or the area asked for, drawn with rings that are links."""

import math
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from city.base_map import drawing as base_map
from lib.rendered import RenderedOnce
from requests_app.browsing import grid
from requests_app.browsing.area import Area, whole_city

SIDE = 400  # units of the drawing; about a pixel each on a phone
BLEED = 400  # drawn beyond the edges, for screens that are wider or taller than the drawing
_LEAST = 120.0  # metres across, so that an area of one corner shows some streets
_RADII = ((100, 13), (1_000, 16))
_LARGEST = 20
_pin = RenderedOnce("requests_app/browsing/pin.svg", most=100)
_ring = RenderedOnce("requests_app/browsing/ring.svg", most=1_000)  # by its number


@dataclass(frozen=True)
class Drawing:
    """`base` is the SVG of the city below; on it lie `marks`, the pins and over them the rings, in
    the same units.
    """

    base: str
    side: int
    marks: SafeString


def _drawn_pin(pin, frame):
    label = escape(f"{pin.name}: {pin.words}")
    gaps = {"address": pin.address, "label": label, **_place(pin, frame)}
    return _pin(kind=pin.kind, gaps=gaps)


def _drawn_ring(ring, frame, query, is_capped):
    radius = next((radius for below, radius in _RADII if ring.n < below), _LARGEST)
    gaps = {"query": escape(query), "radius": radius, **_place(ring, frame)}
    return _ring(n=ring.n, is_capped=is_capped, gaps=gaps)


def _place(mark, frame):
    x, y = frame.pixel(mark.latitude, mark.longitude)
    return {"x": round(x), "y": round(y)}


def counted(filters) -> grid.Counted:
    """Of what the filters mean, also around their area; one query."""
    frame = _frame(filters)
    return grid.counted(filters.but(area=None), Area(*frame.sight().bounds), _zoom(frame))


def drawing(filters, counted) -> Drawing:
    """Of what was counted for the same filters; at most one query."""
    frame = _frame(filters)
    rings, pins = counted.marks(filters.but(area=None))
    drawn_pins = (_drawn_pin(pin, frame) for pin in pins)
    drawn_rings = (
        _drawn_ring(ring, frame, filters.but(area=ring.area).query(), counted.is_capped)
        for ring in rings
    )
    marks = mark_safe("".join((*drawn_pins, *drawn_rings)))  # nosec B703 # noqa: S308 - each is rendered by a template
    base = base_map.svg(
        center=_area(filters).middle,
        metres_per_px=frame.scale,
        width=SIDE,
        height=SIDE,
        bleed=BLEED,
    )
    return Drawing(base, SIDE, marks)


def _area(filters):
    return filters.area or whole_city()


def _frame(filters):
    return base_map.Frame.around(_area(filters), SIDE, SIDE, _LEAST)


def _zoom(frame):
    """The zoom of a Web Mercator map with as many metres per pixel."""
    equator = 360 * base_map.METRES_PER_DEGREE / 256
    return math.log2(equator * math.cos(math.radians(frame.lat)) / frame.scale)
