"""One row of a file as a block or a corner of this city, or why it is neither."""

import re

import shapely
from shapely.ops import linemerge

from city import geo
from city.addresses import contradictions
from city.addresses.errors import Refused
from city.coordinates import BadCoordinate, parse_point
from city.models import AddressRange, Intersection

_LONGEST = 80  # characters of a street's name
_HIGHEST = 9_999_999
_BESIDE = 30.0  # metres beyond the city line at which a border street's own line may lie
_NUMBERS = ("left_from", "left_to", "right_from", "right_to")
_ORDINAL = re.compile(r"\b(\d+)(St|Nd|Rd|Th)\b")


def block_of(values: dict[str, str]) -> AddressRange:
    """Raises Refused."""
    block = {
        "street": _street(values, "street"),
        "kind": values.get("kind", "").lower()[:20],
        "line": _line(values["line"]),
        **{name: _number(values, name) for name in _NUMBERS},
    }
    return _signed(AddressRange, block, contradictions.of_block)


def corner_of(values: dict[str, str]) -> Intersection:
    """Raises Refused."""
    corner = {name: _street(values, name) for name in ("street_a", "street_b")}
    try:
        lat, lng = map(float, parse_point(values["lat"], values["lng"]))
    except BadCoordinate as problem:
        _refuse_if_swapped([(values["lng"], values["lat"])])
        raise Refused(str(problem)) from problem
    _refuse_if_outside([[lat, lng]])
    corner |= {"lat": lat, "lng": lng}
    return _signed(Intersection, corner, contradictions.of_corner)


def _signed(model, values, objections):
    for reason in objections(values):
        raise Refused(reason)
    row = model(**values)
    row.sign()
    return row


def _street(values, column):
    name = values[column]
    if not name:
        raise Refused(f"{column} is blank")
    if len(name) > _LONGEST:
        raise Refused(f"{column} is longer than {_LONGEST} characters")
    if any(not letter.isprintable() for letter in name):
        raise Refused(f"{column} holds a character that can't be shown")
    return _as_people_write(name) if name.isupper() else name


def _as_people_write(name):
    """`LA MESA DR` is `La Mesa Dr`, `31ST ST` is `31st St`."""
    return _ORDINAL.sub(lambda found: found[0].lower(), name.title().replace("’S", "’s"))


def _number(values, column):
    """A house number; blank and 0 both mean that there are none."""
    cell = values[column].removesuffix(".0")
    if not cell:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", cell, re.ASCII) or int(cell) > _HIGHEST:
        raise Refused(f"{column}: “{cell[:30]}” is not a house number")
    return int(cell)


def _line(text):
    """WKT, longitude first, as [[lat, lng], …]."""
    if not text:
        raise Refused("line is blank")
    try:
        figure = shapely.force_2d(shapely.from_wkt(text))
    except shapely.errors.ShapelyError as error:
        raise Refused(f"line: “{text[:40]}” is no WKT, like LINESTRING (-118.5 34.0, …)") from error
    if figure.geom_type == "MultiLineString":
        figure = linemerge(figure)
    if figure.geom_type != "LineString" or figure.is_empty or figure.length == 0:
        raise Refused(f"line: {figure.geom_type} must be one LINESTRING without gaps")
    points = [[round(y, 6), round(x, 6)] for x, y in figure.coords]
    _refuse_if_outside(points)
    return points


def _refuse_if_outside(points):
    """A block counts where any of it lies in the city or beside its line: borders are shared."""
    away = min((_metres_outside(lat, lng) for lat, lng in points), default=0)
    if away <= _BESIDE:
        return
    _refuse_if_swapped([(lng, lat) for lat, lng in points])
    if away == _NOWHERE:
        raise Refused("the coordinates are not degrees; save the layer in WGS 84 (EPSG:4326)")
    raise Refused(f"it lies outside the service area, {away:,.0f} m beyond the city line")


_NOWHERE = float("inf")


def _metres_outside(lat, lng):
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        return _NOWHERE
    return 0.0 if geo.in_service_area(lat, lng) else geo.metres_outside(lat, lng)


def _refuse_if_swapped(turned):
    for lat, lng in turned:
        try:
            point = parse_point(str(lat), str(lng))
        except BadCoordinate:
            continue
        if _metres_outside(*map(float, point)) <= _BESIDE:
            raise Refused("latitude and longitude are swapped")
