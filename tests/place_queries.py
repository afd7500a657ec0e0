"""Addresses as people type them, generated from a city's house numbers. A seed fixes the result.

A third has a typo, a third an apartment or a direction, and a third is plain. Half of all have the
street type in full. The expected coordinates are computed here from the row, independently of the
search that is tested. House numbers have no typos, because a different number is another house.
"""

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from shapely.geometry import LineString

from city import geo, search

PACK = Path("city/packs/santa_monica/address_blocks.csv")
CLOSE = 40  # metres
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT = {
    "Street": "St", "Avenue": "Ave", "Boulevard": "Blvd", "Court": "Ct", "Place": "Pl",
    "Drive": "Dr", "Terrace": "Ter", "Road": "Rd", "North": "N", "South": "S",
}  # fmt: skip
_UNITS = ["#4", "#12B", "apt 4", "Apt. 3", "unit B", "unit 204", "suite 210", ", apt 7"]


class Query(NamedTuple):
    text: str
    number: int
    street: str  # as the table writes it
    lat: float
    lng: float


def queries(count=300, seed=311, path=PACK) -> list[Query]:
    """Return `count` addresses from random rows of the table."""
    dice = random.Random(seed)
    with path.open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines) if any(_sides(row))]
    drawn = dice.sample(rows, count)
    return [_query(row, _WAYS[n % len(_WAYS)], dice) for n, row in enumerate(drawn)]


def is_right(query: Query) -> bool:
    """Return True if the first hit has the house number and is within `CLOSE` metres.

    The number also determines the side of the street.
    """
    hits = search.find_places(query.text)
    if not hits or hits[0].note:
        return False
    number = re.match(r"[0-9]+", hits[0].name)
    away = geo.distance_m((hits[0].lat, hits[0].lng), (query.lat, query.lng))
    return bool(number) and int(number[0]) == query.number and away <= CLOSE


def _sides(row):
    return [side for side in ("left", "right") if row[f"{side}_from"]]


def _query(row, way: Callable, dice):
    side = dice.choice(_sides(row))
    first, last = (int(row[f"{side}_{end}"]) for end in ("from", "to"))
    number = dice.randrange(min(first, last), max(first, last) + 1, 2)
    share = (number - first) / (last - first) if last != first else 0.5
    points = [map(float, point.split(",")) for point in row["points"].split()]
    spot = LineString([(lng, lat) for lat, lng in points]).interpolate(share, normalized=True)
    text = way(number, row["street"], dice)
    return Query(text, number, row["street"], spot.y, spot.x)


def _written(name, dice):
    if dice.random() < 0.5:
        name = " ".join(_SHORT.get(word, word) for word in name.split())
    return dice.choice([str.lower, str.title, str])(name)


def _plain(number, street, dice):
    return f"{number} {_written(street, dice)}"


def _with_a_unit_or_a_direction(number, street, dice):
    """Return an address with the direction after the street, such as `1930 Pico Pl N`.

    For a street without a direction, add an apartment or a wrong direction.
    """
    if street.endswith((" North", " South")):
        head, _space, last = street.rpartition(" ")
        return f"{number} {_written(head, dice)} {dice.choice([last, last[0], last[0].lower()])}"
    if dice.random() < 0.25:
        return f"{number} {dice.choice(['N', 'north', 'W.'])} {_written(street, dice)}"
    return f"{number} {_written(street, dice)} {dice.choice(_UNITS)}".replace(" ,", ",")


def _misspelt(number, street, dice):
    """Return an address with one typo, or without the street type.

    A typo is a letter omitted, doubled, swapped with the next one, or replaced. It is in the
    street's name if that has three letters in a row, otherwise anywhere after the house number.
    """
    name = _written(street, dice)
    head, _space, _last = name.rpartition(" ")
    if head and dice.random() < 0.15:
        return f"{number} {head}"
    within = head if re.search(r"[a-z]{3}", head, re.IGNORECASE) else name
    spots = [found.start() for found in re.finditer(r"[A-Za-z]", within)]
    return f"{number} {_with_a_typo(name, dice.choice(spots), dice)}"


def _with_a_typo(name, at, dice):
    act = dice.choice(["drop", "double", "swap", "other"])
    if act == "drop":
        return name[:at] + name[at + 1 :]
    if act == "double":
        return name[:at] + name[at] + name[at:]
    if act == "swap" and at + 1 < len(name) and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + dice.choice(_LETTERS) + name[at + 1 :]


_WAYS = [_misspelt, _with_a_unit_or_a_direction, _plain]
