"""Strict parser of coordinates in degrees WGS 84, as people and machines type them.

The number parsers of Python and Django accept what no map means: Arabic-Indic digits, `1_0`, `nan`,
`1e400`. Here a coordinate is ASCII digits with an optional sign and decimal point.
"""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3})(?:\.[0-9]{0,30})?", re.ASCII)
_MICRO = Decimal("0.000001")  # about 11 cm


class BadCoordinate(ValueError):
    """The text is no coordinate; the message explains it to the person who typed it."""


def parse_coordinate(text: str) -> Decimal:
    """Return a coordinate in degrees as a Decimal, rounded to six decimals.

    Raise BadCoordinate if the text is blank, no plain decimal number, or beyond ±180; `parse_point`
    also checks the latitude.
    """
    typed = text.strip() if isinstance(text, str) else str(text)
    if not typed:
        raise BadCoordinate(_("A coordinate is missing. Both are needed, like 34.0118, -118.4917."))
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", typed, re.ASCII):
        said = typed.replace(",", ".")
        raise BadCoordinate(_("Use a decimal point, not a comma: %(said)s.") % {"said": said})
    if not _NUMBER.fullmatch(typed):
        raise BadCoordinate(
            _("“%(typed)s” isn't a coordinate. Use digits, like 34.0118.") % {"typed": typed[:30]}
        )
    value = Decimal(typed).quantize(_MICRO, ROUND_HALF_EVEN)
    if abs(value) > 180:
        raise BadCoordinate(_("Coordinates lie between -180 and 180 degrees."))
    return value + 0  # -0 becomes 0


def parse_point(lat: str, lng: str) -> tuple[Decimal, Decimal]:
    """Return a latitude and a longitude in degrees as Decimals.

    Raise BadCoordinate if one is missing, invalid or out of range.
    """
    latitude, longitude = parse_coordinate(lat), parse_coordinate(lng)
    if abs(latitude) > 90:
        raise BadCoordinate(
            _("A latitude is between -90 and 90 degrees. Are the two numbers swapped?")
        )
    return latitude, longitude
