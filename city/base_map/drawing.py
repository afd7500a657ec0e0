"""The city's own base map, rendered from its pack as a small SVG.

North is up. Positions are metres east and south of the center on a plane, which is off by less than
a pixel across a city.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby, pairwise
from typing import NamedTuple, Self

from shapely import LinearRing, Polygon, STRtree
from shapely.geometry import LineString, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from city import cache
from city.base_map.pins import render_pin
from city.geo import build_line, select_parts
from city.models import City, Street, Zone

METRES_PER_DEGREE = 111_320.0
# Custom properties of pages (static/css/tokens.css), with light mode's colors as fallback.
_GROUND_COLOR, _LAND_COLOR = "var(--map-ground, #e4e0d6)", "var(--map-land, #f0ede4)"
_SAND_COLOR, _PARK_COLOR = "var(--map-sand, #efdfb8)", "var(--map-park, #d9e5cf)"
_OCEAN_COLOR, _DEPTH_COLOR = "var(--map-ocean, #cfe4e9)", "var(--map-depth, #b9d6dd)"
_CITY_LINE_COLOR, _ZONE_LINE_COLOR = "var(--map-line, #5d8f99)", "var(--map-zone, #b3ac9a)"
_CASING_COLOR, _STREET_COLOR = "var(--map-casing, #dfdacb)", "var(--map-street, #fff)"
_NAME_COLOR, _HALO_COLOR = "var(--map-name, #4b4a43)", "var(--map-halo, #fff)"
FILLS = {"ocean": _OCEAN_COLOR, "water": _OCEAN_COLOR, "sand": _SAND_COLOR, "park": _PARK_COLOR}
# Metres per pixel at which names are still drawn.
_MAX_SCALE_OF_NAMES = {"street": 2.6, "main": 12.0}
_CITY_LINE_MARGIN = 0.00015  # degrees, some 15 m: streets on the city line are drawn
MAX_BACKGROUNDS = 200  # cached by each process; one has some KB
_MARGIN = 24  # pixels drawn beyond the edge, so that strokes do not end visibly


class Frame(NamedTuple):
    """The section of a map: its center in degrees, its scale and its size in pixels."""

    lat: float
    lng: float
    scale: float  # metres per pixel
    width: int
    height: int
    bleed: int = _MARGIN  # pixels drawn beyond the edges

    @classmethod
    def from_bounds(
        cls,
        bounds: tuple[float, float, float, float],
        width: int,
        height: int,
        min_metres: float = 0.0,
    ) -> Self:
        """Return a frame that just contains `bounds` (west, south, east, north).

        It is at least `min_metres` wide, and nothing is drawn beyond its edges.
        """
        west, south, east, north = bounds
        lat, lng = (south + north) / 2, (west + east) / 2
        across = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(lat))
        down = (north - south) * METRES_PER_DEGREE
        scale = max(across / width, down / height, min_metres / width)
        return cls(lat, lng, scale, width, height, bleed=0)

    def to_pixel(self, lat: float, lng: float) -> tuple[float, float]:
        """Return (x, y) in pixels from the top left corner of a flat map; maybe outside of it."""
        east = (lng - self.lng) * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        south = (self.lat - lat) * METRES_PER_DEGREE
        return self.width / 2 + east / self.scale, self.height / 2 + south / self.scale

    def visible_area(self) -> Polygon:
        """Return the area that is drawn, as a box in degrees (lng, lat)."""
        south = (self.height / 2 + self.bleed) * self.scale / METRES_PER_DEGREE
        east = (self.width / 2 + self.bleed) * self.scale / METRES_PER_DEGREE
        east /= math.cos(math.radians(self.lat))
        return box(self.lng - east, self.lat - south, self.lng + east, self.lat + south)


class _StreetLine(NamedTuple):
    """A part of a street's center line inside the city."""

    name: str
    is_main: bool
    figure: LineString


class CityFigures(NamedTuple):
    """The figures of the pack; `areas` are (kind, figure), `street_tree` indexes `streets`."""

    areas: list[tuple[str, BaseGeometry]]
    zones: list[BaseGeometry]
    outline: BaseGeometry
    streets: list[_StreetLine]
    street_tree: STRtree


@cache.cache_per_version
def load_figures() -> CityFigures:
    """Return the figures of the pack, cached: the streets inside the city, and the active zones."""
    city = City.current()
    areas = [
        (feature["properties"].get("kind", ""), shape(feature["geometry"]))
        for feature in city.drawing.get("features", [])
    ]
    zones = [shape(zone.geometry) for zone in Zone.objects.active()]
    outline = shape(city.outline)
    inside = outline.buffer(_CITY_LINE_MARGIN)
    lines = [
        _StreetLine(street.name, street.kind == "main", part)
        for street in Street.objects.all()
        for points in street.lines
        for part in _select_lines(inside.intersection(build_line(points)))
    ]
    return CityFigures(areas, zones, outline, lines, STRtree([line.figure for line in lines]))


def render_svg(*, center, width, height, metres_per_px=1.6, pins=(), bleed=_MARGIN) -> str:
    """Return an SVG map of `width` × `height` pixels around `center` (latitude, longitude).

    `pins` are (latitude, longitude) or (latitude, longitude, kind) with kind reported, working,
    fixed, closed or selected (the default). The SVG is hidden from assistive technology, so show
    the location in words, too. `bleed` pixels are drawn beyond each edge, for a page that lets the
    map overflow.
    """
    frame = Frame(float(center[0]), float(center[1]), metres_per_px, width, height, bleed)
    ground = _cached_background_renderer()(frame)
    parts = [
        ground.below,
        *_render_street_names(frame, ground.visible_streets, pins),
        *(_render_pin(frame, *pin) for pin in pins),
    ]
    return (
        f'<svg class="basemap" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


class _Background(NamedTuple):
    """The part of a map that does not depend on pins: SVG `below` them, and the visible streets."""

    below: str
    visible_streets: list[_StreetLine]


@cache.cache_per_version
def _cached_background_renderer() -> Callable:
    """Return a renderer of a frame's background that caches the latest MAX_BACKGROUNDS."""
    return lru_cache(MAX_BACKGROUNDS)(_render_background)


def _render_background(frame: Frame) -> _Background:
    areas, zones, outline, lines, tree = load_figures()
    sight = frame.visible_area()
    seen = [lines[n] for n in sorted(tree.query(sight, predicate="intersects"))]
    parts = [
        f'<rect{_rect_attributes(frame.width, frame.height, frame.bleed)} fill="{_GROUND_COLOR}"/>',
        _render_area(frame, sight, outline, _LAND_COLOR),
        *(
            _render_area(frame, sight, figure, FILLS[kind])
            for kind, figure in areas
            if kind in FILLS
        ),
        *(
            _render_stroke(frame, sight.intersection(line), _DEPTH_COLOR, 1)
            for line in load_depth_lines()
        ),
        *_render_zone_lines(frame, sight, zones),
        *_render_streets(frame, sight, seen),
        _render_stroke(frame, sight.intersection(outline.boundary), _CITY_LINE_COLOR, 1.7),
    ]
    return _Background("".join(parts), seen)


def _rect_attributes(width: int, height: int, bleed: int) -> str:
    return f' x="{-bleed}" y="{-bleed}" width="{width + 2 * bleed}" height="{height + 2 * bleed}"'


def _render_area(frame: Frame, sight: Polygon, figure: BaseGeometry, color: str) -> str:
    """Return an SVG path of the visible part of an area; "" if none is in sight."""
    path = "".join(
        _ring_path(frame, part.exterior)
        for part in select_parts(sight.intersection(figure), "Polygon")
    )
    return f'<path fill="{color}" d="{path}"/>' if path else ""


def _ring_path(frame: Frame, ring: LinearRing) -> str:
    return _line_path(frame, ring.coords[:-1]) + "z"


def _line_path(frame: Frame, coordinates: Iterable[tuple[float, ...]]) -> str:
    return svg_path(frame.to_pixel(y, x) for x, y in coordinates)


def svg_path(pixels: Iterable[tuple[float, float]]) -> str:
    """Return an SVG path of whole pixels, relative after the first point; there must be one."""
    points = [point for point, _same in groupby((round(x), round(y)) for x, y in pixels)]
    steps = [f"{x - last_x} {y - last_y}" for (last_x, last_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps or ['0 0'])}"


@cache.cache_per_version
def load_depth_lines() -> list[LineString]:
    """Return depth lines along the ocean's shore in degrees (lng, lat); [] without an ocean."""
    lines = []
    for kind, ocean in load_figures()[0]:
        if kind == "ocean":
            shore = ocean.boundary.difference(ocean.envelope.boundary.buffer(1e-6))
            for metres in (120, 300, 560, 900, 1350):
                deep = ocean.buffer(-metres / METRES_PER_DEGREE)
                near = shore.buffer((metres * 1.05 + 10) / METRES_PER_DEGREE)
                lines += _select_lines(deep.boundary.intersection(near).simplify(0.00002))
    return lines


def _render_zone_lines(frame: Frame, sight: Polygon, zones: list[BaseGeometry]) -> Iterator[str]:
    """Yield a dotted line for each zone's boundary in sight; nothing below 2.5 metres per pixel."""
    if frame.scale < 2.5:
        return
    for zone in zones:
        edge = sight.intersection(zone.boundary)
        yield _render_stroke(
            frame, edge, _ZONE_LINE_COLOR, 1.2, ' stroke-dasharray="1 4" stroke-linecap="round"'
        )


def _render_stroke(
    frame: Frame, figure: BaseGeometry, color: str, width: float, more: str = ""
) -> str:
    """Return an SVG path of the lines of `figure`, with the attributes `more`; "" without lines."""
    path = "".join(_line_path(frame, line.coords) for line in _select_lines(figure))
    if not path:
        return ""
    return f'<path fill="none" stroke="{color}" stroke-width="{width}"{more} d="{path}"/>'


def _select_lines(figure: BaseGeometry) -> list[LineString]:
    """Return the lines of a figure, joined where their ends meet; [] if it has none."""
    if figure.geom_type == "MultiLineString":
        figure = linemerge(figure)
    return select_parts(figure, "LineString")


def _render_streets(frame: Frame, sight: Polygon, seen: list[_StreetLine]) -> Iterator[str]:
    """Yield SVG paths of main streets' outlines (below 6 m per pixel), other and main streets."""
    minor = max(0.7, min(13.0, 11 / frame.scale))
    main = max(1.6, min(24.0, 20 / frame.scale))
    paths = {True: "", False: ""}
    for street in seen:
        for line in _select_lines(sight.intersection(street.figure)):
            paths[street.is_main] += _line_path(frame, line.coords)
    casing = (paths[True], _CASING_COLOR, main + 2) if frame.scale < 6 else ("", "", 0)
    streets = (paths[False], _STREET_COLOR, minor), (paths[True], _STREET_COLOR, main)
    for path, color, width in (casing, *streets):
        if path:
            yield (
                f'<path fill="none" stroke="{color}" stroke-width="{width:.1f}" '
                f'stroke-linecap="round" stroke-linejoin="round" d="{path}"/>'
            )


def _render_street_names(
    frame: Frame, seen: list[_StreetLine], pins: Iterable[tuple]
) -> Iterator[str]:
    """Yield each name once as SVG along its street, main ones first, off other names and pins."""
    taken, named = [frame.to_pixel(float(pin[0]), float(pin[1])) for pin in pins], set()
    for line in sorted(seen, key=lambda each: not each.is_main):
        kind = "main" if line.is_main else "street"
        if line.name in named or frame.scale > _MAX_SCALE_OF_NAMES[kind]:
            continue
        place = _find_label_position(frame, line, taken)
        if place:
            named.add(line.name)
            yield _render_name(line, *place)


def _find_label_position(
    frame: Frame, line: _StreetLine, taken: list[tuple[float, float]]
) -> tuple[float, float, float] | None:
    """Return (x, y, angle in degrees) of a straight stretch with room for the name, or None.

    The stretch's middle is far from the points in `taken`, and is added to them.
    """
    length = 6.6 * len(abbreviate_street(line.name)) + 12
    inner = Frame(
        frame.lat, frame.lng, frame.scale, frame.width - 90, frame.height - 60
    ).visible_area()
    for part in _select_lines(inner.intersection(line.figure)):
        pixels = [frame.to_pixel(y, x) for x, y in part.coords]
        for (x1, y1), (x2, y2) in sorted(pairwise(pixels), key=lambda pair: -math.dist(*pair))[:2]:
            middle = ((x1 + x2) / 2, (y1 + y2) / 2)
            far = all(math.dist(middle, other) > length * 0.75 for other in taken)
            if math.dist((x1, y1), (x2, y2)) >= length and far:
                taken.append(middle)
                angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
                return *middle, (angle + 90) % 180 - 90
    return None


def _render_name(line: _StreetLine, x: float, y: float, angle: float) -> str:
    weight = ' font-weight="600"' if line.is_main else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" transform="rotate({angle:.0f} {x:.0f} {y:.0f})" '
        f'text-anchor="middle" dominant-baseline="central" font-size="12"{weight} '
        f'fill="{_NAME_COLOR}" stroke="{_HALO_COLOR}" stroke-width="3" '
        'stroke-linejoin="round" paint-order="stroke">'
        f"{escape(abbreviate_street(line.name))}</text>"
    )


_ABBREVIATIONS = {
    "Boulevard": "Blvd", "Avenue": "Ave", "Street": "St", "Place": "Pl", "Drive": "Dr",
    "Court": "Ct", "Terrace": "Ter", "Highway": "Hwy", "Road": "Rd",
}  # fmt: skip


def abbreviate_street(name: str) -> str:
    """Return `Wilshire Boulevard` as signs and maps write it: `Wilshire Blvd`."""
    head, _space, last = name.rpartition(" ")
    return f"{head} {_ABBREVIATIONS[last]}" if head and last in _ABBREVIATIONS else name


def _render_pin(frame: Frame, lat: float, lng: float, kind: str = "selected") -> str:
    x, y = frame.to_pixel(float(lat), float(lng))
    return f'<g transform="translate({x:.0f} {y:.0f})">{render_pin(kind)}</g>'
