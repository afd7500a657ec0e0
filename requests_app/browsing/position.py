"""Where a browser said it is, so that it is shown what is near.

Kept in a cookie that ends with the browser's session, to a tenth of a kilometer, and nowhere else:
not in an address, which logs and other people read.
"""

from decimal import Decimal

from city.coordinates import BadCoordinate, parse_point
from lib import cookies

COOKIE = "here"
_STEP = Decimal("0.001")  # degrees, about 110 m


def of(request) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees WGS 84, where this browser told us."""
    latitude, _comma, longitude = cookies.read_cookie(request, COOKIE)[:40].partition(",")
    try:
        point = parse_point(latitude, longitude)
    except BadCoordinate:
        return None
    return float(point[0]), float(point[1])


def remember(response, latitude: Decimal, longitude: Decimal) -> None:
    rounded = ",".join(str(value.quantize(_STEP)) for value in (latitude, longitude))
    cookies.set_cookie(response, COOKIE, rounded)


def forget(response) -> None:
    cookies.delete_cookie(response, COOKIE)
