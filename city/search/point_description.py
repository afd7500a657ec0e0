"""The description of a point in words, as people say where something is."""

import math
import re
from typing import NamedTuple

from django.utils.translation import override
from shapely import STRtree
from shapely.geometry import Point
from shapely.ops import nearest_points

from city import cache, geo
from city.base_map.drawing import abbreviate_street
from city.models import Place
from city.search import blocks
from city.search.corners import load_corners, street_lines
from city.search.phrase import (
    ACROSS,
    ALONG,
    IN_FRONT,
    NAME_SEPARATOR,
    NEAR,
    PlaceDescription,
    describe_spot_on_street,
)
from city.search.place_hit import PlaceHit, build_hit
from city.search.place_names import name_words
from city.translation import list_offered_languages

_LANDMARK_RADIUS = 60.0  # metres within which a point is "at" a landmark
_ON_CORNER_RADIUS, _NEAR_CORNER_RADIUS = 15.0, 45.0  # in the second, a house number is preferred
_ON_STREET_DISTANCE, _BESIDE_STREET_DISTANCE = 10.0, 35.0  # of its center line
_HOUSE_FRONT_DISTANCE = 15.0
_MAX_DISTANCE = 1000.0
_NAME_PLACEHOLDER = "\N{WHITE SQUARE}"


@cache.cache_per_version
def _landmark_and_corner_trees() -> tuple[tuple[list[PlaceHit], STRtree], ...]:
    """Return ((landmarks, index), (corners, index)); an index has their points (lng, lat)."""
    places = Place.objects.filter(kind=Place.Kind.LANDMARK)
    landmarks = [build_hit(place.name, place.kind, place.lat, place.lng) for place in places]
    return tuple(
        (hits, STRtree([Point(hit.lng, hit.lat) for hit in hits]))
        for hits in (landmarks, load_corners())
    )


def describe_point(lat: float, lng: float) -> str:
    """Return a point in words of the active language; "" if nothing with a name is near."""
    return str(find_place_description(lat, lng))


def find_place_description(lat: float, lng: float) -> PlaceDescription:
    """Return the description of a point: a corner, a house, a spot on a street, or a landmark.

    Its text is empty if nothing with a name is within a kilometre.
    """
    point = (lat, lng)
    landmark, corner = (
        _find_nearest(hits, tree, point) for hits, tree in _landmark_and_corner_trees()
    )
    street, from_street = _find_nearest_street(lat, lng)
    if corner.metres_away <= _ON_CORNER_RADIUS:
        return PlaceDescription(corner.name)
    front = blocks.find_nearest_house(lat, lng)
    is_in_the_way = front and front.metres_away <= _HOUSE_FRONT_DISTANCE
    if (
        landmark.metres_away <= _LANDMARK_RADIUS
        and from_street > _ON_STREET_DISTANCE
        and not is_in_the_way
    ):
        return PlaceDescription(landmark.name)
    if front:
        return _describe_nearest_house(front)
    if corner.metres_away <= _NEAR_CORNER_RADIUS:
        return PlaceDescription(corner.name)
    if from_street <= _BESIDE_STREET_DISTANCE and corner.metres_away <= _MAX_DISTANCE:
        return _describe_spot_near_corner(street, corner.name)
    nearest = min(corner, landmark, key=lambda spot: spot.metres_away)
    return (
        PlaceDescription(nearest.name, NEAR)
        if nearest.metres_away <= _MAX_DISTANCE
        else PlaceDescription("")
    )


def recognize_description(text: str, lat: float, lng: float) -> PlaceDescription:
    """Return `text` as names and relation if it is our description in any language.

    It describes this point, or another one with names that the city knows: a pin may be a few steps
    from where it was described. Else return it as it was typed, without a relation.
    """
    parsed = [(each, _parse_phrase(text, each)) for each in list_offered_languages()]
    spoken = {language: found for language, found in parsed if found}
    known = find_place_description(lat, lng) if spoken else PlaceDescription("")
    for language in spoken:
        with override(language):
            if text == str(known):
                return known
    elsewhere = (each for found in spoken.values() for each in found if _has_known_names(each))
    return next(elsewhere, PlaceDescription(text))


def _parse_phrase(text: str, language: str) -> list[PlaceDescription]:
    """Return what `text` describes by the words of a relation, as `Near City Hall`; [] if none."""
    gap = _NAME_PLACEHOLDER
    with override(language):
        shapes = [PlaceDescription(gap, relation) for relation in (NEAR, IN_FRONT, ACROSS)]
        shapes.append(describe_spot_on_street(gap, gap))
        phrases = [
            (shape, re.escape(str(shape)).replace(re.escape(gap), "(.+)")) for shape in shapes
        ]
    matches = ((shape, re.fullmatch(pattern, text)) for shape, pattern in phrases)
    return [
        PlaceDescription(shape.text.replace(gap, "{}").format(*match.groups()), shape.relation)
        for shape, match in matches
        if match
    ]


def _has_known_names(description: PlaceDescription) -> bool:
    """Return True if the city has the address, the two streets, or the landmark or corner."""
    text, relation = description
    if relation in (IN_FRONT, ACROSS):
        number, _space, street = text.partition(" ")
        return number.isdecimal() and bool(blocks.find_houses(name_words(street), int(number)))
    if relation == ALONG:
        return set(text.split(NAME_SEPARATOR)) <= _street_names()
    return any(hit.name == text for hits, _tree in _landmark_and_corner_trees() for hit in hits)


@cache.cache_per_version
def _street_names() -> frozenset[str]:
    """Return the names of the pack's streets as they stand in descriptions."""
    return frozenset(abbreviate_street(name) for name, _line in street_lines())


def _describe_nearest_house(front: blocks.NearestHouse) -> PlaceDescription:
    """Return the description of a house, with its zone if the street has the number twice."""
    house = front.house
    address = f"{house.number} {house.street}"
    if len(blocks.find_houses(name_words(house.street), house.number)) > 1:
        zone = build_hit(address, "address", house.lat, house.lng).zone_name
        address = f"{address}, {zone}" if zone else address
    return PlaceDescription(address, ACROSS if front.is_across else IN_FRONT)


def _describe_spot_near_corner(street: str, corner: str) -> PlaceDescription:
    """Return the description that reads `Pearl St, near 21st St`, with the corner's other street.

    `text` has both names, and the relation is ALONG. A corner that lacks the street stays whole.
    """
    others = [part for part in corner.split(" & ") if part != street]
    return describe_spot_on_street(street, others[0] if len(others) == 1 else corner)


class _NearestName(NamedTuple):
    """The nearest named thing; the name is empty and the distance infinite if there is none."""

    name: str
    metres_away: float


def _find_nearest(hits: list[PlaceHit], tree: STRtree, point: tuple[float, float]) -> _NearestName:
    """Return (name, metres) of the hit nearest to (latitude, longitude); ("", inf) without hits."""
    index = tree.nearest(Point(point[1], point[0]))
    if index is None:
        return _NearestName("", math.inf)
    hit = hits[index]
    return _NearestName(hit.name, geo.distance_m(point, (hit.lat, hit.lng)))


@cache.cache_per_version
def _line_tree() -> STRtree:
    """Return a spatial index of the lines of `street_lines()`, in the same order."""
    return STRtree([line for _name, line in street_lines()])


def _find_nearest_street(lat: float, lng: float) -> _NearestName:
    """Return the nearest street's short name, and the metres to its line; ("", inf) without any."""
    point = Point(lng, lat)
    index = _line_tree().nearest(point)
    if index is None:
        return _NearestName("", math.inf)
    name, line = street_lines()[index]
    there, _point = nearest_points(line, point)
    return _NearestName(abbreviate_street(name), geo.distance_m((lat, lng), (there.y, there.x)))
