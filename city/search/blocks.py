"""House numbers along the blocks of the streets: from a number to its spot, and back.

Numbers are spread evenly between a block's two ends and stand a few metres off its centre line, on
their side. Distances are metres on a flat Earth around the city's center, which is off by less
than a metre across a city.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from shapely import STRtree
from shapely.geometry import LineString, Point

from city import cache
from city.base_map.drawing import METRES_PER_DEGREE, short
from city.models import AddressRange, City
from city.search.names import place_words

_OFF = 8.0  # metres from the center line to a house's front
_CORNER = 8.0  # metres that a block's ends belong to the crossing
_REACH = 40.0  # metres from a street at which a point is still on it
_BEHIND_A_HOUSE = 90.0  # metres from a house to the alley behind it, or across the street
_SAME_SPOT = 60.0  # metres within which a number twice is the same house
_LANES = ("alley", "walk", "private", "ramp")


@dataclass(frozen=True)
class Side:
    """House numbers from one end of a block to the other; 0–0 has none. `sign` is 1 on the left."""

    first: int
    last: int
    sign: int

    @property
    def step(self) -> int:
        return 2 if (self.first - self.last) % 2 == 0 else 1

    def has(self, number) -> bool:
        low, high = sorted((self.first, self.last))
        return low > 0 and low <= number <= high and (number - low) % self.step == 0

    def closest(self, number: float) -> int:
        """The number of this side that is next to `number`."""
        low, high = sorted((self.first, self.last))
        steps = round((number - low) / self.step)
        return min(high, max(low, low + steps * self.step))


class House(NamedTuple):
    number: int
    street: str
    is_lane: bool
    lat: float
    lng: float


@dataclass(frozen=True)
class Block:
    street: str
    is_lane: bool  # an alley or a path: what people mean last
    sides: tuple[Side, Side]
    line: LineString  # metres

    def house(self, side: Side, number: int) -> House:
        length, end = self.line.length, self._end
        share = (number - side.first) / (side.last - side.first) if side.last != side.first else 0.5
        along = end + share * (length - 2 * end)
        spot = self.line.interpolate(along)
        _here, east, north = self._way(along)
        off = side.sign * _OFF / (math.hypot(east, north) or 1.0)
        lat, lng = _degrees(spot.x - north * off, spot.y + east * off)
        return House(number, self.street, self.is_lane, lat, lng)

    def house_before(self, spot: Point) -> tuple[House, bool] | None:
        """The house a point is in front of, and whether that is across the street; None without."""
        along, end = self.line.project(spot), self._end
        share = (along - end) / ((self.line.length - 2 * end) or 1.0)
        share = min(1.0, max(0.0, share))
        own, other = self.sides if self._is_left(spot, along) else self.sides[::-1]
        side = own if own.first else other
        if not side.first:
            return None
        number = side.closest(side.first + share * (side.last - side.first))
        return self.house(side, number), side is other

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude."""
        spot = self.line.interpolate(0.5, normalized=True)
        return _degrees(spot.x, spot.y)

    @property
    def _end(self) -> float:
        return min(_CORNER, self.line.length / 4)

    def _is_left(self, spot, along) -> bool:
        here, east, north = self._way(along)
        return east * (spot.y - here.y) - north * (spot.x - here.x) > 0

    def _way(self, along) -> tuple[Point, float, float]:
        """A point just before this one, and how far east and north the line goes from there."""
        here = self.line.interpolate(max(0.0, along - 1))
        there = self.line.interpolate(min(self.line.length, along + 1))
        return here, there.x - here.x, there.y - here.y


@cache.remembered
def blocks() -> list[Block]:
    return [_block(row) for row in AddressRange.objects.all()]


def _block(row) -> Block:
    sides = Side(row.left_from, row.left_to, 1), Side(row.right_from, row.right_to, -1)
    is_lane = any(word in row.kind for word in _LANES)
    line = LineString([_metres(lat, lng) for lat, lng in row.line])
    return Block(short(row.street), is_lane, sides, line)


@cache.remembered
def streets() -> dict[tuple[str, ...], list[Block]]:
    """The blocks of each street, by the words of its name."""
    found = defaultdict(list)
    for block in blocks():
        found[place_words(block.street)].append(block)
    return dict(found)


def is_lane(street: tuple[str, ...]) -> bool:
    """Whether all that is known of a street is an alley or a path."""
    known = streets().get(street, [])
    return bool(known) and all(block.is_lane for block in known)


def houses(street: tuple[str, ...], number: int) -> list[House]:
    """Where a number is: nowhere, at one spot, or at several where a street has it again."""
    found = [
        block.house(side, number)
        for block in streets().get(street, [])
        for side in block.sides
        if side.has(number)
    ]
    kept: list[House] = []
    for house in sorted(found, key=lambda one: one.is_lane):
        if all(_apart(house, other) > _SAME_SPOT for other in kept):
            kept.append(house)
    return kept


def closest_house(street: tuple[str, ...], number: int) -> House | None:
    """The house whose number is next to one that does not exist; of two the one on its side."""
    offers = [
        (side.closest(number), block, side)
        for block in streets().get(street, [])
        for side in block.sides
        if side.first
    ]
    if not offers:
        return None
    best = min(
        offers, key=lambda one: (abs(one[0] - number), (one[0] - number) % 2, one[1].is_lane)
    )
    return best[1].house(best[2], best[0])


@cache.remembered
def _tree() -> STRtree:
    return STRtree([block.line for block in blocks()])


class Front(NamedTuple):
    """The house a point is in front of: whether across the street, and the metres to its line."""

    block: Block
    house: House
    is_across: bool
    away: float


def front_at(lat: float, lng: float) -> Front | None:
    """On the nearest of the blocks in reach that has houses."""
    spot = Point(_metres(lat, lng))
    near = _tree().query(spot, predicate="dwithin", distance=_REACH)
    for block in sorted((blocks()[n] for n in near), key=lambda one: one.line.distance(spot)):
        if found := block.house_before(spot):
            return Front(block, *found, block.line.distance(spot))
    return None


class Hundred(NamedTuple):
    """A block as it is named without a house's number, and the middle of its line."""

    hundred: int
    street: str
    lat: float
    lng: float


def block_at(lat: float, lng: float) -> Hundred | None:
    """The block of the house that a point is in front of; None where there is none."""
    if front := front_at(lat, lng):
        return Hundred(front.house.number // 100 * 100, front.block.street, *front.block.middle)
    return None


class Lane(NamedTuple):
    """An alley or a path, and the point of it that is nearest to another point."""

    street: str
    lat: float
    lng: float


def list_lanes_near(lat: float, lng: float) -> list[Lane]:
    """Return the alleys and paths behind the houses at a point, nearest first, each street once."""
    spot = Point(_metres(lat, lng))
    near = _tree().query(spot, predicate="dwithin", distance=_BEHIND_A_HOUSE)
    lanes = [blocks()[n] for n in near if blocks()[n].is_lane]
    found: dict[str, Lane] = {}
    for lane in sorted(lanes, key=lambda one: one.line.distance(spot)):
        there = lane.line.interpolate(lane.line.project(spot))
        found.setdefault(lane.street, Lane(lane.street, *_degrees(there.x, there.y)))
    return list(found.values())


def _apart(one, other) -> float:
    return math.dist(_metres(one.lat, one.lng), _metres(other.lat, other.lng))


def _metres(lat, lng) -> tuple:
    center_lat, center_lng, per_degree = _center()
    return (lng - center_lng) * per_degree, (lat - center_lat) * METRES_PER_DEGREE


def _degrees(east, north) -> tuple:
    center_lat, center_lng, per_degree = _center()
    return center_lat + north / METRES_PER_DEGREE, center_lng + east / per_degree


@cache.remembered
def _center() -> tuple[Any, Any, float]:
    """Latitude, longitude, and metres in a degree of longitude there."""
    city = City.current()
    per_degree = METRES_PER_DEGREE * math.cos(math.radians(city.center_lat))
    return city.center_lat, city.center_lng, per_degree
