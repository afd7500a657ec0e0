"""Zones, the city's outline, and distances; points in degrees WGS 84, distances in metres."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from shapely import STRtree, prepare
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from city import cache
from city.models import City, Zone

type Degrees = float | Decimal
_METRES_PER_MILE = 1609.344
FEET_PER_METRE = 3.28084
_EARTH_RADIUS = 6_371_009  # metres, the mean
MAX_SNAP_M = 25
_INSET_DEGREES = 0.000005  # degrees, about half a metre
_SEAM_DEGREES = 0.000015  # degrees, about 1.5 m: simplified neighbours may leave hairline gaps


@cache.cache_per_version
def _load_zones() -> tuple[list[Zone], STRtree]:
    """Return the active zones, and a spatial index of their areas (lng, lat) in the same order."""
    zones = list(Zone.objects.active())
    return zones, STRtree([shape(zone.geometry) for zone in zones])


def zone_at(latitude: Degrees, longitude: Degrees) -> Zone | None:
    """Return the zone of a point, the first if the point is on a border, or None outside the city.

    A point in a hairline gap between two zones belongs to the nearest zone; a point beyond the
    outline does not, however close. The zone is cached and shared: treat it as read-only.
    """
    zones, tree = _load_zones()
    point = _build_point(latitude, longitude)
    hits = sorted(tree.query(point, predicate="intersects"))
    if hits:
        return zones[hits[0]]
    near = sorted(tree.query(point, predicate="dwithin", distance=_SEAM_DEGREES))
    return zones[near[0]] if len(near) > 1 and _load_outline().covers(point) else None


def is_in_service_area(latitude: Degrees, longitude: Degrees) -> bool:
    """Return True if the point is in a zone of the city."""
    return zone_at(latitude, longitude) is not None


class ServedPoint(NamedTuple):
    """A point in the service area."""

    latitude: Decimal
    longitude: Decimal


def snap_to_service_area(latitude: Decimal, longitude: Decimal) -> ServedPoint | None:
    """Return the point, or the nearest point inside if it is up to `MAX_SNAP_M` outside; else None.

    A point on a border street, or of an imprecise phone, is often just outside.
    """
    if is_in_service_area(latitude, longitude):
        return ServedPoint(latitude, longitude)
    if metres_outside(latitude, longitude) > MAX_SNAP_M:
        return None
    inside, _here = nearest_points(_build_inner_outline(), _build_point(latitude, longitude))
    snapped = ServedPoint(*(Decimal(f"{degrees:.6f}") for degrees in (inside.y, inside.x)))
    return snapped if is_in_service_area(*snapped) else None


def distance_m(a: tuple[Degrees, Degrees], b: tuple[Degrees, Degrees]) -> float:
    """Return the great-circle distance of two (latitude, longitude) pairs in metres (haversine)."""
    (lat, lng), (other_lat, other_lng) = (map(math.radians, place) for place in (a, b))
    north, east = math.sin((other_lat - lat) / 2), math.sin((other_lng - lng) / 2)
    chord = north**2 + math.cos(lat) * math.cos(other_lat) * east**2
    return 2 * _EARTH_RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def format_distance(metres: float) -> str:
    """Return a distance in the city's units, in the active language; "" if it is infinite.

    `300 ft` up to a tenth of a mile, then `0.4 mi` and `1 mi`; `35 m`, then `1.2 km`; no decimals
    from a hundred on. Feet are rounded to tens, metres to fives. A script formats distances in the
    browser in the same way.
    """
    if math.isinf(metres):
        return ""
    if City.current().measures_in_feet:
        if metres < _METRES_PER_MILE / 10:
            return _("%(n)s ft") % {"n": round(metres * FEET_PER_METRE / 10) * 10}
        return _("%(n)s mi") % {"n": _format_rounded(metres / _METRES_PER_MILE)}
    if metres < 1000:
        return _("%(n)s m") % {"n": round(metres / 5) * 5}
    return _("%(n)s km") % {"n": _format_rounded(metres / 1000)}


def format_distance_between(
    here: tuple[Degrees, Degrees] | None, there: tuple[Degrees, Degrees] | None
) -> str:
    """Return the formatted distance of two (latitude, longitude) pairs; "" if one is None."""
    return format_distance(distance_m(here, there)) if here and there else ""


def _format_rounded(far: float) -> str:
    """Return a localized number with one decimal, but a whole one and from 100 on with none."""
    digits = 0 if far >= 100 or round(far, 1).is_integer() else 1
    return number_format(round(far, digits), digits, force_grouping=True)


def metres_outside(latitude: Degrees, longitude: Degrees) -> float:
    """Return the distance of a point from the city's outline in metres; 0 inside."""
    border, _here = nearest_points(_load_outline(), _build_point(latitude, longitude))
    return distance_m((border.y, border.x), (latitude, longitude))


@cache.cache_per_version
def _load_outline() -> BaseGeometry:
    """Return the city's outline in degrees (lng, lat), prepared for fast tests."""
    outline = shape(City.current().outline)
    prepare(outline)
    return outline


@cache.cache_per_version
def _build_inner_outline() -> BaseGeometry:
    """Return the outline in degrees, shrunk by about half a metre.

    A point on it is still inside the city after rounding.
    """
    return _load_outline().buffer(-_INSET_DEGREES)


def select_parts(figure: BaseGeometry, kind: str) -> list[Any]:
    """Return the nonempty parts of a figure of one type: "Polygon", "LineString" or "Point"."""
    parts = getattr(figure, "geoms", [figure])
    return [part for part in parts if part.geom_type == kind and not part.is_empty]


def build_line(points: Iterable[Sequence[float]]) -> LineString:
    """Return the line through [[lat, lng], …], with (lng, lat) as its coordinates."""
    return LineString([(lng, lat) for lat, lng in points])


def is_in_geometry(geometry: dict[str, Any], latitude: Degrees, longitude: Degrees) -> bool:
    """Return True if a GeoJSON area contains the point, or has it on its border."""
    return shape(geometry).covers(_build_point(latitude, longitude))


def _build_point(latitude: Degrees, longitude: Degrees) -> Point:
    return Point(float(longitude), float(latitude))


def city_bounds() -> tuple[float, float, float, float]:
    """Return west, south, east and north of the city's outline in degrees."""
    return _load_outline().bounds
