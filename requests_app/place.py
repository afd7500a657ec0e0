"""A place as somebody gave it, and as a button carries it."""

from dataclasses import dataclass
from decimal import Decimal

from city import search
from city.coordinates import parse_point


@dataclass(frozen=True)
class Found:
    """A place as it was given: degrees WGS 84 and the words for it."""

    latitude: Decimal
    longitude: Decimal
    text: str


def button_value(latitude, longitude, name) -> str:
    """A place as a button carries it: `34.010000 -118.496200 The Pier`."""
    return f"{latitude:.6f} {longitude:.6f} {name}"


def of_button(value) -> Found:
    """What `button_value` made, or what somebody else made up. Raises BadCoordinate."""
    latitude, __, rest = value.partition(" ")
    longitude, __, name = rest.partition(" ")
    point = parse_point(latitude, longitude)
    return Found(*point, name[:200] or search.describe(*map(float, point)))
