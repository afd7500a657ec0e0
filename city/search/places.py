"""Typo-tolerant search for landmarks, corners, streets and addresses by name."""

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from city import cache
from city.models import Place
from city.search import blocks
from city.search.corners import load_corners, load_streets
from city.search.location_parser import (
    TypedLocation,
    find_neighbor_city,
    parse_location,
    parse_typed_point,
)
from city.search.name_index import Entry, Match, NameIndex, build_entry
from city.search.place_hit import PlaceHit, build_hit
from city.search.place_names import name_words
from city.search.point_description import describe_point
from city.search.region import remove_region
from city.search.tokens import normalize_text

_ALIAS_WEIGHT = 0.995  # the place's own name wins over an equally good alias
_MIXED_NAME_WEIGHT = 0.9
_MIN_WHOLE_NAME_SCORE = 0.97  # from which a name with a number is listed beside addresses
_MAX_STREETS = 12  # on which a house number is looked up
_SCORE_TOLERANCE = 0.04  # below the best match, for a street that lacks the typed number
_MIDDLE_OF_A_BLOCK = 50  # added to its hundred
_MIN_HOUSE_NUMBER_DIGITS = 3  # of a number that is a house's anywhere in the text
_HOUSE_BONUS, _CLOSE_HOUSE_BONUS, _LANE_PENALTY = 0.2, 0.1, -0.03
_KIND_ORDER = {"point": 0, "address": 0, "landmark": 1, "intersection": 2, "street": 3}


@cache.cache_per_version
def _name_index() -> NameIndex[PlaceHit]:
    """Return the index of landmarks, corners and streets, by all their names."""
    entries = [entry for place in Place.objects.all() for entry in _landmark_entries(place)]
    entries += [build_entry(name_words(hit.name), hit) for hit in load_corners()]
    for hit in load_streets():
        words = name_words(hit.name)
        entries.append(build_entry(words, hit, _ALIAS_WEIGHT if blocks.is_lane(words) else 1.0))
    return NameIndex(entries, short_typos=False)


def _landmark_entries(place: Place) -> Iterator[Entry[PlaceHit]]:
    """Yield entries for the name, for each alias, and for the words of all of them together."""
    hit = build_hit(place.name, place.kind, place.lat, place.lng)
    aliases = [name_words(name) for name in place.aliases.split(",")]
    yield build_entry(name_words(place.name), hit)
    yield from (build_entry(words, hit, _ALIAS_WEIGHT) for words in aliases)
    every = dict.fromkeys(word for words in (name_words(place.name), *aliases) for word in words)
    yield build_entry(
        tuple(every), hit, _MIXED_NAME_WEIGHT
    )  # `st johns hospital`: a word of each name


@cache.cache_per_version
def _street_index() -> NameIndex[tuple[str, ...]]:
    """Return the index of the streets with house numbers."""
    return NameIndex(
        [build_entry(words, words) for words in blocks.load_blocks_by_street()], short_typos=True
    )


@cache.cache_per_version
def _numbered_street_names() -> frozenset[str]:
    """Return the numbers that are the first word of a name, such as `14` of 14th Street."""
    return frozenset(entry.words[0] for entry in _name_index().entries if entry.words[0].isdigit())


def find_places(text: str, limit: int = 6) -> list[PlaceHit]:
    """Return places whose names resemble `text`, best first; [] if it names a neighbor city.

    Coordinates give one hit of the kind `point`. If the street lacks the typed house number, the
    hit still has this number in its name and a note; its pin is at the closest number, or in the
    middle of a street without numbers. Another hit that is not the typed house has a note too.
    """
    if point := parse_typed_point(text):
        return [build_hit(describe_point(*point) or text, "point", *point)]
    typed = parse_location(text)
    if not typed.words or find_neighbor_city(text):
        return []
    if typed.is_block and typed.number is not None:
        return _list_blocks(typed, typed.number)[:limit]
    found = _rank_matches(_find_matches(typed), text)
    if typed.is_alley and found and found[0].kind == "address":
        found = [*_list_alleys(found[0]), *found]
    return found[:limit]


def _find_matches(typed: TypedLocation) -> list[Match[PlaceHit]]:
    """Return the matching houses, then the names that match as well, with a note on the number.

    These names have a score of at least _MIN_WHOLE_NAME_SCORE. Without a typed number, return the
    names only. Without a house, return the names that match without the number, else those that
    match with it. For a number that names a street, a bare `14`, return the houses with exactly
    this number and all names that match with it, or the closest houses if there are none.
    """
    if typed.number is None:
        return list(_name_index().find_matches(typed.words))
    there, close = _match_houses(typed, typed.number)
    named = list(_name_index().find_matches(typed.all_words))
    if str(typed.number) in _numbered_street_names():
        return [*there, *_mark_as_other_number(named, typed)] or close
    if found := there + close:
        return found + _mark_as_other_number(
            [one for one in named if one.score >= _MIN_WHOLE_NAME_SCORE], typed
        )
    like = [one._replace(is_whole=False) for one in _name_index().find_matches(typed.words)]
    return _mark_as_other_number(like or named, typed)


def _mark_as_other_number(
    matches: list[Match[PlaceHit]], typed: TypedLocation
) -> list[Match[PlaceHit]]:
    """Return the matches with a note at each that is not the typed house.

    A landmark with the number in one of its names gets no note.
    """
    number = str(typed.number)
    landmarks = [one for one in matches if one.subject.kind == "landmark"]
    meant = {one.subject for one in landmarks if number in one.words}
    return [
        one if one.subject in meant else one._replace(subject=_add_number_note(one.subject, typed))
        for one in matches
    ]


def _add_number_note(hit: PlaceHit, typed: TypedLocation) -> PlaceHit:
    """Return `hit` with a note; a street without house numbers is named with the typed number."""
    if hit.kind == "street":
        note = _("We don't have house numbers for this street. The pin is in the middle.")
        return replace(hit, name=_format_address(typed, hit.name), note=note)
    note = _("This isn't number %(number)s. Check that it's the location you mean.")
    return replace(hit, note=note % {"number": f"{typed.number}{typed.letter}"})


def _list_blocks(typed: TypedLocation, hundred: int) -> list[PlaceHit]:
    """Return a hit “1400 block of …” for each of the best matching streets with such houses.

    The pin is in the middle of the block. If alleys are meant, the alleys behind each block stand
    before the block's hit. Return [] if no street has the block.
    """
    found = sorted(_street_index().find_matches(typed.words), key=lambda one: -one.score)
    hits: list[PlaceHit] = []
    for match in [one for one in found if one.score > found[0].score - _SCORE_TOLERANCE]:
        house = blocks.find_closest_house(match.subject, hundred + _MIDDLE_OF_A_BLOCK)
        if house is None or house.number // 100 * 100 != hundred:
            continue
        name = _("%(hundred)s block of %(street)s")
        name %= {"hundred": hundred, "street": house.street}
        note = _("The pin is in the middle of the block.")
        hit = build_hit(name, "address", house.lat, house.lng, note=note)
        hits += [*(_list_alleys(hit) if typed.is_alley else []), hit]
    return hits


def _list_alleys(hit: PlaceHit) -> list[PlaceHit]:
    """Return the alleys behind a house or a block, nearest first."""
    words = _("%(alley)s, behind %(place)s")
    note = _("The pin is in the alley. Move it if it isn't at the right spot.")
    found = []
    for lane in blocks.list_lanes_near(hit.lat, hit.lng):
        name = words % {"alley": lane.street, "place": hit.name}
        found.append(build_hit(name, "address", lane.lat, lane.lng, note=note))
    return found


def _match_houses(
    typed: TypedLocation, number: int
) -> tuple[list[Match[PlaceHit]], list[Match[PlaceHit]]]:
    """Return the houses with the number, and the closest houses of better matching streets.

    The second list has streets that match the name better than the first but lack the number.
    """
    found = sorted(_street_index().find_matches(typed.words), key=lambda one: -one.score)[
        :_MAX_STREETS
    ]
    there = [
        Match(
            match.score + _HOUSE_BONUS + house.is_lane * _LANE_PENALTY,
            match.is_whole,
            _build_address_hit(house, typed),
            match.details,
            match.words,
        )
        for match in found
        for house in blocks.find_houses(match.subject, number)
    ]
    better = [one for one in found if all(one.score + _HOUSE_BONUS > each.score for each in there)]
    alike = [one for one in better if one.score > better[0].score - _SCORE_TOLERANCE]
    return there, list(_match_closest_houses(alike, typed, number))


def _match_closest_houses(
    found: list[Match[tuple[str, ...]]], typed: TypedLocation, number: int
) -> Iterator[Match[PlaceHit]]:
    """Yield the house with the closest number on each street, with a note about the number."""
    words = _(
        "Number %(number)s isn't on our map. The pin goes to %(closest)s, the nearest one we know."
    )
    for match in found:
        if house := blocks.find_closest_house(match.subject, number):
            bonus = _CLOSE_HOUSE_BONUS + house.is_lane * _LANE_PENALTY
            note = words % {"number": f"{number}{typed.letter}", "closest": house.number}
            subject = _build_address_hit(house, typed, note)
            yield Match(match.score + bonus, False, subject, match.details)


def _build_address_hit(house: blocks.House, typed: TypedLocation, note: str = "") -> PlaceHit:
    """Return a hit at the house, named by the typed number and the house's street."""
    return build_hit(
        _format_address(typed, house.street), "address", house.lat, house.lng, note=note
    )


def _format_address(typed: TypedLocation, street: str) -> str:
    """Return `1685B Main St, Apt 3`: the typed number, letter and unit with the street."""
    unit = f", {typed.unit}" if typed.unit else ""
    return f"{typed.number}{typed.letter} {street}{unit}"


def _rank_matches(matches: list[Match[PlaceHit]], text: str) -> list[PlaceHit]:
    """Return each place once, best first; the first is sure if it alone matches wholly."""
    best: dict[PlaceHit, Match] = {}
    for match in matches:
        known = best.get(match.subject, match)
        better = match if match.score > known.score else known
        best[match.subject] = better._replace(is_whole=known.is_whole or match.is_whole)
    ranked = sorted(best, key=lambda hit: (-best[hit].score, _KIND_ORDER[hit.kind], hit.name))
    ranked = _drop_repeated_names(ranked)
    whole = [hit for hit in ranked if best[hit].is_whole]
    if ranked and whole == ranked[:1]:
        ranked[0] = replace(ranked[0], is_sure=True)  # `is_sure` is not compared
    return [_add_details(hit, best[hit].details, text) for hit in ranked]


def _add_details(hit: PlaceHit, details: tuple[str, ...], text: str) -> PlaceHit:
    """Return `hit` named with the typed part of the place: `Clover Park, baseball field`.

    A corner or a street is returned as it is.
    """
    if not details or hit.kind not in {"address", "landmark"}:
        return hit
    missing = set(details) - set(name_words(hit.name))
    said = [word for word in re.findall(r"\w+", text) if normalize_text(word) in missing]
    return replace(hit, name=", ".join(filter(None, [hit.name, " ".join(said)])))


def _drop_repeated_names(hits: list[PlaceHit]) -> list[PlaceHit]:
    """Return the hits without repeated names of another kind: the pier is also a street."""
    kinds: dict[str, str] = {}
    return [hit for hit in hits if kinds.setdefault(hit.name, hit.kind) == hit.kind]


def _has_typed_number(hit: PlaceHit, typed: TypedLocation) -> bool:
    """Return True if the name of `hit` has the typed house number; a point counts as having it.

    A sure landmark need not have the number. Without a house number, all typed numbers of three or
    more digits must be in the name. A geocoding service, or the corner `Main & Pico 1685`, may
    answer the number with another place.
    """
    if hit.kind == "point":
        return True
    if typed.number is not None:
        has_it = re.search(rf"\b{typed.number}[A-Z]?\b", hit.name)
        return bool(has_it) or (hit.is_sure and hit.kind == "landmark")
    numbers = {
        word for word in typed.all_words if word.isdigit() and len(word) >= _MIN_HOUSE_NUMBER_DIGITS
    }
    return numbers <= set(name_words(hit.name))


def pick_unambiguous_hit(text: str, hits: list[PlaceHit]) -> PlaceHit | None:
    """Return the hit to take without asking: the only one, the exactly named one, or a sure one.

    Only the first hit is taken, and a sure street is not enough. Return None otherwise, if the
    first hit has a note, or if its name lacks the typed house number.
    """
    if not hits or hits[0].note:
        return None
    first, *others = hits
    if not _has_typed_number(first, parse_location(text)):
        return None
    wanted = remove_region(text).casefold()
    is_named = first.name.casefold() in {text.casefold(), wanted} - {
        hit.name.casefold() for hit in others
    }
    is_meant = not others or is_named or (first.is_sure and first.kind != "street")
    return first if is_meant else None
