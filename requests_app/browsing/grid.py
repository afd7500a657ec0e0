"""Requests on a map, counted by the database on a grid: rings with numbers, and single pins.

The grid is fixed to the earth, so that a map that is moved keeps its rings, and coarse enough that
an answer stays small however large the screen. What is often asked for has its cells counted
beforehand (`requests_app.rollups`); the rest is counted from the requests, as far as MOST.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from city.translation import translate
from lib.postgresql.unindexed import UnindexedNumber
from requests_app.browsing.area import Area
from requests_app.browsing.states import pin_of
from requests_app.models import CellCount, ServiceRequest
from requests_app.models.map_point import UNITS_PER_DEGREE, IsAtSpots, MapX, MapY
from requests_app.models.rollup import CATEGORY_ZOOM_LEVEL, ZOOM_LEVELS
from requests_app.timeline import badge

FINEST = 24  # the zoom at which a cell is a unit
MOST_CELLS = 240
MOST = 20_000  # requests counted one by one; beyond it the latest count, and numbers are “at least”
ZOOMS = (8.0, 20.0)
_RING = 0.3  # of a cell: how near a ring's middle may come to its edge, so that no two touch
_NORTHERNMOST = 89.9  # degrees; the pole is nowhere on this map

_GROUPED = """
SELECT y >> %s AS cell_y, x >> %s AS cell_x, count(*), sum(y::bigint), sum(x::bigint), min(id)
FROM ({places}) AS places GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Ring:
    """Several requests: where it stands, how many, and the cell of the grid that holds them."""

    latitude: float
    longitude: float
    n: int
    area: Area


@dataclass(frozen=True)
class Pin:
    """One request; `kind` is a shape: reported, working, fixed or closed."""

    latitude: float
    longitude: float
    kind: str
    reference: str
    name: str
    words: str

    @property
    def address(self) -> str:
        return reverse("service_request", args=[self.reference])


@dataclass(frozen=True)
class Cells:
    """The cells in sight: 64 pixels of a Web Mercator map at zoom `level`, from `south` to `north`
    and from `west` to `east`, all included. A cell that is half in sight is counted whole.
    """

    level: int
    south: int
    west: int
    north: int
    east: int

    @classmethod
    def at(cls, zoom, area) -> "Cells":
        """Of about CELL pixels, or larger ones until the area holds at most MOST_CELLS."""
        south, north = _northward(area.south), _northward(area.north)
        west, east = _eastward(area.west), _eastward(area.east)
        for level in range(math.floor(zoom + 0.25), -1, -1):
            shift = FINEST - level
            cells = cls(level, south >> shift, west >> shift, north >> shift, east >> shift)
            if (cells.north - cells.south + 1) * (cells.east - cells.west + 1) <= MOST_CELLS:
                break
        return cells

    @property
    def shift(self) -> int:
        return FINEST - self.level

    def narrow(self, requests, is_led) -> QuerySet:
        """Those of `requests` that lie in sight; `y` and `x` say where, in units. `is_led`: other
        conditions leave so few that the place needs no index.
        """
        span = {f"{name}_of__range": (low << self.shift, ((high + 1) << self.shift) - 1)
                for name, low, high in self._sides()}  # fmt: skip
        of = UnindexedNumber if is_led else F
        placed = requests.annotate(y=MapY(), x=MapX())
        return placed.alias(y_of=of("y"), x_of=of("x")).filter(**span)

    def kept(self, kinds) -> tuple[QuerySet[CellCount], int] | None:
        """The counts of cells in sight that the database keeps, of these categories or, with None,
        of all; and by how many zooms they are smaller. None where it keeps none so small.
        """
        levels = ZOOM_LEVELS if kinds is None else (CATEGORY_ZOOM_LEVEL,)
        level = next((one for one in levels if one >= self.level), None)
        if level is None:
            return None
        finer = level - self.level
        span = {f"{name}__range": (low << finer, ((high + 1) << finer) - 1)
                for name, low, high in self._sides()}  # fmt: skip
        kinds = [0] if kinds is None else kinds
        return CellCount.objects.filter(level=level, category__in=kinds, **span), finer

    def _sides(self) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
        return ("y", self.south, self.north), ("x", self.west, self.east)


class Cell(NamedTuple):
    """How many lie in one, and the middle of their spots in units: of a single one its spot.

    `pk` is one of them, where it is known.
    """

    y: int
    x: int
    n: int
    middle_y: float
    middle_x: float
    pk: int | None = None

    def ring(self, shift) -> Ring:
        y, x = (
            _inside(middle / (1 << shift), start)
            for middle, start in ((self.middle_y, self.y), (self.middle_x, self.x))
        )
        south, north = (_latitude(edge << shift) for edge in (self.y, self.y + 1))
        west, east = (edge * (1 << shift) / UNITS_PER_DEGREE for edge in (self.x, self.x + 1))
        area = Area(west, south, east, north)
        return Ring(_latitude(y * (1 << shift)), x * (1 << shift) / UNITS_PER_DEGREE, self.n, area)


class Counted(NamedTuple):
    """What a map shows, without what a person reads of it: the same for everybody. `is_capped`:
    there are more than MOST requests, and these are the latest.
    """

    shift: int
    cells: list[Cell]
    is_capped: bool

    def marks(self, filters) -> tuple[list[Ring], list[Pin]]:
        """What to draw. At most one query, for the pins."""
        rings = [cell.ring(self.shift) for cell in self.cells if cell.n > 1]
        return rings, _pins(filters, [cell for cell in self.cells if cell.n == 1])


def counted(filters, area, zoom) -> Counted:
    """What a map of `area` shows of the requests that `filters` mean. One query."""
    cells = Cells.at(zoom, area)
    kept = cells.kept(filters.kinds) if filters.is_counted else None
    if kept:
        return Counted(cells.shift, _kept(filters, *kept), is_capped=False)
    if filters.is_searched:
        return Counted(cells.shift, _found(filters.found, cells), not filters.found.is_all)
    one_by_one = _counted(filters, cells)
    return Counted(cells.shift, one_by_one, sum(cell.n for cell in one_by_one) > MOST)


def _kept(filters, counts, finer) -> list[Cell]:
    """As quick for a million as for a hundred."""
    counts = counts.filter(filters.which)
    if filters.zone:
        counts = counts.filter(zone=filters.zone.pk)
    rows = (
        counts.annotate(cell_y=F("y").bitrightshift(finer), cell_x=F("x").bitrightshift(finer))
        .values_list("cell_y", "cell_x")
        .annotate(all=Sum("n"), y_of_all=Sum("sum_y"), x_of_all=Sum("sum_x"))
        .filter(all__gt=0)
    )
    return _cells(rows)


def _counted(filters, cells) -> list[Cell]:
    """One by one, the latest first: Django groups no slice by itself."""
    is_led = not filters.is_counted or filters.kinds is not None
    seen = cells.narrow(filters.shown(ServiceRequest.objects.public()), is_led)
    places = seen.order_by("-filed_at", "-pk").values("id", "y", "x")[: MOST + 1]
    inner, given = places.query.sql_with_params()
    with connection.cursor() as cursor:
        query = _GROUPED.replace("{places}", inner)
        cursor.execute(query, [cells.shift, cells.shift, *given])
        return _cells(cursor.fetchall())


def _found(found, cells) -> list[Cell]:
    """Of what says the words, the latest where too much does."""
    spots = defaultdict(list)
    for match in found.matches:
        if match.y is not None:
            spots[match.y >> cells.shift, match.x >> cells.shift].append(match)
    rows = [
        (y, x, len(those), sum(one.y for one in those), sum(one.x for one in those), those[0].pk)
        for (y, x), those in spots.items()
        if cells.south <= y <= cells.north and cells.west <= x <= cells.east
    ]
    return _cells(rows)


def _cells(rows) -> list[Cell]:
    """Of rows with a cell's y and x, how many lie in it, the sums of theirs, and perhaps an id."""
    return [
        Cell(y, x, n, float(of_y / n), float(of_x / n), *one) for y, x, n, of_y, of_x, *one in rows
    ]


def _pins(filters, single) -> list | list[Pin]:
    """Those that are alone in their cells."""
    if not single:
        return []
    ids = [cell.pk for cell in single if cell.pk]
    public = ServiceRequest.objects.public()
    if ids:
        rows = public.filter(pk__any=ids)
    else:
        spots = [(round(one.middle_y), round(one.middle_x)) for one in single]
        there = public.filter(IsAtSpots(spots)).order_by().values("pk")  # whatever became of them
        rows = filters.shown(public).filter(pk__any=there).order_by()
    return [_pin(row) for row in rows]


def _pin(row) -> Pin:
    return Pin(
        float(row.latitude),
        float(row.longitude),
        pin_of(row.status, row.outcome),
        row.reference,
        translate(row.category.name),
        badge.public_badge(row).words,
    )


def _eastward(longitude) -> int:
    return math.floor(longitude * UNITS_PER_DEGREE)


def _northward(latitude) -> int:
    inside = max(-_NORTHERNMOST, min(_NORTHERNMOST, latitude))
    return math.floor(math.degrees(math.asinh(math.tan(math.radians(inside)))) * UNITS_PER_DEGREE)


def _latitude(northing) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(northing / UNITS_PER_DEGREE))))


def _inside(value, start) -> float:
    """`value` in cells, a little away from the edges of the cell that begins at `start`."""
    return min(max(value, start + _RING), start + 1 - _RING)
