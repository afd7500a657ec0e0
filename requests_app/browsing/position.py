"""The visitor's position, kept in a session cookie to list requests by distance.

The position is rounded to about 100 metres. It is never part of a URL, as URLs are logged and
shared.
"""

from decimal import Decimal

from django.http import HttpResponse

from city.coordinates import BadCoordinate, parse_point
from lib import cookies

COOKIE = "here"
_ROUNDING = Decimal("0.001")  # degrees, about 110 m


def read_position(request) -> tuple[float, float] | None:
    """Return (latitude, longitude) in degrees WGS 84; None without a valid cookie."""
    latitude, _comma, longitude = cookies.read_cookie(request, COOKIE)[:40].partition(",")
    try:
        point = parse_point(latitude, longitude)
    except BadCoordinate:
        return None
    return float(point[0]), float(point[1])


def save_position(response: HttpResponse, latitude: Decimal, longitude: Decimal) -> None:
    """Set the session cookie with the position, rounded to three decimals."""
    rounded = ",".join(str(value.quantize(_ROUNDING)) for value in (latitude, longitude))
    cookies.set_cookie(response, COOKIE, rounded)


def delete_position(response: HttpResponse) -> None:
    cookies.delete_cookie(response, COOKIE)
