"""Random places near streets of the city, with the distribution of the city's records."""

import random
from collections import defaultdict

from city import geo
from city.models import AddressRange
from city.search.point_description import find_place_description

PLACES, SPOTS = 4_000, 20_000
# degrees: a request is at most this far from its spot, and in the same zone
EDGE = (-0.00006, 0.00006)


def draw_spots(figures: dict, dice: random.Random, places: int = PLACES) -> list[tuple]:
    """Return SPOTS rows (latitude, longitude, zone's id, words, relation) from `places` points."""
    lines = list(AddressRange.objects.order_by("pk").values_list("line", flat=True))
    size, counts = figures["cell_degrees"], {(y, x): n for y, x, n in figures["cells"]}
    cells = defaultdict(list)
    for _place in range(places):
        lat, lng = _beside(dice.choice(lines), dice)
        zone = geo.zone_at(lat, lng)
        if zone and all(geo.zone_at(lat + y, lng + x) == zone for y in EDGE for x in EDGE):
            words = find_place_description(lat, lng)
            row = (lat, lng, zone.pk, words.text, words.relation)
            cells[int(lat // size), int(lng // size)].append(row)
    weights = [counts.get(cell, 0.5) / len(rows) for cell, rows in cells.items() for _row in rows]
    return dice.choices([row for rows in cells.values() for row in rows], weights, k=SPOTS)


def _beside(line: list, dice: random.Random) -> tuple[float, float]:
    n, part, side = dice.randrange(len(line) - 1), dice.random(), dice.uniform(-0.0001, 0.0001)
    (a, b), (c, d) = line[n], line[n + 1]
    return round(a + (c - a) * part + side, 6), round(b + (d - b) * part - side, 6)
