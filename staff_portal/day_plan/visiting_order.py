"""A sensible way past a day's stops: pure, the same answer for the same question.

What presses (disputed, then urgent work) comes first, each as a way of its own; within one, the
nearest next stop is taken and then every crossing of the way is untied (2-opt). All lengths are
metres on a flat Earth, which is off by less than a pace across a city.
"""

from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

METRES_PER_DEGREE = 111_320.0
MAX_2OPT_ROUNDS = 30  # of untying; a hundred stops need about five
MIN_GAIN_M = 0.01  # metres; less is rounding


class RouteStop(NamedTuple):
    """A stop: `at` is (latitude, longitude) in degrees or None; the least `rank` comes first."""

    key: object
    at: tuple[float, float] | None = None
    rank: int = 0


def order_stops(places, start=None) -> list:
    """The keys of `places` in the order of the way from `start`, (latitude, longitude) or None.

    Without a start the way begins at the first place given. A place nobody knows comes last of
    its rank.
    """
    places, way, here = list(places), [], start
    for rank in sorted({place.rank for place in places}):
        group = [place for place in places if place.rank == rank]
        known = _order_group([place for place in group if place.at], here)
        here = known[-1].at if known else here
        way += known + [place for place in group if not place.at]
    return [place.key for place in way]


def find_insertion_index(new, places, start=None) -> int:
    """Before which of `places`, in the order they stand, `new` makes the way longest by least.

    It stays behind what presses more and before what presses less, as far as they stand so. Of two
    equal places it takes the later. Without a start the way goes on beginning where it does.
    """
    keeps_first = places and not start and places[0].rank <= new.rank
    more_pressing = (n + 1 for n, place in enumerate(places) if place.rank < new.rank)
    earliest = max(more_pressing, default=1 if keeps_first else 0)
    later = (n for n, p in enumerate(places) if n >= earliest and p.rank > new.rank)
    latest = next(later, len(places))
    if not new.at:
        return latest
    points = [start, *(place.at for place in places)]

    def added(n) -> int:
        before = next((point for point in reversed(points[: n + 1]) if point), None)
        after = next((point for point in points[n + 1 :] if point), None)
        return round(route_length_m([before, new.at, after]) - route_length_m([before, after]))

    return min(range(latest, earliest - 1, -1), key=added)


def route_length_m(points) -> float:
    """How long the way past these points is, in metres; None among them are skipped."""
    known = [point for point in points if point]
    return sum(_distance_m(a, b) for a, b in pairwise(known))


def _order_group(places, start) -> list:
    """One way past `places`, all of them known."""
    if not places:
        return []
    points = [start or places[0].at, *(place.at for place in places)]
    apart = _distance_matrix(points)
    way = _improve_by_2opt(_order_by_nearest_neighbor(apart), apart)
    return [places[n - 1] for n in way[1:]]


def _distance_matrix(points) -> list[list[float]]:
    """`apart[a][b]`: metres between two of the points."""
    latitude, longitude = points[0]
    wide = METRES_PER_DEGREE * cos(radians(latitude))
    flat = [((y - latitude) * METRES_PER_DEGREE, (x - longitude) * wide) for y, x in points]
    return [[hypot(y - v, x - u) for v, u in flat] for y, x in flat]


def _order_by_nearest_neighbor(apart) -> list[int]:
    """A way from point 0 past all others, always to the nearest; of equals to the first given."""
    way, left = [0], list(range(1, len(apart)))
    while left:
        row = apart[way[-1]]
        nearest = min(left, key=row.__getitem__)
        left.remove(nearest)
        way.append(nearest)
    return way


def _improve_by_2opt(way, apart) -> list:
    """Turn stretches of the way around as long as that makes it shorter; its start stays."""
    for _round in range(MAX_2OPT_ROUNDS):
        if not sum(_reverse_segments_from(n, way, apart) for n in range(1, len(way) - 1)):
            break
    return way


def _reverse_segments_from(first, way, apart) -> bool:
    """Whether turning a stretch that begins at `first` has helped; the way is changed in place."""
    has_helped, end = False, len(way) - 1
    before = apart[way[first - 1]]
    for last in range(first + 1, end + 1):
        now, then = before[way[first]], before[way[last]]
        if last < end:  # the way ends at its last stop, so nothing follows that one
            after = apart[way[last + 1]]
            now, then = now + after[way[last]], then + after[way[first]]
        if now - then > MIN_GAIN_M:
            way[first : last + 1] = way[first : last + 1][::-1]
            has_helped = True
    return has_helped


def _distance_m(a, b) -> float:
    return _distance_matrix([a, b])[0][1]
