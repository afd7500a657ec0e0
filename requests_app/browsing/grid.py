"""Requests on a map, counted by the database on a grid: clusters and single pins.

The grid is fixed to the earth, so that clusters stay in place when the map is moved. Its cells are
so large that an answer is small on any screen. Frequent filters use counts kept in the database
(`requests_app.rollups`); others count at most MAX_REQUESTS_COUNTED requests.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from django.db import connection
from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from city.translation import translate
from lib.postgresql.unindexed import UnindexedNumber
from requests_app.browsing.area import Area
from requests_app.browsing.filters import Filters
from requests_app.browsing.search import SearchResult
from requests_app.browsing.states import pin_shape
from requests_app.models import CellCount, ServiceRequest
from requests_app.models.map_point import UNITS_PER_DEGREE, IsAtSpots, MapX, MapY
from requests_app.models.rollup import CATEGORY_ZOOM_LEVEL, ZOOM_LEVELS
from requests_app.models.supporters import count_supporters, format_supporters
from requests_app.timeline import badge

UNIT_LEVEL = 24  # the zoom at which a cell is a unit
MAX_CELLS = 240
MAX_REQUESTS_COUNTED = 20_000  # the latest ones; beyond, numbers are lower bounds
ZOOM_RANGE = (8.0, 20.0)
_MIN_EDGE_DISTANCE = 0.3  # in cells, from a cluster's point to the edge: clusters do not touch
_MAX_LATITUDE = 89.9  # degrees; a Web Mercator map has no poles

_COUNT_BY_CELL_SQL = """
SELECT y >> %s AS cell_y, x >> %s AS cell_x, count(*), sum(y::bigint), sum(x::bigint), min(id)
FROM ({places}) AS places GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Cluster:
    """Several requests in one cell: the point of the cluster, their number, and the cell's area."""

    latitude: float
    longitude: float
    n: int
    area: Area


@dataclass(frozen=True)
class Pin:
    """A request on the map; `kind` is a shape (reported, working, fixed or closed).

    `formatted_supporters` says how many follow it, "" for none.
    """

    latitude: float
    longitude: float
    kind: str
    reference: str
    name: str
    status_text: str
    formatted_supporters: str = ""

    @property
    def url(self) -> str:
        return reverse("service_request", args=[self.reference])


class KeptCounts(NamedTuple):
    """Counts kept in the database, whose cells are smaller by `finer` zoom levels."""

    rows: QuerySet[CellCount]
    finer: int


@dataclass(frozen=True)
class CellRange:
    """The grid cells in sight, from `south` to `north` and `west` to `east`, all included.

    A cell is 64 pixels of a Web Mercator map at zoom `level`. A cell that is partly in sight is
    counted as a whole.
    """

    level: int
    south: int
    west: int
    north: int
    east: int

    @classmethod
    def cover_area(cls, zoom: float, area: Area) -> Self:
        """Return the cells of `zoom` that cover `area`; larger ones if they exceed MAX_CELLS."""
        south, north = _latitude_to_units(area.south), _latitude_to_units(area.north)
        west, east = _longitude_to_units(area.west), _longitude_to_units(area.east)
        for level in range(math.floor(zoom + 0.25), -1, -1):
            shift = UNIT_LEVEL - level
            cells = cls(level, south >> shift, west >> shift, north >> shift, east >> shift)
            if (cells.north - cells.south + 1) * (cells.east - cells.west + 1) <= MAX_CELLS:
                break
        return cells

    @property
    def shift(self) -> int:
        """The number of bits by which units are shifted to get cells."""
        return UNIT_LEVEL - self.level

    def narrow_requests(self, requests: QuerySet[ServiceRequest], is_selective: bool) -> QuerySet:
        """Return the requests in sight, annotated with their position `y` and `x` in units.

        If `is_selective`, other conditions leave few requests, and the index of positions is not
        used.
        """
        span = {f"{name}_of__range": (low << self.shift, ((high + 1) << self.shift) - 1)
                for name, low, high in self._axis_ranges()}  # fmt: skip
        of = UnindexedNumber if is_selective else F
        placed = requests.annotate(y=MapY(), x=MapX())
        return placed.alias(y_of=of("y"), x_of=of("x")).filter(**span)

    def find_kept_counts(self, category_ids: list[int] | None) -> KeptCounts | None:
        """Return the counts kept for the cells in sight; None if cells of this size are not kept.

        `category_ids` are the categories to count, None for all.
        """
        levels = ZOOM_LEVELS if category_ids is None else (CATEGORY_ZOOM_LEVEL,)
        level = next((one for one in levels if one >= self.level), None)
        if level is None:
            return None
        finer = level - self.level
        span = {f"{name}__range": (low << finer, ((high + 1) << finer) - 1)
                for name, low, high in self._axis_ranges()}  # fmt: skip
        ids = [0] if category_ids is None else category_ids
        return KeptCounts(CellCount.objects.filter(level=level, category__in=ids, **span), finer)

    def _axis_ranges(self) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
        """Return (name of the column, first cell, last cell) of both axes."""
        return ("y", self.south, self.north), ("x", self.west, self.east)


class Cell(NamedTuple):
    """The number of requests in a cell, and the mean of their positions in units.

    `pk` is the id of one of the requests, if known.
    """

    y: int
    x: int
    n: int
    middle_y: float
    middle_x: float
    pk: int | None = None

    def to_cluster(self, shift: int) -> Cluster:
        """Return the cluster at the mean position, moved away from the cell's edges if needed."""
        y, x = (
            _clamp_to_cell(middle / (1 << shift), start)
            for middle, start in ((self.middle_y, self.y), (self.middle_x, self.x))
        )
        south, north = (_units_to_latitude(edge << shift) for edge in (self.y, self.y + 1))
        west, east = (edge * (1 << shift) / UNITS_PER_DEGREE for edge in (self.x, self.x + 1))
        area = Area(west, south, east, north)
        return Cluster(
            _units_to_latitude(y * (1 << shift)), x * (1 << shift) / UNITS_PER_DEGREE, self.n, area
        )


class GridCounts(NamedTuple):
    """The counts of the cells in sight, the same for every visitor.

    `is_capped` is True if there are more requests than MAX_REQUESTS_COUNTED; the latest are
    counted.
    """

    shift: int
    cells: list[Cell]
    is_capped: bool

    def load_marks(self, filters: Filters) -> tuple[list[Cluster], list[Pin]]:
        """Return the clusters, and the pins of cells with one request. At most one query."""
        clusters = [cell.to_cluster(self.shift) for cell in self.cells if cell.n > 1]
        return clusters, _load_pins(filters, [cell for cell in self.cells if cell.n == 1])


def count_on_grid(filters: Filters, area: Area, zoom: float) -> GridCounts:
    """Return the counts of the requests that match `filters` on a map of `area`. One query.

    The counts are kept ones, those of a word search, or those of at most MAX_REQUESTS_COUNTED
    requests.
    """
    cells = CellRange.cover_area(zoom, area)
    kept = cells.find_kept_counts(filters.category_ids) if filters.has_kept_counts else None
    if kept:
        return GridCounts(cells.shift, _sum_kept_counts(filters, kept), is_capped=False)
    if filters.is_word_search:
        return GridCounts(
            cells.shift,
            _count_matches(filters.search_result, cells),
            not filters.search_result.is_complete,
        )
    one_by_one = _count_requests(filters, cells)
    return GridCounts(
        cells.shift, one_by_one, sum(cell.n for cell in one_by_one) > MAX_REQUESTS_COUNTED
    )


def _sum_kept_counts(filters: Filters, kept: KeptCounts) -> list[Cell]:
    """Return the cells that have requests, by the kept counts, whose cells may be smaller."""
    counts, finer = kept.rows.filter(filters.status_condition), kept.finer
    if filters.zone:
        counts = counts.filter(zone=filters.zone.pk)
    rows = (
        counts.annotate(cell_y=F("y").bitrightshift(finer), cell_x=F("x").bitrightshift(finer))
        .values_list("cell_y", "cell_x")
        .annotate(all=Sum("n"), y_of_all=Sum("sum_y"), x_of_all=Sum("sum_x"))
        .filter(all__gt=0)
    )
    return _build_cells(rows)


def _count_requests(filters: Filters, cells: CellRange) -> list[Cell]:
    """Return the cells with the latest MAX_REQUESTS_COUNTED + 1 requests in sight.

    The query is written in SQL, since Django cannot group a slice.
    """
    is_selective = not filters.has_kept_counts or filters.category_ids is not None
    seen = cells.narrow_requests(
        filters.filter_listed(ServiceRequest.objects.public()), is_selective
    )
    places = seen.order_by("-filed_at", "-pk").values("id", "y", "x")[: MAX_REQUESTS_COUNTED + 1]
    inner, given = places.query.sql_with_params()
    with connection.cursor() as cursor:
        query = _COUNT_BY_CELL_SQL.replace("{places}", inner)
        cursor.execute(query, [cells.shift, cells.shift, *given])
        return _build_cells(cursor.fetchall())


def _count_matches(found: SearchResult, cells: CellRange) -> list[Cell]:
    """Return the cells in sight with the matches of a word search that have a location."""
    spots: defaultdict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for match in found.matches:
        if match.y is not None and match.x is not None:
            spots[match.y >> cells.shift, match.x >> cells.shift].append(
                (match.y, match.x, match.pk)
            )
    rows = []
    for (cell_y, cell_x), inside in spots.items():
        if cells.south <= cell_y <= cells.north and cells.west <= cell_x <= cells.east:
            ys, xs, ids = zip(*inside, strict=True)
            rows.append((cell_y, cell_x, len(inside), sum(ys), sum(xs), ids[0]))
    return _build_cells(rows)


def _build_cells(rows: Iterable[tuple]) -> list[Cell]:
    """Return cells for rows of y, x, number, sum of positions y, sum of x, and optionally an id."""
    return [
        Cell(y, x, n, float(of_y / n), float(of_x / n), *one) for y, x, n, of_y, of_x, *one in rows
    ]


def _load_pins(filters: Filters, single: list[Cell]) -> list[Pin]:
    """Return the pins of cells with one request, in no order.

    Without ids of the requests, they are found by their position and the filters.
    """
    if not single:
        return []
    ids = [cell.pk for cell in single if cell.pk]
    public = ServiceRequest.objects.public()
    rows: QuerySet[ServiceRequest]
    if ids:
        rows = public.filter(pk__any=ids)
    else:
        spots = [(round(one.middle_y), round(one.middle_x)) for one in single]
        there = public.filter(IsAtSpots(spots)).order_by().values("pk")  # of any status
        rows = filters.filter_listed(public).filter(pk__any=there).order_by()
    return [_build_pin(row) for row in rows.annotate(supporters=count_supporters())]


def _build_pin(row: ServiceRequest) -> Pin:
    """Return the pin of a request with a location, with the public status in words."""
    return Pin(
        float(row.latitude),
        float(row.longitude),
        pin_shape(row.status, row.outcome),
        row.reference,
        translate(row.category.name),
        str(badge.public_badge(row).words),
        format_supporters(row),
    )


def _longitude_to_units(longitude: float) -> int:
    """Return the longitude in units (see `models.map_point`), rounded down."""
    return math.floor(longitude * UNITS_PER_DEGREE)


def _latitude_to_units(latitude: float) -> int:
    """Return the Mercator latitude in units, rounded down; near the poles that of 89.9 degrees."""
    inside = max(-_MAX_LATITUDE, min(_MAX_LATITUDE, latitude))
    return math.floor(math.degrees(math.asinh(math.tan(math.radians(inside)))) * UNITS_PER_DEGREE)


def _units_to_latitude(northing: float) -> float:
    """Return the latitude in degrees of a Mercator latitude in units."""
    return math.degrees(math.atan(math.sinh(math.radians(northing / UNITS_PER_DEGREE))))


def _clamp_to_cell(value: float, start: int) -> float:
    """Return `value` (in cells), moved away from the edges of the cell at `start` if needed."""
    return min(max(value, start + _MIN_EDGE_DISTANCE), start + 1 - _MIN_EDGE_DISTANCE)
