"""Route past the stops of a day: pure functions, deterministic.

Disputed stops come first, then urgent ones, then the rest; each group is a route of its own. A
route takes the nearest next stop, and 2-opt then removes its crossings. Distances are metres on a
plane, which is accurate enough within a city.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

METRES_PER_DEGREE = 111_320.0
MAX_2OPT_ROUNDS = 30  # a hundred stops need about five
MIN_GAIN_M = 0.01  # metres; less is rounding


class RouteStop(NamedTuple):
    """A stop of a route: `at` is (latitude, longitude) in degrees or None.

    The lowest `rank` is first.
    """

    key: object
    at: tuple[float, float] | None = None
    rank: int = 0


def order_stops(places: Iterable[RouteStop], start: tuple[float, float] | None = None) -> list:
    """Return the keys of `places` by rank, each rank in the order of a short route.

    The route begins at `start`, or else at the first place, and goes on from rank to rank.
    Places without coordinates come last in their rank.
    """
    places, way, here = list(places), [], start
    for rank in sorted({place.rank for place in places}):
        group = [place for place in places if place.rank == rank]
        known = _order_group([place for place in group if place.at], here)
        here = known[-1].at if known else here
        way += known + [place for place in group if not place.at]
    return [place.key for place in way]


def find_insertion_index(
    new: RouteStop, places: Sequence[RouteStop], start: tuple[float, float] | None = None
) -> int:
    """Return the index at which inserting `new` into `places` adds the least distance.

    `new` is inserted after all places of lower rank and before the next one of higher rank. Ties go
    to the later index. Without a start, the first place stays first unless `new` has a lower rank.
    A place without coordinates goes last in its rank.
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


def route_length_m(points: Iterable[tuple[float, float] | None]) -> float:
    """Return the length of the route past `points` in metres; None among them is skipped."""
    known = [point for point in points if point]
    return sum(_distance_m(a, b) for a, b in pairwise(known))


def _order_group(places: list[RouteStop], start: tuple[float, float] | None) -> list[RouteStop]:
    """Return `places`, which all have coordinates, in the order of a short route from `start`."""
    if not places:
        return []
    points = [point for point in (start or places[0].at, *(p.at for p in places)) if point]
    apart = _distance_matrix(points)
    way = _improve_by_2opt(_order_by_nearest_neighbor(apart), apart)
    return [places[n - 1] for n in way[1:]]


def _distance_matrix(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return the distances in metres: `matrix[a][b]` is between points a and b."""
    latitude, longitude = points[0]
    wide = METRES_PER_DEGREE * cos(radians(latitude))
    flat = [((y - latitude) * METRES_PER_DEGREE, (x - longitude) * wide) for y, x in points]
    return [[hypot(y - v, x - u) for v, u in flat] for y, x in flat]


def _order_by_nearest_neighbor(apart: list[list[float]]) -> list[int]:
    """Return the indexes of all points, from point 0 on, the nearest unvisited one next.

    Ties go to the lower index.
    """
    way, left = [0], list(range(1, len(apart)))
    while left:
        row = apart[way[-1]]
        nearest = min(left, key=row.__getitem__)
        left.remove(nearest)
        way.append(nearest)
    return way


def _improve_by_2opt(way: list[int], apart: list[list[float]]) -> list[int]:
    """Reverse segments of `way` in place while that makes it shorter, and return `way`.

    Point 0 stays first; there are at most MAX_2OPT_ROUNDS rounds.
    """
    for _round in range(MAX_2OPT_ROUNDS):
        if not sum(_reverse_segments_from(n, way, apart) for n in range(1, len(way) - 1)):
            break
    return way


def _reverse_segments_from(first: int, way: list[int], apart: list[list[float]]) -> bool:
    """Reverse each segment that starts at index `first` (1 or more) if this shortens the route.

    The gain must be more than MIN_GAIN_M. `way` is changed in place; return True if it was.
    """
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


def _distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return _distance_matrix([a, b])[0][1]
