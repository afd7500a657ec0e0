"""Database functions for positions on a Mercator map."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, FloatField, Func, IntegerField, TextField, Value
from django.db.models.functions import Cast, Degrees, Radians, Tan
from django.db.models.sql.compiler import SQLCompiler


class MapPoint(Func):
    """The position of a request on a Mercator map, in degrees of longitude, as a PostgreSQL point.

    Within a city, the map distorts all lengths alike, so distances sort correctly. Immutable and
    indexed: a change needs a migration, since the index is used only for the same expression.
    """

    function = "point"
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__(
            _float_column("longitude"),
            _mercator_latitude(_float_column("latitude")),
        )


class MapDistance(Func):
    """The distance of a request from a point (degrees WGS 84), in degrees of longitude.

    NULL if unknown.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()

    def __init__(self, latitude: float, longitude: float) -> None:
        super().__init__(MapPoint(), _mercator_point(latitude, longitude))


class IsInCircle(Func):
    """The condition that a request lies within `radius` of a point, in the unit of MapDistance.

    PostgreSQL compares shapes with a tolerance of 1e-6.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = BooleanField()

    def __init__(self, latitude: float, longitude: float, radius: float) -> None:
        circle = Func(
            _mercator_point(latitude, longitude),
            _float_value(radius),
            function="circle",
            output_field=TextField(),
        )
        super().__init__(MapPoint(), circle)


UNITS_PER_DEGREE = 2**24 / 90  # grid units in a degree of longitude; one is 0.6 m at the equator


class MapX(Func):
    """The eastward position of a request in whole units of UNITS_PER_DEGREE.

    Immutable, like MapPoint. A change of this or of MapY needs a migration that recounts the
    rollups.
    """

    template = f"(floor(%(expressions)s * {2**24} / 90))::integer"
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(_float_column("longitude"))


class MapY(Func):
    """The northward position of a request on the Mercator map, in the units of MapX."""

    template = MapX.template
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(_mercator_latitude(_float_column("latitude")))


class IsAtSpots(Func):
    """The condition that a request lies at one of `spots`, pairs (y, x) in the units of MapX.

    Each pair is one lookup in the index. For separate lists of y and x, PostgreSQL would combine
    every y with every x, and then prefers to read all open requests.
    """

    output_field = BooleanField()

    def __init__(self, spots: Iterable[tuple[int, int]]) -> None:
        super().__init__(MapY(), MapX())
        self.spots = [(int(y), int(x)) for y, x in spots]

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return SQL that compares (y, x) with the list of pairs, and its parameters."""
        (y, _none), (x, _none) = map(compiler.compile, self.get_source_expressions())
        each = ", ".join(["(%s, %s)"] * len(self.spots))
        return f"(({y}, {x}) IN ({each}))", tuple(number for spot in self.spots for number in spot)


def _float_column(column: str) -> Cast:
    """Return the column cast to a float."""
    return Cast(F(column), FloatField())


def _mercator_point(latitude: float, longitude: float) -> Func:
    """Return the SQL point (longitude, Mercator latitude) in degrees, of PostgreSQL's own type."""
    place = _float_value(longitude), _mercator_latitude(_float_value(latitude))
    return Func(*place, function="point", output_field=TextField())


def _mercator_latitude(latitude: Cast) -> Degrees:
    """Return the SQL expression of the latitude on a Mercator map, in degrees."""
    return Degrees(Func(Tan(Radians(latitude)), function="asinh", output_field=FloatField()))


def _float_value(value: float) -> Cast:
    """Return the number as an SQL parameter cast to a float."""
    return Cast(Value(value), FloatField())
