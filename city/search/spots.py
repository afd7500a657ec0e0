"""A point in words, as people say where something is."""

import math
from typing import NamedTuple

from django.utils.translation import override
from shapely import STRtree
from shapely.geometry import Point
from shapely.ops import nearest_points

from city import cache, geo
from city.base_map.drawing import short
from city.models import Place
from city.search import blocks
from city.search.corners import corners, street_lines
from city.search.hit import hit_of
from city.search.names import place_words
from city.search.phrase import ACROSS, IN_FRONT, NEAR, PlaceWords, on_street
from city.translation import languages

_NEAR_A_PLACE = 60.0  # metres within which a point is "at" a landmark
_ON_A_CORNER, _NEAR_A_CORNER = 15.0, 45.0  # a house number says the second better
_ON_A_STREET, _BESIDE_A_STREET = 10.0, 35.0  # of its center line
_AT_A_FRONT = 15.0
_FAR = 1000.0
_GAP = "\N{WHITE SQUARE}"


@cache.remembered
def _spots() -> tuple:
    """Landmarks and corners with an index of their points, for `describe`."""
    places = Place.objects.filter(kind=Place.Kind.LANDMARK)
    landmarks = [hit_of(place.name, place.kind, place.lat, place.lng) for place in places]
    return tuple(
        (hits, STRtree([Point(hit.lng, hit.lat) for hit in hits]))
        for hits in (landmarks, corners())
    )


def describe(lat: float, lng: float) -> str:
    """A point in words of the active language; empty where nothing with a name is in reach."""
    return str(place_words_of(lat, lng))


def place_words_of(lat: float, lng: float) -> PlaceWords:
    """A point in words: a corner, the house it is in front of, a street and what it is near, or a
    landmark. Empty where nothing that has a name is within a kilometre.
    """
    point = (lat, lng)
    landmark, corner = (_nearest(hits, tree, point) for hits, tree in _spots())
    street, from_street = _nearest_street(lat, lng)
    if corner.away <= _ON_A_CORNER:
        return PlaceWords(corner.name)
    front = blocks.front_at(lat, lng)
    is_in_the_way = front and front.away <= _AT_A_FRONT
    if landmark.away <= _NEAR_A_PLACE and from_street > _ON_A_STREET and not is_in_the_way:
        return PlaceWords(landmark.name)
    if front:
        return _before(front)
    if corner.away <= _NEAR_A_CORNER:
        return PlaceWords(corner.name)
    if from_street <= _BESIDE_A_STREET and corner.away <= _FAR:
        return _near(street, corner.name)
    nearest = min(corner, landmark, key=lambda spot: spot.away)
    return PlaceWords(nearest.name, NEAR) if nearest.away <= _FAR else PlaceWords("")


def recognized(text: str, lat: float, lng: float) -> PlaceWords:
    """`text` as data where it is what we say of this point, in any of the city's languages; else
    as it was typed.
    """
    spoken = [language for language in languages() if _may_be_ours(text, language)]
    known = place_words_of(lat, lng) if spoken else PlaceWords("")
    for language in spoken:
        with override(language):
            if text == str(known):
                return known
    return PlaceWords(text)


def _may_be_ours(text, language) -> bool:
    """Whether it has the words of a relation, as `Near City Hall`; most texts have not."""
    with override(language):
        phrases = [str(PlaceWords(_GAP, relation)) for relation in (NEAR, IN_FRONT, ACROSS)]
        phrases.append(str(on_street(_GAP, _GAP)))
        return any(all(part in text for part in phrase.split(_GAP)) for phrase in phrases)


def _before(front) -> PlaceWords:
    """With the zone where the street has this number twice."""
    house = front.house
    address = f"{house.number} {house.street}"
    if len(blocks.houses(place_words(house.street), house.number)) > 1:
        zone = hit_of(address, "address", house.lat, house.lng).zone_name
        address = f"{address}, {zone}" if zone else address
    return PlaceWords(address, ACROSS if front.is_across else IN_FRONT)


def _near(street, corner) -> PlaceWords:
    """`Pearl St, near 21st St`: the street it is on and the corner's other street."""
    others = [part for part in corner.split(" & ") if part != street]
    return on_street(street, others[0] if len(others) == 1 else corner)


class _Spot(NamedTuple):
    name: str
    away: float  # metres


def _nearest(hits, tree, point) -> _Spot:
    if not hits:
        return _Spot("", math.inf)
    hit = hits[tree.nearest(Point(point[1], point[0]))]
    return _Spot(hit.name, geo.distance_m(point, (hit.lat, hit.lng)))


@cache.remembered
def _line_tree() -> STRtree:
    return STRtree([line for _name, line in street_lines()])


def _nearest_street(lat, lng) -> _Spot:
    """A street's name in short, and the metres to its center line."""
    lines, point = street_lines(), Point(lng, lat)
    if not lines:
        return _Spot("", math.inf)
    name, line = lines[_line_tree().nearest(point)]
    there, _point = nearest_points(line, point)
    return _Spot(short(name), geo.distance_m((lat, lng), (there.y, there.x)))
