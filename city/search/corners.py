"""Streets and their intersections: those that the city loaded, and those of the pack's lines."""

from collections import defaultdict

from shapely import LineString, STRtree
from shapely.geometry import Point

from city import cache, geo
from city.base_map.drawing import abbreviate_street
from city.models import Intersection, Street
from city.search.blocks import load_blocks_by_street as streets_with_numbers
from city.search.place_hit import PlaceHit, build_hit
from city.search.place_names import name_words

_TOUCH_DISTANCE = 0.00012  # degrees within which two lines meet
_SAME_CORNER_DISTANCE = 120.0  # metres within which a pair of streets meets only once


@cache.cache_per_version
def street_lines() -> list[tuple[str, LineString]]:
    """Return (street name, line) for each line of the pack's streets, in degrees (lng, lat)."""
    return [
        (street.name, geo.build_line(points))
        for street in Street.objects.all()
        for points in street.lines
    ]


@cache.cache_per_version
def load_corners() -> list[PlaceHit]:
    """Return each intersection of two streets with different names, once per spot.

    Intersections that the city loaded are surveyed and come first; those computed from the pack's
    lines fill the gaps.
    """
    seen = _CornerRegistry()
    found = [
        _build_corner_hit(row.street_a, row.street_b, row.lat, row.lng)
        for row in Intersection.objects.all()
        if seen.add_if_new(row.street_a, row.street_b, row.lat, row.lng)
    ]
    lines = street_lines()
    tree = STRtree([line for _name, line in lines])
    for number, (name, line) in enumerate(lines):
        for other in tree.query(line, predicate="dwithin", distance=_TOUCH_DISTANCE):
            other_name, other_line = lines[other]
            if other > number and other_name != name:
                found += [
                    _build_corner_hit(name, other_name, spot.y, spot.x)
                    for spot in _find_meeting_points(line, other_line)
                    if seen.add_if_new(name, other_name, spot.y, spot.x)
                ]
    return found


class _CornerRegistry:
    """The corners found so far: two lines of one street, or a divided road, make one corner."""

    def __init__(self) -> None:
        self._spots: defaultdict[frozenset, list[tuple[float, float]]] = defaultdict(list)

    def add_if_new(self, name: str, other_name: str, lat: float, lng: float) -> bool:
        """Return True and add the corner, unless the two streets already have one nearby."""
        spots = self._spots[frozenset((name_words(name), name_words(other_name)))]
        if any(geo.distance_m(spot, (lat, lng)) < _SAME_CORNER_DISTANCE for spot in spots):
            return False
        spots.append((lat, lng))
        return True


def _find_meeting_points(line: LineString, other: LineString) -> list[Point]:
    """Return the points where two lines cross, or the closest end if one stops short."""
    spots = geo.select_parts(line.intersection(other), "Point")
    if not spots:  # a street that ends at another may stop a few metres short
        ends = [Point(end) for end in (other.coords[0], other.coords[-1])]
        ends += [Point(end) for end in (line.coords[0], line.coords[-1])]
        spots = sorted(ends, key=lambda end: line.distance(end) + other.distance(end))[:1]
    return spots


def _build_corner_hit(name: str, other_name: str, lat: float, lng: float) -> PlaceHit:
    """Return the hit `Main St & 14th St`, with a numbered street last."""
    first, second = sorted(
        (abbreviate_street(name), abbreviate_street(other_name)), key=_importance_key
    )
    return build_hit(f"{first} & {second}", "intersection", lat, lng)


def _importance_key(name: str) -> tuple[bool, str]:
    """Return a sort key that puts named streets before numbered ones, as people name corners."""
    return (name[:1].isdigit(), name)


@cache.cache_per_version
def street_names() -> frozenset[tuple[str, ...]]:
    """Return the names of all streets, each as `name_words` returns it."""
    return frozenset(
        [*(name_words(name) for name, _line in street_lines()), *streets_with_numbers()]
    )


@cache.cache_per_version
def load_streets() -> list[PlaceHit]:
    """Return each street at the middle of its longest line, the pack's streets first."""
    by_name = defaultdict(list)
    for name, line in street_lines():
        by_name[name].append(line)
    found = {}
    for name, lines in by_name.items():
        middle = max(lines, key=lambda line: line.length).interpolate(0.5, normalized=True)
        found[name_words(name)] = build_hit(abbreviate_street(name), "street", middle.y, middle.x)
    for words, blocks in streets_with_numbers().items():
        if words not in found:
            middle = blocks[len(blocks) // 2].middle
            found[words] = build_hit(blocks[0].street, "street", *middle)
    return list(found.values())
