"""The city's base map with the pins of requests, as drawings that a page holds."""

import math

from city import geo
from city.base_map import drawing

THUMB = 72  # px, square
SIDE = (520, 380)
WHOLE_CITY = (640, 520)
_AIR = 1.06  # a little room around the outline
_KINDS = {"work": "working", "fixed": "fixed"}


def of_one(row, tone) -> dict:
    """A thumb for phones and a wide drawing for desks around one request; empty without a place."""
    if row.coordinates is None:
        return {"thumb_map": "", "side_map": ""}
    place, kind = row.coordinates, _KINDS.get(tone, "reported")
    width, height = SIDE
    return {
        "thumb_map": drawing.svg(center=place, width=THUMB, height=THUMB, pins=[(*place, kind)]),
        "side_map": drawing.svg(
            center=place, width=width, height=height, pins=[(*place, "selected")]
        ),
    }


def of_city(pins) -> str:
    """The whole city with `pins`: (latitude, longitude, kind) each."""
    width, height = WHOLE_CITY
    center, scale = _fit(width, height)
    return drawing.svg(center=center, metres_per_px=scale, width=width, height=height, pins=pins)


def _fit(width, height):
    """The middle of the city's outline, and the metres per pixel at which all of it is in sight."""
    west, south, east, north = geo.bounds()
    center = ((south + north) / 2, (west + east) / 2)
    across = (east - west) * math.cos(math.radians(center[0])) * drawing.METRES_PER_DEGREE
    down = (north - south) * drawing.METRES_PER_DEGREE
    return center, _AIR * max(across / width, down / height)
