"""The city's own base map: drawn from its pack, as a small SVG.

North is up. Positions are metres east and south of the drawing's centre on a flat Earth, which is
off by less than a pixel across a city.
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby, pairwise
from typing import Any, NamedTuple, Self

from shapely import Polygon, STRtree
from shapely.geometry import LineString, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from city import cache
from city.base_map.pins import pin_of
from city.geo import line_through, parts_of
from city.models import City, Street, Zone

METRES_PER_DEGREE = 111_320.0
# A page's tokens (static/css/tokens.css), and the colors of light mode for a drawing alone.
_AROUND, _LAND = "var(--map-ground, #e4e0d6)", "var(--map-land, #f0ede4)"
_SAND, _PARK = "var(--map-sand, #efdfb8)", "var(--map-park, #d9e5cf)"
_OCEAN, _DEPTH = "var(--map-ocean, #cfe4e9)", "var(--map-depth, #b9d6dd)"
_CITY_LINE, _ZONE_LINE = "var(--map-line, #5d8f99)", "var(--map-zone, #b3ac9a)"
_CASING, _STREET = "var(--map-casing, #dfdacb)", "var(--map-street, #fff)"
_NAME, _HALO = "var(--map-name, #4b4a43)", "var(--map-halo, #fff)"
FILLS = {"ocean": _OCEAN, "water": _OCEAN, "sand": _SAND, "park": _PARK}
_NAMES_UP_TO = {"street": 2.6, "main": 12.0}  # metres per pixel at which names are still drawn
_BESIDE = 0.00015  # degrees, some 15 m: a street on the city line is drawn, one beyond it is not
MOST_GROUNDS = 200  # drawings kept by a process, of some KB each
_MARGIN = 24  # pixels drawn beyond the edge, so that strokes do not end in sight


class Frame(NamedTuple):
    """Where a drawing lies: its centre in degrees, its scale and its size in pixels."""

    lat: float
    lng: float
    scale: float  # metres per pixel
    width: int
    height: int
    bleed: int = _MARGIN  # pixels drawn beyond the edges

    @classmethod
    def around(cls, bounds, width, height, least=0.0) -> Self:
        """All of `bounds` (west, south, east, north) in the middle, and nothing beyond the edges;
        at least so many metres across.
        """
        west, south, east, north = bounds
        lat, lng = (south + north) / 2, (west + east) / 2
        across = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(lat))
        down = (north - south) * METRES_PER_DEGREE
        scale = max(across / width, down / height, least / width)
        return cls(lat, lng, scale, width, height, bleed=0)

    def pixel(self, lat, lng) -> tuple:
        east = (lng - self.lng) * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        south = (self.lat - lat) * METRES_PER_DEGREE
        return self.width / 2 + east / self.scale, self.height / 2 + south / self.scale

    def sight(self) -> Polygon:
        """What is drawn, as a shapely box in degrees."""
        south = (self.height / 2 + self.bleed) * self.scale / METRES_PER_DEGREE
        east = (self.width / 2 + self.bleed) * self.scale / METRES_PER_DEGREE
        east /= math.cos(math.radians(self.lat))
        return box(self.lng - east, self.lat - south, self.lng + east, self.lat + south)


class _Line(NamedTuple):
    name: str
    is_main: bool
    figure: LineString


@cache.remembered
def figures() -> tuple[
    list[tuple[Any, BaseGeometry]], list[BaseGeometry], BaseGeometry, list[_Line], STRtree
]:
    """(areas, zones, outline, street lines, their index), read from the pack once."""
    city = City.current()
    areas = [
        (feature["properties"].get("kind", ""), shape(feature["geometry"]))
        for feature in city.drawing.get("features", [])
    ]
    zones = [shape(zone.geometry) for zone in Zone.objects.active()]
    outline = shape(city.outline)
    inside = outline.buffer(_BESIDE)
    lines = [
        _Line(street.name, street.kind == "main", part)
        for street in Street.objects.all()
        for points in street.lines
        for part in _lines(inside.intersection(line_through(points)))
    ]
    return areas, zones, outline, lines, STRtree([line.figure for line in lines])


def svg(*, center, width, height, metres_per_px=1.6, pins=(), bleed=_MARGIN) -> str:
    """A drawing of `width` × `height` pixels around `center` (latitude, longitude).

    `pins` are (latitude, longitude) or (latitude, longitude, kind) with kind reported, working,
    fixed, closed or selected (the default). Decorative: whoever shows it says the place in words.
    `bleed` pixels are drawn beyond each edge, for a page that lets the drawing overflow.
    """
    frame = Frame(float(center[0]), float(center[1]), metres_per_px, width, height, bleed)
    ground = _grounds()(frame)
    parts = [
        ground.below,
        *_street_names(frame, ground.seen, pins),
        *(_pin(frame, *pin) for pin in pins),
    ]
    return (
        f'<svg class="basemap" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


class _Ground(NamedTuple):
    """What is the same whatever the pins: `below` them all, and the streets that are seen."""

    below: str
    seen: list[_Line]


@cache.remembered
def _grounds() -> Callable:
    """Gives the ground of a frame; the latest are kept, as many as MOST_GROUNDS."""
    return lru_cache(MOST_GROUNDS)(_ground)


def _ground(frame) -> _Ground:
    areas, zones, outline, lines, tree = figures()
    sight = frame.sight()
    seen = [lines[n] for n in sorted(tree.query(sight, predicate="intersects"))]
    parts = [
        f'<rect{_whole(frame.width, frame.height, frame.bleed)} fill="{_AROUND}"/>',
        _area(frame, sight, outline, _LAND),
        *(_area(frame, sight, figure, FILLS[kind]) for kind, figure in areas if kind in FILLS),
        *(_stroke(frame, sight.intersection(line), _DEPTH, 1) for line in depths()),
        *_zone_lines(frame, sight, zones),
        *_streets(frame, sight, seen),
        _stroke(frame, sight.intersection(outline.boundary), _CITY_LINE, 1.7),
    ]
    return _Ground("".join(parts), seen)


def _whole(width, height, bleed) -> str:
    return f' x="{-bleed}" y="{-bleed}" width="{width + 2 * bleed}" height="{height + 2 * bleed}"'


def _area(frame, sight, figure, color) -> str:
    path = "".join(
        _ring(frame, part.exterior) for part in parts_of(sight.intersection(figure), "Polygon")
    )
    return f'<path fill="{color}" d="{path}"/>' if path else ""


def _ring(frame, ring) -> str:
    return _points(frame, ring.coords[:-1]) + "z"


def _points(frame, coordinates) -> str:
    return path_of(frame.pixel(y, x) for x, y in coordinates)


def path_of(pixels) -> str:
    """An SVG path of whole pixels, relative after the first point: short, and exact enough."""
    points = [point for point, _same in groupby((round(x), round(y)) for x, y in pixels)]
    steps = [f"{x - last_x} {y - last_y}" for (last_x, last_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps or ['0 0'])}"


@cache.remembered
def depths() -> list:
    """Lines along the shore, as charts draw them, farther apart with the depth."""
    lines = []
    for kind, ocean in figures()[0]:
        if kind == "ocean":
            shore = ocean.boundary.difference(ocean.envelope.boundary.buffer(1e-6))
            for metres in (120, 300, 560, 900, 1350):
                deep = ocean.buffer(-metres / METRES_PER_DEGREE)
                near = shore.buffer((metres * 1.05 + 10) / METRES_PER_DEGREE)
                lines += _lines(deep.boundary.intersection(near).simplify(0.00002))
    return lines


def _zone_lines(frame, sight, zones) -> Iterator[str]:
    if frame.scale < 2.5:
        return
    for zone in zones:
        edge = sight.intersection(zone.boundary)
        yield _stroke(
            frame, edge, _ZONE_LINE, 1.2, ' stroke-dasharray="1 4" stroke-linecap="round"'
        )


def _stroke(frame, figure, color, width, more="") -> str:
    path = "".join(_points(frame, line.coords) for line in _lines(figure))
    if not path:
        return ""
    return f'<path fill="none" stroke="{color}" stroke-width="{width}"{more} d="{path}"/>'


def _lines(figure) -> list:
    if figure.geom_type == "MultiLineString":
        figure = linemerge(figure)
    return parts_of(figure, "LineString")


def _streets(frame, sight, seen) -> Iterator[str]:
    """White roads; the main ones wider and cased."""
    minor = max(0.7, min(13.0, 11 / frame.scale))
    main = max(1.6, min(24.0, 20 / frame.scale))
    paths = {True: "", False: ""}
    for street in seen:
        for line in _lines(sight.intersection(street.figure)):
            paths[street.is_main] += _points(frame, line.coords)
    casing = (paths[True], _CASING, main + 2) if frame.scale < 6 else ("", "", 0)
    streets = (paths[False], _STREET, minor), (paths[True], _STREET, main)
    for path, color, width in (casing, *streets):
        if path:
            yield (
                f'<path fill="none" stroke="{color}" stroke-width="{width:.1f}" '
                f'stroke-linecap="round" stroke-linejoin="round" d="{path}"/>'
            )


def _street_names(frame, seen, pins) -> Iterator[str]:
    """Each name once, along its street, where it touches neither another nor a pin."""
    taken, named = [frame.pixel(float(pin[0]), float(pin[1])) for pin in pins], set()
    for line in sorted(seen, key=lambda each: not each.is_main):
        kind = "main" if line.is_main else "street"
        if line.name in named or frame.scale > _NAMES_UP_TO[kind]:
            continue
        place = _place_for(frame, line, taken)
        if place:
            named.add(line.name)
            yield _name(line, *place)


def _place_for(frame, line, taken) -> tuple[Any, Any, float] | None:
    """(x, y, angle in degrees) of the middle of a straight stretch in sight; None if too short."""
    length = 6.6 * len(short(line.name)) + 12
    inner = Frame(frame.lat, frame.lng, frame.scale, frame.width - 90, frame.height - 60).sight()
    for part in _lines(inner.intersection(line.figure)):
        pixels = [frame.pixel(y, x) for x, y in part.coords]
        for (x1, y1), (x2, y2) in sorted(pairwise(pixels), key=lambda pair: -math.dist(*pair))[:2]:
            middle = ((x1 + x2) / 2, (y1 + y2) / 2)
            far = all(math.dist(middle, other) > length * 0.75 for other in taken)
            if math.dist((x1, y1), (x2, y2)) >= length and far:
                taken.append(middle)
                angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
                return *middle, (angle + 90) % 180 - 90
    return None


def _name(line, x, y, angle) -> str:
    weight = ' font-weight="600"' if line.is_main else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" transform="rotate({angle:.0f} {x:.0f} {y:.0f})" '
        f'text-anchor="middle" dominant-baseline="central" font-size="12"{weight} fill="{_NAME}" '
        f'stroke="{_HALO}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
        f"{escape(short(line.name))}</text>"
    )


_SHORT = {"Boulevard": "Blvd", "Avenue": "Ave", "Street": "St", "Place": "Pl", "Drive": "Dr",
          "Court": "Ct", "Terrace": "Ter", "Highway": "Hwy", "Road": "Rd"}  # fmt: skip


def short(name: str) -> str:
    """`Wilshire Boulevard` as signs and maps write it: `Wilshire Blvd`."""
    head, _space, last = name.rpartition(" ")
    return f"{head} {_SHORT[last]}" if head and last in _SHORT else name


def _pin(frame, lat, lng, kind="selected") -> str:
    x, y = frame.pixel(float(lat), float(lng))
    return f'<g transform="translate({x:.0f} {y:.0f})">{pin_of(kind)}</g>'
