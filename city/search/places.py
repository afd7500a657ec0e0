"""Landmarks, corners and streets by name. Corners are where the pack's street lines meet."""

import re
from collections import defaultdict
from dataclasses import dataclass

from shapely import STRtree
from shapely.geometry import LineString, Point

from city import geo, memory
from city.basemap import short
from city.models import Place, Street
from city.search.words import likeness, tidy


@dataclass(frozen=True)
class PlaceHit:
    """A place with its words; `lat`, `lng` in degrees WGS 84."""

    name: str
    kind: str
    lat: float
    lng: float
    zone_name: str


_ALIAS = 0.995  # between two good answers, the place's own name is the better


@memory.remembered
def _places():
    """(words of a name, its hit, weight): landmarks and their other names, corners, streets."""
    known = []
    for place in Place.objects.all():
        hit = hit_of(place.name, place.kind, place.lat, place.lng)
        known.append((_place_words(place.name), hit, 1.0))
        known += [(_place_words(name), hit, _ALIAS) for name in place.aliases.split(",")]
    known += [(_place_words(hit.name), hit, 1.0) for hit in (*corners(), *_streets())]
    return [(words, hit, weight) for words, hit, weight in known if words]


def hit_of(name, kind, lat, lng):
    zone = geo.zone_at(lat, lng)
    return PlaceHit(name, kind, round(lat, 6), round(lng, 6), zone.name if zone else "")


@memory.remembered
def street_lines():
    return [
        (street.name, street.kind, LineString([(lng, lat) for lat, lng in points]))
        for street in Street.objects.all()
        for points in street.lines
    ]


@memory.remembered
def corners():
    """Where two streets of different names cross or meet, each pair once per spot."""
    lines = street_lines()
    tree = STRtree([line for _name, _kind, line in lines])
    found, seen = [], []
    for number, (name, _kind, line) in enumerate(lines):
        for other in tree.query(line, predicate="dwithin", distance=0.00012):
            if other > number and lines[other][0] != name:
                found += _meetings(name, line, lines[other][0], lines[other][2], seen)
    return found


def _meetings(name, line, other_name, other, seen):
    """`seen` keeps (names, lat, lng), so that two drawings of one street give one corner."""
    shared = line.intersection(other)
    spots = [part for part in getattr(shared, "geoms", [shared]) if part.geom_type == "Point"]
    if not spots:  # a street that ends at another may stop a few metres short
        ends = [Point(end) for end in (other.coords[0], other.coords[-1])]
        ends += [Point(end) for end in (line.coords[0], line.coords[-1])]
        spots = sorted(ends, key=lambda end: line.distance(end) + other.distance(end))[:1]
    names = frozenset((name, other_name))
    for spot in spots:
        if spot.is_empty or any(
            n == names and geo.distance_m((a, b), (spot.y, spot.x)) < 120 for n, a, b in seen
        ):
            continue
        seen.append((names, spot.y, spot.x))
        first, second = sorted((name, other_name), key=_importance)
        yield hit_of(f"{short(first)} & {short(second)}", "intersection", spot.y, spot.x)


def _importance(name):
    """Named avenues and boulevards before numbered streets, as people say corners."""
    return (name[:1].isdigit(), name)


def _streets():
    by_name = defaultdict(list)
    for name, _kind, line in street_lines():
        by_name[name].append(line)
    for name, lines in by_name.items():
        longest = max(lines, key=lambda line: line.length)
        middle = longest.interpolate(0.5, normalized=True)
        yield hit_of(short(name), "street", middle.y, middle.x)


_SAME = {
    "boulevard": "blvd", "avenue": "ave", "av": "ave", "street": "st", "place": "pl", "drive": "dr",
    "court": "ct", "terrace": "ter", "highway": "hwy", "road": "rd", "and": "", "at": "", "y": "",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "mount": "mt", "saint": "st", "the": "", "corner": "", "of": "", "esquina": "", "calle": "",
}  # fmt: skip
_KINDS_OF_STREET = frozenset({"blvd", "ave", "st", "pl", "dr", "ct", "ter", "hwy", "rd", "way"})


def _place_words(text):
    words = (_SAME.get(word, word) for word in tidy(text).split())
    return tuple(word for word in words if word)


def find_places(text: str, limit: int = 6) -> list[PlaceHit]:
    """Landmarks, corners and streets whose names are like `text`, best first.

    House numbers are not known here: an address finds its street.
    """
    typed = _without_house_number(_place_words(text))
    if not typed:
        return []
    scored: dict[PlaceHit, float] = {}
    for words, hit, weight in _places():
        score = weight * _place_score(typed, words)
        if score > scored.get(hit, 0.62):
            scored[hit] = score
    ranked = sorted(scored, key=lambda hit: (-scored[hit], _KIND_ORDER[hit.kind], hit.name))
    return _once(ranked)[:limit]


def _once(hits):
    """The pier is a landmark and a street: the first of two kinds with one name is enough."""
    kinds: dict[str, str] = {}
    return [hit for hit in hits if kinds.setdefault(hit.name, hit.kind) == hit.kind]


def _without_house_number(typed):
    is_number = len(typed) > 1 and re.fullmatch(r"[0-9]{2,5}[a-z]?", typed[0], re.ASCII)
    is_address = is_number and any(len(word) > 2 or word in _KINDS_OF_STREET for word in typed[1:])
    return typed[1:] if is_address and not _is_corner(typed) else typed


def _is_corner(typed):
    """`14 wilshire` and `26 and pico` mean streets of that number, `1432 4th st` does not."""
    return any(_alike(typed[0], word) for word in _numbered_streets())


@memory.remembered
def _numbered_streets():
    names = (_place_words(name) for name, _kind, _line in street_lines())
    return frozenset(words[0] for words in names if words and words[0][:1].isdigit())


_KIND_ORDER = {"landmark": 0, "intersection": 1, "street": 2}


def _place_score(typed, words):
    """How much of what was typed is in the name, and a little how much of the name was typed."""
    wanted = [word for word in typed if word not in _KINDS_OF_STREET] or list(typed)
    offered = [word for word in words if word not in _KINDS_OF_STREET] or list(words)
    hit = sum(max(_alike(word, other) for other in offered) for word in wanted) / len(wanted)
    if hit < 0.6:
        return 0.0
    covered = sum(max(_alike(word, other) for word in wanted) for other in offered) / len(offered)
    return 0.75 * hit + 0.25 * covered + _kind_score(set(typed), set(words))


def _kind_score(typed, words):
    """`main st` is a street rather than a library; `pier` rather the pier than Pier Avenue."""
    kinds = typed & _KINDS_OF_STREET
    if kinds:
        return 0.05 if kinds <= words else 0.0
    return -0.01 if words & _KINDS_OF_STREET else 0.0


def _alike(typed, known):
    if typed[:1].isdigit() or known[:1].isdigit():  # 14 means 14th, never 15th
        return (
            1.0
            if re.sub(r"(st|nd|rd|th)$", "", typed) == re.sub(r"(st|nd|rd|th)$", "", known)
            else 0.0
        )
    return likeness(typed, known)
