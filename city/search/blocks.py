"""House numbers along street blocks: from a number to its point, and from a point to a number.

Numbers are spread evenly between the two ends of a block and lie a few metres off the center line,
on their side. Distances are metres on a plane around the city's center; the error is below a metre
across a city.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from shapely import STRtree
from shapely.geometry import LineString, Point

from city import cache
from city.base_map.drawing import METRES_PER_DEGREE, abbreviate_street
from city.models import AddressRange, City
from city.search.place_names import name_words

_HOUSE_OFFSET = 8.0  # metres from the center line to a house's front
_CORNER_LENGTH = 8.0  # metres at both ends of a block without houses
_MAX_DISTANCE_TO_STREET = 40.0  # metres from a street at which a point is still on it
_MAX_DISTANCE_TO_ALLEY = 90.0  # metres from a house to the alley behind it, or across the street
_SAME_HOUSE_DISTANCE = 60.0  # metres within which a repeated number is the same house
_LANE_KINDS = ("alley", "walk", "private", "ramp")


@dataclass(frozen=True)
class Side:
    """The house numbers of one side of a block, from its first end to the other; 0–0 has none.

    `sign` is 1 on the left of the line and -1 on the right.
    """

    first: int
    last: int
    sign: int

    @property
    def step(self) -> int:
        """The difference of two neighbors: 2 if both ends are odd or both even, else 1."""
        return 2 if (self.first - self.last) % 2 == 0 else 1

    def has_number(self, number: int) -> bool:
        """Return True if the house number is between the two ends, in steps.

        A side without houses has no number.
        """
        low, high = sorted((self.first, self.last))
        return low > 0 and low <= number <= high and (number - low) % self.step == 0

    def closest_number(self, number: float) -> int:
        """Return the existing house number of this side that is closest to `number`."""
        low, high = sorted((self.first, self.last))
        steps = round((number - low) / self.step)
        return min(high, max(low, low + steps * self.step))


class House(NamedTuple):
    """A house number and the point of its front."""

    number: int
    street: str
    is_lane: bool
    lat: float
    lng: float


@dataclass(frozen=True)
class Block:
    """A street between two crossings, with house numbers on two sides."""

    street: str
    is_lane: bool  # an alley or a path
    sides: tuple[Side, Side]
    line: LineString  # metres

    def locate_house(self, side: Side, number: int) -> House:
        """Return the house `number` of `side`, with its point interpolated along the block."""
        length, end = self.line.length, self._corner_length
        share = (number - side.first) / (side.last - side.first) if side.last != side.first else 0.5
        along = end + share * (length - 2 * end)
        spot = self.line.interpolate(along)
        _here, east, north = self._direction_at(along)
        off = side.sign * _HOUSE_OFFSET / (math.hypot(east, north) or 1.0)
        lat, lng = _to_degrees(spot.x - north * off, spot.y + east * off)
        return House(number, self.street, self.is_lane, lat, lng)

    def find_facing_house(self, spot: Point) -> tuple[House, bool] | None:
        """Return the house in front of a point in metres, and whether it is across the street.

        The house is on the point's side of the street if that side has numbers. Return None if
        neither side has.
        """
        along, end = self.line.project(spot), self._corner_length
        share = (along - end) / ((self.line.length - 2 * end) or 1.0)
        share = min(1.0, max(0.0, share))
        own, other = self.sides if self._is_left(spot, along) else self.sides[::-1]
        side = own if own.first else other
        if not side.first:
            return None
        number = side.closest_number(side.first + share * (side.last - side.first))
        return self.locate_house(side, number), side is other

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of the middle of the line."""
        spot = self.line.interpolate(0.5, normalized=True)
        return _to_degrees(spot.x, spot.y)

    @property
    def _corner_length(self) -> float:
        """The metres at both ends without houses: 8, or a quarter of a short block."""
        return min(_CORNER_LENGTH, self.line.length / 4)

    def _is_left(self, spot: Point, along: float) -> bool:
        here, east, north = self._direction_at(along)
        return east * (spot.y - here.y) - north * (spot.x - here.x) > 0

    def _direction_at(self, along: float) -> tuple[Point, float, float]:
        """Return the point 1 m before `along`, and how far east and north the line goes in 2 m."""
        here = self.line.interpolate(max(0.0, along - 1))
        there = self.line.interpolate(min(self.line.length, along + 1))
        return here, there.x - here.x, there.y - here.y


@cache.cache_per_version
def load_blocks() -> list[Block]:
    """Return all blocks of the city, cached."""
    return [_build_block(row) for row in AddressRange.objects.all()]


def _build_block(row: AddressRange) -> Block:
    """Return the Block of a row, with the street abbreviated and the line in metres."""
    sides = Side(row.left_from, row.left_to, 1), Side(row.right_from, row.right_to, -1)
    is_lane = any(word in row.kind for word in _LANE_KINDS)
    line = LineString([_to_metres(lat, lng) for lat, lng in row.line])
    return Block(abbreviate_street(row.street), is_lane, sides, line)


@cache.cache_per_version
def load_blocks_by_street() -> dict[tuple[str, ...], list[Block]]:
    """Return the blocks of each street, by the words of the street's name."""
    found = defaultdict(list)
    for block in load_blocks():
        found[name_words(block.street)].append(block)
    return dict(found)


def is_lane(street: tuple[str, ...]) -> bool:
    """Return True if all known blocks of a street are alleys or paths; False if none is known."""
    known = load_blocks_by_street().get(street, [])
    return bool(known) and all(block.is_lane for block in known)


def find_houses(street: tuple[str, ...], number: int) -> list[House]:
    """Return the houses with a number on a street, which may have it more than once.

    Houses come before houses of alleys. Houses within 60 m of each other count as one. `street` is
    as `name_words` returns it.
    """
    found = [
        block.locate_house(side, number)
        for block in load_blocks_by_street().get(street, [])
        for side in block.sides
        if side.has_number(number)
    ]
    kept: list[House] = []
    for house in sorted(found, key=lambda one: one.is_lane):
        if all(_metres_between(house, other) > _SAME_HOUSE_DISTANCE for other in kept):
            kept.append(house)
    return kept


def find_closest_house(street: tuple[str, ...], number: int) -> House | None:
    """Return the house with the number closest to `number`, or None without house numbers."""
    offers = [
        (side.closest_number(number), block, side)
        for block in load_blocks_by_street().get(street, [])
        for side in block.sides
        if side.first
    ]
    if not offers:
        return None
    best = min(
        offers, key=lambda one: (abs(one[0] - number), (one[0] - number) % 2, one[1].is_lane)
    )
    return best[1].locate_house(best[2], best[0])


@cache.cache_per_version
def _block_tree() -> STRtree:
    """Return a spatial index of the lines of `load_blocks()`, in the same order, in metres."""
    return STRtree([block.line for block in load_blocks()])


class NearestHouse(NamedTuple):
    """The house nearest to a map point.

    `is_across` is True if it is on the other side of the street. `metres_away` is the distance from
    the point to the block's line.
    """

    block: Block
    house: House
    is_across: bool
    metres_away: float


def find_nearest_house(lat: float, lng: float) -> NearestHouse | None:
    """Return the house nearest to a point, on the nearest street with house numbers within 40 m.

    Return None if there is no such street.
    """
    spot = Point(_to_metres(lat, lng))
    near = _block_tree().query(spot, predicate="dwithin", distance=_MAX_DISTANCE_TO_STREET)
    for block in sorted((load_blocks()[n] for n in near), key=lambda one: one.line.distance(spot)):
        if found := block.find_facing_house(spot):
            house, is_across = found
            return NearestHouse(block, house, is_across, block.line.distance(spot))
    return None


class HundredBlock(NamedTuple):
    """A block named by its hundred, as in “1600 block of Main St”, and the middle of its line."""

    hundred: int
    street: str
    lat: float
    lng: float


def find_block_at(lat: float, lng: float) -> HundredBlock | None:
    """Return the block of the house nearest to a point; None if no house is in reach."""
    if front := find_nearest_house(lat, lng):
        return HundredBlock(
            front.house.number // 100 * 100, front.block.street, *front.block.middle
        )
    return None


class Lane(NamedTuple):
    """An alley or a path, and the point on it that is nearest to another point."""

    street: str
    lat: float
    lng: float


def list_lanes_near(lat: float, lng: float) -> list[Lane]:
    """Return the alleys and paths within 90 m of a point, nearest first, each street once."""
    spot = Point(_to_metres(lat, lng))
    near = _block_tree().query(spot, predicate="dwithin", distance=_MAX_DISTANCE_TO_ALLEY)
    lanes = [load_blocks()[n] for n in near if load_blocks()[n].is_lane]
    found: dict[str, Lane] = {}
    for lane in sorted(lanes, key=lambda one: one.line.distance(spot)):
        there = lane.line.interpolate(lane.line.project(spot))
        found.setdefault(lane.street, Lane(lane.street, *_to_degrees(there.x, there.y)))
    return list(found.values())


def _metres_between(one: House, other: House) -> float:
    return math.dist(_to_metres(one.lat, one.lng), _to_metres(other.lat, other.lng))


def _to_metres(lat: float, lng: float) -> tuple[float, float]:
    """Return (metres east, metres north) of the city's center."""
    center_lat, center_lng, per_degree = _projection_center()
    return (lng - center_lng) * per_degree, (lat - center_lat) * METRES_PER_DEGREE


def _to_degrees(east: float, north: float) -> tuple[float, float]:
    """Return the latitude and longitude of a point in metres from the city's center."""
    center_lat, center_lng, per_degree = _projection_center()
    return center_lat + north / METRES_PER_DEGREE, center_lng + east / per_degree


@cache.cache_per_version
def _projection_center() -> tuple[float, float, float]:
    """Return the center's latitude and longitude, and the metres in a degree of longitude."""
    city = City.current()
    per_degree = METRES_PER_DEGREE * math.cos(math.radians(city.center_lat))
    return city.center_lat, city.center_lng, per_degree
