"""Addresses as people type them, each with one typo: made from a city's address ranges, always the
same ones for the same seed.

The spot is worked out here on its own, from the row alone, so that the search is not measured with
its own ruler. House numbers have no typos: another number is another house.
"""

import csv
import random
import re
from typing import NamedTuple

from shapely import wkt

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FULL = {
    "ST": "Street", "AVE": "Avenue", "BLVD": "Boulevard", "CT": "Court", "PL": "Place",
    "DR": "Drive", "TER": "Terrace", "RD": "Road",
}  # fmt: skip


class Query(NamedTuple):
    text: str  # with its typo
    street: str  # as the file writes it
    lat: float
    lng: float


def queries(path, count=200, seed=311) -> list[Query]:
    """`count` addresses from all over the file, half of them with the kind of street in full."""
    dice = random.Random(seed)
    with path.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if any(_sides(row))]
    return [_query(row, dice) for row in dice.sample(rows, count)]


def _sides(row):
    return [side for side in ("left", "right") if int(row[f"{side}_from"])]


def _query(row, dice):
    side = dice.choice(_sides(row))
    first, last = sorted(int(row[f"{side}_{end}"]) for end in ("from", "to"))
    number = dice.randrange(first, last + 1, 2)
    share = (number - first) / (last - first) if last > first else 0.5
    spot = wkt.loads(row["wkt"]).interpolate(share, normalized=True)
    name = _written(row["fullname"], dice)
    return Query(f"{number} {_misspelt(name, dice)}", row["fullname"], spot.y, spot.x)


def _written(name, dice):
    *head, last = name.split()
    if head and last in _FULL and dice.random() < 0.5:
        name = " ".join([*head, _FULL[last]])
    return dice.choice([str.lower, str.title])(name)


def _misspelt(name, dice):
    """One letter left out, doubled, swapped with the next, or another one; or no kind of street.

    In the street's own name where that is of letters, else anywhere behind its number.
    """
    head, _space, _last = name.rpartition(" ")
    if head and dice.random() < 0.15:
        return head
    within = head if re.search(r"[a-z]{3}", head, re.IGNORECASE) else name
    spots = [found.start() for found in re.finditer(r"[A-Za-z]", within)]
    at = dice.choice(spots)
    act = dice.choice(["drop", "double", "swap", "other"])
    if act == "drop":
        return name[:at] + name[at + 1 :]
    if act == "double":
        return name[:at] + name[at] + name[at:]
    if act == "swap" and at + 1 < len(name) and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + dice.choice(_LETTERS) + name[at + 1 :]
