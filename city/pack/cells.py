"""Parsers of one cell of a pack's table; each raises ValueError with a message for the editor."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from city.coordinates import BadCoordinate, parse_coordinate
from lib.days import InvalidDay, parse_day

# Countries and territories that write the month before the day, and those that use both orders.
_MONTH_FIRST = {"US", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
_EITHER_FIRST = {"", "CA", "PH"}
_TRUE, _FALSE = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)


def parse_paragraphs(cell: str) -> str:
    """Return the lines of a cell with single blanks; blank lines between them stay."""
    return "\n".join(" ".join(line.split()) for line in cell.strip().splitlines())


def parse_slug(cell: str) -> str:
    """Return the cell. Raise ValueError unless it is small letters, digits and single - or _."""
    if not _SLUG.fullmatch(cell):
        raise ValueError(f"“{cell}” must be small letters, digits and hyphens")
    return cell


def parse_bool(cell: str) -> bool:
    """Return True for yes, y, true or 1, False for no, n, false or 0, in any case.

    Blanks around the word are not removed. Raise ValueError for any other text.
    """
    if cell.lower() in _TRUE:
        return True
    if cell.lower() in _FALSE:
        return False
    raise ValueError(f"“{cell}” must be yes or no")


def parse_whole_number(cell: str) -> int:
    """Return a number of at most nine digits, not negative. Raise ValueError for any other text."""
    if not re.fullmatch(r"[0-9]{1,9}", cell, re.ASCII):
        raise ValueError(f"“{cell}” must be a whole number, not negative")
    return int(cell)


def day_parser(country: str) -> Callable[[str], date]:
    """Return a parser of dates in the order of day and month that `country` uses.

    If the country uses both orders, or is blank, the parser refuses a date that they read
    differently. The parser raises ValueError for a text that is no date.
    """
    if country in _MONTH_FIRST:
        orders = [False]
    else:
        orders = [False, True] if country in _EITHER_FIRST else [True]

    def read(cell) -> Any:
        found = set()
        for is_day_first in orders:
            with suppress(InvalidDay):
                found.add(parse_day(cell, is_day_first=is_day_first))
        if len(found) > 1:
            days = " or ".join(f"{day:%B} {day.day}" for day in sorted(found))
            raise ValueError(f"“{cell}” can be {days}; write it like 2027-07-05")
        if not found:
            raise ValueError(f"“{cell}” must be a date like 2027-07-05")
        return found.pop()

    return read


parse_us_date = day_parser("US")


def parse_degrees(cell: str) -> float:
    """Return degrees, rounded to six decimals. Raise ValueError for anything not within ±180."""
    try:
        return float(parse_coordinate(cell))
    except BadCoordinate as error:
        raise ValueError(str(error)) from None


def parse_icon(cell: str) -> str:
    """Return the cell, an id of the product's icon sprite without the `i-`.

    Raise ValueError for others.
    """
    if cell not in list_icons():
        raise ValueError(
            f"there is no icon “{cell}”; the icons are: {', '.join(sorted(list_icons()))}"
        )
    return cell


@cache
def list_icons() -> frozenset[str]:
    """Return the ids of the icon sprite, without the `i-` before them.

    Raise FileNotFoundError if the sprite is not among the static files.
    """
    path = finders.find("icons/sprite.svg")
    if path is None:
        raise FileNotFoundError("icons/sprite.svg is not among the static files")
    sprite = Path(path).read_text(encoding="utf-8")
    return frozenset(re.findall(r'id="i-([a-z0-9-]+)"', sprite))


def choice_parser(*choices: str) -> Callable[[str], str]:
    """Return a parser that raises ValueError for a cell that is none of `choices`.

    The parser returns any other cell as it is.
    """

    def read(cell) -> Any:
        if cell not in choices:
            raise ValueError(f"“{cell}” must be one of: {', '.join(filter(None, choices))}")
        return cell

    return read


def parse_line(cell: str) -> list[list[float]]:
    """Return a line of at least two `lat,lng` points separated by blanks, as [[lat, lng], …].

    Raise ValueError for a single point, and for a point that is invalid or swapped.
    """
    line = [_parse_point(part) for part in cell.split()]
    if len(line) < 2:
        raise ValueError("a line needs at least two points: “34.01,-118.49 34.02,-118.48”")
    return line


def _parse_point(part: str) -> list[float]:
    """Return `lat,lng` as [lat, lng]. Raise ValueError."""
    pair = part.split(",")
    if len(pair) != 2:
        raise ValueError(f"“{part}” must be a point like 34.01842,-118.48644")
    lat, lng = parse_degrees(pair[0]), parse_degrees(pair[1])
    if abs(lat) > 90:
        raise ValueError(f"“{part}” looks swapped: the latitude comes first")
    return [lat, lng]


def suggest_spelling(typed: str, known: Iterable[str]) -> str:
    """Return a hint for “there is no …” that names the most similar known word; "" for none."""
    near = get_close_matches(typed, known, n=1)
    return f"; is it “{near[0]}”?" if near else ""
