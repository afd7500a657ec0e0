"""Conversion of one row of a file into a block or a corner of this city."""

from collections.abc import Iterable, Iterator
from typing import Any

from city import geo
from city.addresses.errors import RefusedRow
from city.coordinates import BadCoordinate, parse_point
from city.models import AddressRange, Intersection

_MAX_STREET_LENGTH = 80  # characters of a street's name
_MAX_METRES_OUTSIDE = 30.0  # for the center line of a street on the border
_NOT_ON_EARTH = float("inf")


def build_block(values: dict) -> AddressRange:
    """Return the unsaved block that a row describes, with its fingerprint.

    Raise RefusedRow for a bad street name, a blank line, a line outside the city, or a
    contradiction.
    """
    _check_street(values, "street")
    if not values["line"]:
        raise RefusedRow("line is blank")
    _refuse_if_outside(values["line"])
    return _build_row(AddressRange, values, find_block_contradictions(values))


def build_corner(values: dict) -> Intersection:
    """Return the unsaved corner that a row describes, with its fingerprint.

    Raise RefusedRow for a bad street name, bad or swapped coordinates, a point outside the city, or
    two equal streets.
    """
    _check_street(values, "street_a")
    _check_street(values, "street_b")
    try:
        lat, lng = map(float, parse_point(values["lat"], values["lng"]))
    except BadCoordinate as problem:
        _refuse_if_swapped([(values["lng"], values["lat"])])
        raise RefusedRow(str(problem)) from problem
    _refuse_if_outside([[lat, lng]])
    corner = values | {"lat": lat, "lng": lng}
    return _build_row(Intersection, corner, find_corner_contradictions(corner))


def find_block_contradictions(values: dict) -> Iterator[str]:
    """Yield a reason for each side of a block of which one end has a number and the other has none.

    The cells are valid; the row is of a city's file or of a pack.
    """
    for side in ("left", "right"):
        if bool(values[f"{side}_from"]) != bool(values[f"{side}_to"]):
            yield f"{side}_from and {side}_to: one is a number and the other is not"


def find_corner_contradictions(values: dict) -> Iterator[str]:
    """Yield a reason if the two streets of a corner are the same, whatever the case of the letters.

    The cells are valid; the row is of a city's file or of a pack.
    """
    if values["street_a"].casefold() == values["street_b"].casefold():
        yield "street_a and street_b are the same street"


def _check_street(values: dict, column: str) -> None:
    """Raise RefusedRow for a street name that is blank, too long or unprintable."""
    name = values[column]
    if not name:
        raise RefusedRow(f"{column} is blank")
    if len(name) > _MAX_STREET_LENGTH:
        raise RefusedRow(f"{column} is longer than {_MAX_STREET_LENGTH} characters")
    if any(not letter.isprintable() for letter in name):
        raise RefusedRow(f"{column} holds a character that can't be shown")


def _build_row[Row: (AddressRange, Intersection)](
    model: type[Row], values: dict[str, Any], contradictions: Iterator[str]
) -> Row:
    """Return an unsaved row of `model` with its fingerprint.

    Raise RefusedRow for any contradiction. The message is the first contradiction.
    """
    for reason in contradictions:
        raise RefusedRow(reason)
    row = model(**values)
    row.set_fingerprint()
    return row


def _refuse_if_outside(points: list[list[float]]) -> None:
    """Raise RefusedRow unless one of the [lat, lng] points is in the city or up to 30 m outside.

    The message tells whether the coordinates are swapped, are no degrees, or how far away the row
    is.
    """
    away = min((_metres_outside(lat, lng) for lat, lng in points), default=0)
    if away <= _MAX_METRES_OUTSIDE:
        return
    _refuse_if_swapped([(lng, lat) for lat, lng in points])
    if away == _NOT_ON_EARTH:
        raise RefusedRow("the coordinates are not degrees; save the layer in WGS 84 (EPSG:4326)")
    raise RefusedRow(f"it lies outside the service area, {away:,.0f} m beyond the city line")


def _metres_outside(lat: float, lng: float) -> float:
    """Return 0 inside the city, else the metres to it; _NOT_ON_EARTH if these are no degrees."""
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        return _NOT_ON_EARTH
    return 0.0 if geo.is_in_service_area(lat, lng) else geo.metres_outside(lat, lng)


def _refuse_if_swapped(turned: Iterable[tuple[object, object]]) -> None:
    """Raise RefusedRow if one of the points `turned` is in the city.

    The points are (lat, lng) with the coordinates swapped back.

    A point that is no coordinate is ignored.
    """
    for lat, lng in turned:
        try:
            point = parse_point(str(lat), str(lng))
        except BadCoordinate:
            continue
        if _metres_outside(*map(float, point)) <= _MAX_METRES_OUTSIDE:
            raise RefusedRow("latitude and longitude are swapped")
