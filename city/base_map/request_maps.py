"""Base maps with the pins of requests, as SVG inside a page."""

from collections.abc import Callable
from functools import lru_cache

from city import cache, geo
from city.base_map import drawing

THUMB_PIXELS = 72  # px, square
SIDE_MAP_PIXELS = (520, 380)
CITY_MAP_PIXELS = (640, 520)
_MARGIN_FACTOR = 1.06  # a little room around the outline
_PIN_KIND_BY_TONE = {"work": "working", "fixed": "fixed"}
_CACHE_SIZE = 500  # of 15 KB each


def render_request_maps(row, tone) -> dict[str, str]:
    """Return SVG: `thumb_map` for phones, `side_map` for desktops; "" without coordinates.

    `tone` determines the pin of the small map: work, fixed, or any other for a reported request.
    """
    if row.coordinates is None:
        return {"thumb_map": "", "side_map": ""}
    return _cached_renderer()(row.coordinates, _PIN_KIND_BY_TONE.get(tone, "reported"))


@cache.cache_per_version
def _cached_renderer() -> Callable:
    """Return a renderer of a request's maps that caches the latest _CACHE_SIZE."""
    return lru_cache(_CACHE_SIZE)(_render_maps)


def _render_maps(place, kind) -> dict[str, str]:
    """Return the SVG `thumb_map` with a pin of `kind`, and `side_map` with a selected pin."""
    width, height = SIDE_MAP_PIXELS
    return {
        "thumb_map": drawing.render_svg(
            center=place, width=THUMB_PIXELS, height=THUMB_PIXELS, pins=[(*place, kind)]
        ),
        "side_map": drawing.render_svg(
            center=place, width=width, height=height, pins=[(*place, "selected")]
        ),
    }


def render_city_map(pins) -> str:
    """Return SVG of the whole city with `pins`: (latitude, longitude, kind) each."""
    frame = drawing.Frame.from_bounds(geo.city_bounds(), *CITY_MAP_PIXELS)
    return drawing.render_svg(
        center=(frame.lat, frame.lng),
        metres_per_px=_MARGIN_FACTOR * frame.scale,
        width=frame.width,
        height=frame.height,
        pins=pins,
    )
