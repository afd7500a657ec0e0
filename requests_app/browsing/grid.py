"""Requests on a map, counted by the database on a grid: rings with numbers, and single pins.

The grid is fixed to the earth, so that a map that is moved keeps its rings, and coarse enough that
an answer stays small however large the screen.
"""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, FloatField
from django.db.models.functions import Cast, Floor
from django.urls import reverse

from city.translation import translated
from requests_app.browsing.area import Area
from requests_app.browsing.rows import latest_news
from requests_app.browsing.states import pin_of
from requests_app.models import ServiceRequest
from requests_app.timeline import badge

CELL = 64  # px of the screen
MOST_CELLS = 240
MOST = 20_000  # requests on one map; beyond it the latest news count, and numbers are “at least”
ZOOMS = (8.0, 20.0)
_RING = 0.25  # of a cell: how near a ring's middle may come to its edge, so that no two touch


_GROUPED = """
SELECT y, x, count(*), min(id), avg(latitude), avg(longitude),
    min(longitude), min(latitude), max(longitude), max(latitude)
FROM ({places}) AS places GROUP BY y, x
"""


@dataclass(frozen=True)
class Ring:
    """Several requests: where it stands, how many, and the smallest area that holds them all."""

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
class Marks:
    """What to draw; `is_capped`: there are more than MOST requests, and these are the latest."""

    rings: list[Ring]
    pins: list[Pin]
    is_capped: bool = False


@dataclass(frozen=True)
class Cells:
    """A grid of `width` × `height` degrees."""

    width: float
    height: float

    @classmethod
    def at(cls, zoom, area) -> "Cells":
        """Cells of CELL pixels of a Web Mercator map at this zoom, or larger ones until the area
        holds at most MOST_CELLS.
        """
        width = CELL * 360 / (256 * 2**zoom)
        height = width * math.cos(math.radians(area.middle[0]))
        while _count(area, width, height) > MOST_CELLS:
            width, height = width * 2, height * 2
        return cls(width, height)

    def around(self, area) -> Area:
        """The area, as far as its cells reach: a cell that is half in sight is counted whole."""
        return Area(
            max(-180.0, math.floor(area.west / self.width) * self.width),
            max(-90.0, math.floor(area.south / self.height) * self.height),
            min(180.0, math.ceil(area.east / self.width) * self.width),
            min(90.0, math.ceil(area.north / self.height) * self.height),
        )

    def inside(self, latitude, longitude) -> tuple[float, float]:
        """The same place, a little away from the edges of its cell."""
        return _inside(latitude, self.height), _inside(longitude, self.width)


def marks(requests, area, zoom) -> Marks:
    """What a map of `area` shows of these requests at `zoom`. Two or three queries."""
    cells = Cells.at(zoom, area)
    seen = cells.around(area).narrow(requests)
    counted = _counted(latest_news(seen)[: MOST + 1], cells)
    several = [cell for cell in counted if cell[2] > 1]
    single = [cell[3] for cell in counted if cell[2] == 1]
    is_capped = sum(cell[2] for cell in counted) > MOST
    return Marks([_ring(cells, cell) for cell in several], _pins(single), is_capped)


def _counted(some, cells):
    """One row for each cell that holds any of `some`, a slice: Django groups no slice by itself."""
    lat, lng = _degrees("latitude"), _degrees("longitude")
    places = some.values("latitude", "longitude", "id").annotate(
        y=Floor(lat / cells.height), x=Floor(lng / cells.width)
    )
    inner, given = places.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.replace("{places}", inner), given)
        return cursor.fetchall()


def _degrees(column):
    return Cast(F(column), FloatField())


def _count(area, width, height):
    across = math.ceil((area.east - area.west) / width) + 1
    return across * (math.ceil((area.north - area.south) / height) + 1)


def _inside(value, size):
    start = math.floor(value / size) * size
    return min(max(value, start + size * _RING), start + size * (1 - _RING))


def _ring(cells, cell):
    _y, _x, n, _one, lat, lng, west, south, east, north = cell
    area = Area(float(west), float(south), float(east), float(north))
    return Ring(*cells.inside(float(lat), float(lng)), n, area)


def _pins(ids):
    rows = ServiceRequest.objects.filter(pk__in=ids) if ids else []
    return [
        Pin(
            float(row.latitude),
            float(row.longitude),
            pin_of(row.status, row.outcome),
            row.reference,
            translated(row.category.name),
            badge.for_others(row).words,
        )
        for row in rows
    ]
