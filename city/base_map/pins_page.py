"""The city's base map with the pins of requests, as drawings that a page holds."""

from collections.abc import Callable
from functools import lru_cache

from city import cache, geo
from city.base_map import drawing

THUMB = 72  # px, square
SIDE = (520, 380)
WHOLE_CITY = (640, 520)
_AIR = 1.06  # a little room around the outline
_KINDS = {"work": "working", "fixed": "fixed"}
_MOST = 500  # of 15 KB each


def of_one(row, tone) -> dict:
    """A thumb for phones and a wide drawing for desks around one request; empty without a place."""
    if row.coordinates is None:
        return {"thumb_map": "", "side_map": ""}
    return _kept()(row.coordinates, _KINDS.get(tone, "reported"))


@cache.remembered
def _kept() -> Callable:
    """Draws what `of_one` shows; the latest are kept."""
    return lru_cache(_MOST)(_of_one)


def _of_one(place, kind) -> dict[str, str]:
    width, height = SIDE
    return {
        "thumb_map": drawing.svg(center=place, width=THUMB, height=THUMB, pins=[(*place, kind)]),
        "side_map": drawing.svg(
            center=place, width=width, height=height, pins=[(*place, "selected")]
        ),
    }


def of_city(pins) -> str:
    """The whole city with `pins`: (latitude, longitude, kind) each."""
    frame = drawing.Frame.around(geo.bounds(), *WHOLE_CITY)
    return drawing.svg(
        center=(frame.lat, frame.lng),
        metres_per_px=_AIR * frame.scale,
        width=frame.width,
        height=frame.height,
        pins=pins,
    )
