"""One row of a file as a block or a corner of this city, or why it is neither."""

from collections.abc import Iterator

from django.db import models

from city import geo
from city.addresses.errors import Refused
from city.coordinates import BadCoordinate, parse_point
from city.models import AddressRange, Intersection

_LONGEST = 80  # characters of a street's name
_BESIDE = 30.0  # metres beyond the city line at which a border street's own line may lie
_NOWHERE = float("inf")


def block_of(values: dict) -> AddressRange:
    """Return the block that a row describes. Raises Refused."""
    _check_street(values, "street")
    if not values["line"]:
        raise Refused("line is blank")
    _refuse_if_outside(values["line"])
    return _build_signed(AddressRange, values, list_block_contradictions(values))


def corner_of(values: dict) -> Intersection:
    """Return the corner that a row describes. Raises Refused."""
    _check_street(values, "street_a")
    _check_street(values, "street_b")
    try:
        lat, lng = map(float, parse_point(values["lat"], values["lng"]))
    except BadCoordinate as problem:
        _refuse_if_swapped([(values["lng"], values["lat"])])
        raise Refused(str(problem)) from problem
    _refuse_if_outside([[lat, lng]])
    corner = values | {"lat": lat, "lng": lng}
    return _build_signed(Intersection, corner, list_corner_contradictions(corner))


def list_block_contradictions(values: dict) -> Iterator[str]:
    """Yield what is wrong with a block though each cell can be read, whoever's file it is in."""
    for side in ("left", "right"):
        if bool(values[f"{side}_from"]) != bool(values[f"{side}_to"]):
            yield f"{side}_from and {side}_to: one is a number and the other is not"


def list_corner_contradictions(values: dict) -> Iterator[str]:
    """Yield what is wrong with a corner though each cell can be read, whoever's file it is in."""
    if values["street_a"].casefold() == values["street_b"].casefold():
        yield "street_a and street_b are the same street"


def _check_street(values: dict, column: str) -> None:
    name = values[column]
    if not name:
        raise Refused(f"{column} is blank")
    if len(name) > _LONGEST:
        raise Refused(f"{column} is longer than {_LONGEST} characters")
    if any(not letter.isprintable() for letter in name):
        raise Refused(f"{column} holds a character that can't be shown")


def _build_signed(model, values: dict, contradictions: Iterator[str]) -> models.Model:
    for reason in contradictions:
        raise Refused(reason)
    row = model(**values)
    row.sign()
    return row


def _refuse_if_outside(points) -> None:
    """A block counts where any of it lies in the city or beside its line: borders are shared."""
    away = min((_metres_outside(lat, lng) for lat, lng in points), default=0)
    if away <= _BESIDE:
        return
    _refuse_if_swapped([(lng, lat) for lat, lng in points])
    if away == _NOWHERE:
        raise Refused("the coordinates are not degrees; save the layer in WGS 84 (EPSG:4326)")
    raise Refused(f"it lies outside the service area, {away:,.0f} m beyond the city line")


def _metres_outside(lat, lng) -> float:
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        return _NOWHERE
    return 0.0 if geo.in_service_area(lat, lng) else geo.metres_outside(lat, lng)


def _refuse_if_swapped(turned) -> None:
    for lat, lng in turned:
        try:
            point = parse_point(str(lat), str(lng))
        except BadCoordinate:
            continue
        if _metres_outside(*map(float, point)) <= _BESIDE:
            raise Refused("latitude and longitude are swapped")
