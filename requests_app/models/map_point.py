"""Where a request lies, as PostgreSQL sorts by nearness."""

from django.db.models import BooleanField, F, FloatField, Func, IntegerField, TextField, Value
from django.db.models.functions import Cast, Degrees, Radians, Tan


class MapPoint(Func):
    """A place on a Mercator map, in degrees of longitude.

    Within a city all its lengths are equally wrong, in every direction, so they sort as the true
    ones do. Immutable, so that it can be indexed: the nearest come first without a look at the
    rest. The index is used only while both say the same: whoever changes this makes a migration.
    """

    function = "point"
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__(
            _degrees("longitude"),
            _northing(_degrees("latitude")),
        )


class MapDistance(Func):
    """How far a request lies from a point (degrees WGS 84), in degrees of longitude.

    NULL where it has no place.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()

    def __init__(self, latitude: float, longitude: float) -> None:
        super().__init__(MapPoint(), _spot(latitude, longitude))


class InCircle(Func):
    """Whether a request lies within `radius` of a point, as MapDistance measures, or a bit beyond:
    PostgreSQL's shapes are compared to a millionth.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = BooleanField()

    def __init__(self, latitude: float, longitude: float, radius: float) -> None:
        circle = Func(
            _spot(latitude, longitude),
            _number(radius),
            function="circle",
            output_field=TextField(),
        )
        super().__init__(MapPoint(), circle)


UNITS = 2**24 / 90  # of the map's grid in a degree of longitude: 0.6 m at the equator


class MapX(Func):
    """How far east a request lies, in whole units; see `UNITS`.

    Immutable, like `MapPoint`: whoever changes this or `MapY` makes a migration, which makes the
    rollups anew too.
    """

    template = f"(floor(%(expressions)s * {2**24} / 90))::integer"
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(_degrees("longitude"))


class MapY(Func):
    """How far north it lies on the Mercator map, in the same units."""

    template = MapX.template
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(_northing(_degrees("latitude")))


class AtSpots(Func):
    """Whether a request lies at one of `spots`, which are (y, x) in units.

    Each is looked up in the index by itself. To ask for some y and some x would be to look up every
    pair of them, which PostgreSQL takes to cost more than to read all that is open.
    """

    output_field = BooleanField()

    def __init__(self, spots) -> None:
        super().__init__(MapY(), MapX())
        self.spots = [(int(y), int(x)) for y, x in spots]

    def as_sql(self, compiler, connection) -> tuple[str, list[int]]:
        (y, _none), (x, _none) = map(compiler.compile, self.get_source_expressions())
        each = ", ".join(["(%s, %s)"] * len(self.spots))
        return f"(({y}, {x}) IN ({each}))", [number for spot in self.spots for number in spot]


def _degrees(column) -> Cast:
    return Cast(F(column), FloatField())


def _spot(latitude, longitude) -> Func:
    place = _number(longitude), _northing(_number(latitude))
    return Func(*place, function="point", output_field=TextField())


def _northing(latitude) -> Degrees:
    return Degrees(Func(Tan(Radians(latitude)), function="asinh", output_field=FloatField()))


def _number(value) -> Cast:
    return Cast(Value(value), FloatField())
