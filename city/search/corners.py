"""Streets and the corners where they meet: those a city loaded, and those of the pack's lines."""

from collections import defaultdict
from typing import Any

from shapely import LineString, STRtree
from shapely.geometry import Point

from city import cache, geo
from city.base_map.drawing import short
from city.models import Intersection, Street
from city.search.blocks import streets as streets_with_numbers
from city.search.hit import hit_of
from city.search.names import place_words

_TOUCH = 0.00012  # degrees within which two lines meet
_ONE_CORNER = 120.0  # metres within which a pair of streets meets only once


@cache.remembered
def street_lines() -> list[tuple[Any, LineString]]:
    """(name, line) of the pack's streets."""
    return [
        (street.name, geo.line_through(points))
        for street in Street.objects.all()
        for points in street.lines
    ]


@cache.remembered
def corners() -> dict:
    """Where two streets of different names cross or meet, each pair once per spot.

    What the city loaded is surveyed, and comes first; the pack's drawing adds what it lacks.
    """
    seen = _Seen()
    found = [
        _corner(row.street_a, row.street_b, row.lat, row.lng)
        for row in Intersection.objects.all()
        if seen.is_new(row.street_a, row.street_b, row.lat, row.lng)
    ]
    lines = street_lines()
    tree = STRtree([line for _name, line in lines])
    for number, (name, line) in enumerate(lines):
        for other in tree.query(line, predicate="dwithin", distance=_TOUCH):
            other_name, other_line = lines[other]
            if other > number and other_name != name:
                found += [
                    _corner(name, other_name, spot.y, spot.x)
                    for spot in _meetings(line, other_line)
                    if seen.is_new(name, other_name, spot.y, spot.x)
                ]
    return found


class _Seen:
    """Two drawings of one street, and a divided road, give one corner."""

    def __init__(self) -> None:
        self._spots = defaultdict(list)

    def is_new(self, name, other_name, lat, lng) -> bool:
        spots = self._spots[frozenset((place_words(name), place_words(other_name)))]
        if any(geo.distance_m(spot, (lat, lng)) < _ONE_CORNER for spot in spots):
            return False
        spots.append((lat, lng))
        return True


def _meetings(line, other) -> list[Point] | list:
    spots = geo.parts_of(line.intersection(other), "Point")
    if not spots:  # a street that ends at another may stop a few metres short
        ends = [Point(end) for end in (other.coords[0], other.coords[-1])]
        ends += [Point(end) for end in (line.coords[0], line.coords[-1])]
        spots = sorted(ends, key=lambda end: line.distance(end) + other.distance(end))[:1]
    return spots


def _corner(name, other_name, lat, lng):
    first, second = sorted((short(name), short(other_name)), key=_importance)
    return hit_of(f"{first} & {second}", "intersection", lat, lng)


def _importance(name) -> tuple:
    """Named avenues and boulevards before numbered streets, as people say corners."""
    return (name[:1].isdigit(), name)


@cache.remembered
def street_names() -> frozenset[tuple[str, ...]]:
    """What streets are called, as `place_words` has it."""
    return frozenset(
        [*(place_words(name) for name, _line in street_lines()), *streets_with_numbers()]
    )


@cache.remembered
def streets() -> list:
    """Whole streets, each at the middle of its longest line: the pack's, then the loaded ones."""
    by_name = defaultdict(list)
    for name, line in street_lines():
        by_name[name].append(line)
    found = {}
    for name, lines in by_name.items():
        middle = max(lines, key=lambda line: line.length).interpolate(0.5, normalized=True)
        found[place_words(name)] = hit_of(short(name), "street", middle.y, middle.x)
    for words, blocks in streets_with_numbers().items():
        if words not in found:
            middle = blocks[len(blocks) // 2].middle
            found[words] = hit_of(blocks[0].street, "street", *middle)
    return list(found.values())
