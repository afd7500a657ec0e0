"""Parsers of one cell of a city's file; each raises ValueError with a message for the operator."""

import re

import shapely
from shapely.ops import linemerge

_MAX_HOUSE_NUMBER = 9_999_999
_ORDINAL = re.compile(r"\b(\d+)(St|Nd|Rd|Th)\b")


def parse_street(cell: str) -> str:
    """Return the name with single blanks; an upper-case name like `31ST ST` becomes `31st St`.

    An empty cell gives "".
    """
    name = " ".join(cell.split())
    if not name.isupper():
        return name
    return _ORDINAL.sub(lambda found: found[0].lower(), name.title().replace("’S", "’s"))


def parse_kind(cell: str) -> str:
    """Return the kind of street in lower case with single blanks, cut to 20 characters."""
    return " ".join(cell.split()).lower()[:20]


def parse_house_number(cell: str) -> int:
    """Return a house number, also of `1685.0`; 0 means none. Raise ValueError for any other text.

    The largest number is 9,999,999.
    """
    number = cell.removesuffix(".0")
    if not re.fullmatch(r"[0-9]{1,9}", number, re.ASCII) or int(number) > _MAX_HOUSE_NUMBER:
        raise ValueError(f"“{number[:30]}” is not a house number")
    return int(number)


def parse_line(cell: str) -> list[list[float]]:
    """Return a WKT line, longitude first, as [[lat, lng], …] with six decimals.

    The parts of a MULTILINESTRING are joined. Raise ValueError if the cell is no WKT, or not one
    connected line with a length.
    """
    try:
        figure = shapely.force_2d(shapely.from_wkt(cell))
    except shapely.errors.ShapelyError as error:
        raise ValueError(f"“{cell[:40]}” is no WKT, like LINESTRING (-118.5 34.0, …)") from error
    if figure.geom_type == "MultiLineString":
        figure = linemerge(figure)
    if figure.geom_type != "LineString" or figure.is_empty or figure.length == 0:
        raise ValueError(f"{figure.geom_type} must be one LINESTRING without gaps")
    return [[round(y, 6), round(x, 6)] for x, y in figure.coords]
