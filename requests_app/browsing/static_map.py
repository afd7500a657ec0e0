"""The map without JavaScript: an SVG of the city or an area, with clusters of requests as links."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from city.base_map import drawing as base_map
from city.base_map.drawing import Frame
from requests_app.browsing import grid
from requests_app.browsing.area import Area, city_area
from requests_app.browsing.filters import Filters
from requests_app.browsing.grid import Cluster, Pin

SIDE_LENGTH = 400  # units of the drawing; about a pixel each on a phone
BLEED = 400  # drawn beyond the edges, for screens that are wider or taller than the drawing
_MIN_METRES = 120.0  # metres across, so that an area of one corner shows some streets
_RADII = ((100, 13), (1_000, 16))
_MAX_RADIUS = 20


class PlacedPin(NamedTuple):
    """A request on the map: the shape of its pin (`kind`), its link, and pixel coordinates."""

    kind: str
    url: str
    label: str
    x: int
    y: int


class PlacedCluster(NamedTuple):
    """A cluster of `n` requests on the map, with the query string of the list that shows them."""

    n: int
    query: str
    radius: int
    x: int
    y: int


@dataclass(frozen=True)
class StaticMap:
    """An SVG `base` map with pins and clusters in its units.

    `is_capped` is True if the clusters count only the latest requests (see `grid.GridCounts`).
    """

    base: str
    side: int
    pins: list[PlacedPin]
    clusters: list[PlacedCluster]
    is_capped: bool


def _place_pin(pin: Pin, frame: Frame) -> PlacedPin:
    label = f"{pin.name}: {pin.status_text}"
    return PlacedPin(pin.kind, pin.url, label, *_pixel_position(pin, frame))


def _place_cluster(cluster: Cluster, frame: Frame, query: str) -> PlacedCluster:
    """Return the cluster in the drawing; its radius grows with the number of requests."""
    radius = next((radius for below, radius in _RADII if cluster.n < below), _MAX_RADIUS)
    return PlacedCluster(cluster.n, query, radius, *_pixel_position(cluster, frame))


def _pixel_position(mark: Pin | Cluster, frame: Frame) -> tuple[int, int]:
    """Return (x, y) of a pin or cluster in the drawing, rounded to units."""
    x, y = frame.to_pixel(mark.latitude, mark.longitude)
    return round(x), round(y)


def build_static_map(filters: Filters) -> StaticMap:
    """Return the map of the requests that match `filters`, including those just outside their area.

    At most two queries.
    """
    frame, everywhere = _build_frame(filters), filters.replace(area=None)
    counted = grid.count_on_grid(
        everywhere, Area(*frame.visible_area().bounds), _compute_zoom(frame)
    )
    clusters, pins = counted.load_marks(everywhere)
    placed_clusters = [
        _place_cluster(cluster, frame, filters.replace(area=cluster.area).query_string())
        for cluster in clusters
    ]
    base = base_map.render_svg(
        center=_shown_area(filters).center,
        metres_per_px=frame.scale,
        width=SIDE_LENGTH,
        height=SIDE_LENGTH,
        bleed=BLEED,
    )
    placed_pins = [_place_pin(pin, frame) for pin in pins]
    return StaticMap(base, SIDE_LENGTH, placed_pins, placed_clusters, counted.is_capped)


def _shown_area(filters: Filters) -> Area:
    """Return the area of the filters, or that of the city."""
    return filters.area or city_area()


def _build_frame(filters: Filters) -> Frame:
    """Return the square frame of the shown area, at least _MIN_METRES across."""
    return base_map.Frame.from_bounds(_shown_area(filters), SIDE_LENGTH, SIDE_LENGTH, _MIN_METRES)


def _compute_zoom(frame: Frame) -> float:
    """Return the zoom of the Web Mercator map with as many metres per pixel as `frame`."""
    equator = 360 * base_map.METRES_PER_DEGREE / 256
    return math.log2(equator * math.cos(math.radians(frame.lat)) / frame.scale)
