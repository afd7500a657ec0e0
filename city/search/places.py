"""Landmarks, corners, streets and addresses by name, whatever typo or order they are typed in."""

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from city import cache
from city.models import Place
from city.search import blocks
from city.search.corners import corners, streets
from city.search.hit import PlaceHit, hit_of
from city.search.name_index import Match, NameIndex, entry_of
from city.search.names import place_words
from city.search.region import remove_region
from city.search.spots import describe
from city.search.tokens import tidy
from city.search.typed import Typed, other_city, point_of, read

_ALIAS = 0.995  # between two good answers, the place's own name is the better
_MIXED = 0.9
_WHOLE = 0.97  # a name with a number in it, typed as such, stands beside the address
_MOST_STREETS = 12  # that a house number is looked for on
_NEARLY = 0.04  # less alike by this than the best, a street is not offered for a number it lacks
_MIDDLE_OF_A_BLOCK = 50  # added to its hundred
_LONG_NUMBER = 3  # figures from which a number is a house's, wherever it stands
_A_HOUSE, _A_CLOSE_ONE, _A_LANE = 0.2, 0.1, -0.03
_KIND_ORDER = {"point": 0, "address": 0, "landmark": 1, "intersection": 2, "street": 3}


@cache.remembered
def _named() -> NameIndex:
    """Landmarks and their other names, corners, streets."""
    entries = [entry for place in Place.objects.all() for entry in _of_landmark(place)]
    entries += [entry_of(place_words(hit.name), hit) for hit in corners()]
    for hit in streets():
        words = place_words(hit.name)
        entries.append(entry_of(words, hit, _ALIAS if blocks.is_lane(words) else 1.0))
    return NameIndex(entries, short_typos=False)


def _of_landmark(place):
    hit = hit_of(place.name, place.kind, place.lat, place.lng)
    aliases = [place_words(name) for name in place.aliases.split(",")]
    yield entry_of(place_words(place.name), hit)
    yield from (entry_of(words, hit, _ALIAS) for words in aliases)
    every = dict.fromkeys(word for words in (place_words(place.name), *aliases) for word in words)
    yield entry_of(tuple(every), hit, _MIXED)  # `st johns hospital`: a word of each name


@cache.remembered
def _numbered() -> NameIndex:
    """The streets that have house numbers."""
    return NameIndex([entry_of(words, words) for words in blocks.streets()], short_typos=True)


@cache.remembered
def _numbers_of_streets() -> frozenset:
    return frozenset(entry.words[0] for entry in _named().entries if entry.words[0].isdigit())


def find_places(text: str, limit: int = 6) -> list[PlaceHit]:
    """Places whose names are like `text`, best first; none where it names a neighbor city.

    A house number that its street does not have keeps its name, with the pin at the closest one;
    where the street has no numbers, in its middle. A note says so, as it does where the place has
    no house number at all.
    """
    if point := point_of(text):
        return [hit_of(describe(*point) or text, "point", *point)]
    typed = read(text)
    if not typed.words or other_city(text):
        return []
    if typed.is_block:
        return _list_blocks(typed)[:limit]
    found = _ranked(_scored(typed), text)
    if typed.is_alley and found and found[0].kind == "address":
        found = [*_list_alleys(found[0]), *found]
    return found[:limit]


def _scored(typed: Typed) -> list[Match]:
    """Return what is like the typed words; a bare `14` may be a house or 14th Street."""
    if typed.number is None:
        return list(_named().scored(typed.words))
    there, close = _houses(typed)
    named = list(_named().scored(typed.all_words))
    if str(typed.number) in _numbers_of_streets():
        return [*there, *_mark_as_other_number(named, typed)] or close
    if found := there + close:
        return found + _mark_as_other_number([one for one in named if one.score >= _WHOLE], typed)
    like = [one._replace(is_whole=False) for one in _named().scored(typed.words)]
    return _mark_as_other_number(like or named, typed)


def _mark_as_other_number(matches: list[Match], typed: Typed) -> list[Match]:
    """Return the matches with a note at each that is not the house that was typed.

    A landmark that has the number in its name or in another name of it is what was meant.
    """
    number = str(typed.number)
    landmarks = [one for one in matches if one.subject.kind == "landmark"]
    meant = {one.subject for one in landmarks if number in one.words}
    return [
        one if one.subject in meant else one._replace(subject=_numberless(one.subject, typed))
        for one in matches
    ]


def _numberless(hit: PlaceHit, typed: Typed) -> PlaceHit:
    """Return `hit` with a note; a street without house numbers keeps the number in its name."""
    if hit.kind == "street":
        note = _("We don't have house numbers for this street. The pin is in the middle.")
        return replace(hit, name=_written(typed, hit.name), note=note)
    note = _("This isn't number %(number)s. Check that it's the location you mean.")
    return replace(hit, note=note % {"number": f"{typed.number}{typed.letter}"})


def _list_blocks(typed: Typed) -> list[PlaceHit]:
    """Return the blocks with that hundred, each after its alleys where those are meant."""
    found = sorted(_numbered().scored(typed.words), key=lambda one: -one.score)
    hits: list[PlaceHit] = []
    for match in [one for one in found if one.score > found[0].score - _NEARLY]:
        house = blocks.closest_house(match.subject, typed.number + _MIDDLE_OF_A_BLOCK)
        if house is None or house.number // 100 * 100 != typed.number:
            continue
        name = _("%(hundred)s block of %(street)s")
        name %= {"hundred": typed.number, "street": house.street}
        note = _("The pin is in the middle of the block.")
        hit = hit_of(name, "address", house.lat, house.lng, note=note)
        hits += [*(_list_alleys(hit) if typed.is_alley else []), hit]
    return hits


def _list_alleys(hit: PlaceHit) -> list[PlaceHit]:
    """Return the alleys behind a house or a block, nearest first; which one is meant is asked."""
    words = _("%(alley)s, behind %(place)s")
    note = _("The pin is in the alley. Move it if it isn't at the right spot.")
    found = []
    for lane in blocks.list_lanes_near(hit.lat, hit.lng):
        name = words % {"alley": lane.street, "place": hit.name}
        found.append(hit_of(name, "address", lane.lat, lane.lng, note=note))
    return found


def _houses(typed: Typed) -> tuple[list[Match], list[Match]]:
    """Houses of that number, and the closest ones of streets that are meant better but lack it."""
    found = sorted(_numbered().scored(typed.words), key=lambda one: -one.score)[:_MOST_STREETS]
    there = [
        match._replace(
            score=match.score + _A_HOUSE + house.is_lane * _A_LANE, subject=_address(house, typed)
        )
        for match in found
        for house in blocks.houses(match.subject, typed.number)
    ]
    better = [one for one in found if all(one.score + _A_HOUSE > each.score for each in there)]
    alike = [one for one in better if one.score > better[0].score - _NEARLY]
    return there, list(_closest(alike, typed))


def _closest(found, typed) -> Iterator[Match]:
    words = _(
        "Number %(number)s isn't on our map. The pin goes to %(closest)s, the nearest one we know."
    )
    number = f"{typed.number}{typed.letter}"
    for match in found:
        if house := blocks.closest_house(match.subject, typed.number):
            bonus = _A_CLOSE_ONE + house.is_lane * _A_LANE
            note = words % {"number": number, "closest": house.number}
            subject = _address(house, typed, note)
            yield Match(match.score + bonus, False, subject, match.details)


def _address(house, typed, note="") -> PlaceHit:
    return hit_of(_written(typed, house.street), "address", house.lat, house.lng, note=note)


def _written(typed, street) -> str:
    unit = f", {typed.unit}" if typed.unit else ""
    return f"{typed.number}{typed.letter} {street}{unit}"


def _ranked(matches: list[Match], text: str) -> list[PlaceHit]:
    """Return each place once, best first; the first is sure where nothing else is meant wholly."""
    best: dict[PlaceHit, Match] = {}
    for match in matches:
        known = best.get(match.subject, match)
        better = match if match.score > known.score else known
        best[match.subject] = better._replace(is_whole=known.is_whole or match.is_whole)
    ranked = sorted(best, key=lambda hit: (-best[hit].score, _KIND_ORDER[hit.kind], hit.name))
    ranked = _once(ranked)
    whole = [hit for hit in ranked if best[hit].is_whole]
    if ranked and whole == ranked[:1]:
        ranked[0] = replace(ranked[0], is_sure=True)  # which is no part of its identity
    return [_add_details(hit, best[hit].details, text) for hit in ranked]


def _add_details(hit: PlaceHit, details: tuple[str, ...], text: str) -> PlaceHit:
    """Return `hit` named with the part of it that was typed: `Clover Park, baseball field`."""
    if not details or hit.kind not in {"address", "landmark"}:
        return hit
    missing = set(details) - set(place_words(hit.name))
    said = [word for word in re.findall(r"\w+", text) if tidy(word) in missing]
    return replace(hit, name=", ".join(filter(None, [hit.name, " ".join(said)])))


def _once(hits) -> list:
    """The pier is a landmark and a street: the first of two kinds with one name is enough."""
    kinds: dict[str, str] = {}
    return [hit for hit in hits if kinds.setdefault(hit.name, hit.kind) == hit.kind]


def _is_the_number(hit: PlaceHit, typed: Typed) -> bool:
    """Return True if the typed house number is in the name of `hit`: a service, or the corner
    `Main & Pico 1685`, may answer it with another place.
    """
    if hit.kind == "point":
        return True
    if typed.number is not None:
        has_it = re.search(rf"\b{typed.number}[A-Z]?\b", hit.name)
        return bool(has_it) or (hit.is_sure and hit.kind == "landmark")
    numbers = {word for word in typed.all_words if word.isdigit() and len(word) >= _LONG_NUMBER}
    return numbers <= set(place_words(hit.name))


def the_one_meant(text: str, hits: list[PlaceHit]) -> PlaceHit | None:
    """The place that can be taken without asking: the only one, the named one, or a sure one."""
    if not hits or hits[0].note:
        return None
    first, *others = hits
    if not _is_the_number(first, read(text)):
        return None
    wanted = remove_region(text).casefold()
    is_named = first.name.casefold() in {text.casefold(), wanted} - {
        hit.name.casefold() for hit in others
    }
    is_meant = not others or is_named or (first.is_sure and first.kind != "street")
    return first if is_meant else None
