"""Landmarks, corners, streets and addresses by name, whatever typo or order they are typed in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from city import cache
from city.models import Place
from city.search import blocks
from city.search.corners import corners, streets
from city.search.hit import PlaceHit, hit_of
from city.search.names import DETAILS, DIRECTIONS, KINDS_OF_STREET, kinds_like, place_words
from city.search.spots import describe
from city.search.tokens import tidy
from city.search.typed import Typed, other_city, point_of, read
from city.search.typos import Vocabulary

_ALIAS = 0.995  # between two good answers, the place's own name is the better
_MIXED = 0.9
_GOOD = 0.62  # less alike than this is another place
_WHOLE = 0.97  # a name with a number in it, typed as such, stands beside the address
_A_DIRECTION = 0.02  # less where a direction was typed that the street does not have
_SHORT = 3  # letters up to which a word alone has no typos: LAX is no misspelt “lab”
_MOST_STREETS = 12  # that a house number is looked for on
_NEARLY = 0.04  # less alike by this than the best, a street is not offered for a number it lacks
_MIDDLE_OF_A_BLOCK = 50  # added to its hundred
_LONG_NUMBER = 3  # figures from which a number is a house's, wherever it stands
_A_HOUSE, _A_CLOSE_ONE, _A_LANE = 0.2, 0.1, -0.03
_KIND_ORDER = {"point": 0, "address": 0, "landmark": 1, "intersection": 2, "street": 3}


class _Entry(NamedTuple):
    words: tuple[str, ...]
    told: tuple[str, ...]  # those of the words that tell it from others
    subject: object  # a PlaceHit, or the words of a street with house numbers
    weight: float


class _Match(NamedTuple):
    """`is_whole` where each typed word is one of the name and the other way round. `details` are
    typed words for a part of the place: `baseball field`.
    """

    score: float
    is_whole: bool
    subject: object
    details: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the entry


class _Index:
    """Entries by the words they have, so that only those with a word in common are compared."""

    def __init__(self, entries, *, short_typos):
        """`short_typos`: whether a word of three letters that stands alone may have one."""
        self._short_typos = short_typos
        self.entries = [entry for entry in entries if entry.words]
        self._with = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for word in set(entry.told):
                self._with[word].append(number)
        self._vocabulary = Vocabulary(self._with)

    def scored(self, typed: tuple[str, ...]) -> Iterator[_Match]:
        """Yield what is like the typed words, in no order."""
        likes, kinds = self._likes(typed)
        for number in {n for _word, like in likes for known in like for n in self._with[known]}:
            match = _score(likes, self.entries[number], kinds)
            if match.score > _GOOD:
                yield match

    def _likes(self, typed):
        """What each word may mean, and the kinds of street: a word behind a name that means
        nothing else is one of them with a typo.
        """
        likes, kinds = [], set(typed) & KINDS_OF_STREET
        for word in _told(typed):
            like = self._vocabulary.like(word)
            if likes and not like and (meant := kinds_like(word)):
                kinds |= meant if len(meant) == 1 else set()
            else:
                likes.append((word, like))
        if len(likes) == 1 and len(likes[0][0]) <= _SHORT and not self._short_typos:
            word, like = likes[0]
            likes = [(word, {known: s for known, s in like.items() if known.startswith(word)})]
        return likes, kinds


def _told(words):
    return tuple(word for word in words if word not in KINDS_OF_STREET) or tuple(words)


def _entry(words, subject, weight=1.0):
    return _Entry(words, _told(words), subject, weight)


def _score(likes, entry, kinds) -> _Match:
    """How much of what was typed is in the name, and a little how much of the name was typed."""
    details = tuple(word for word, _like in likes if word in DETAILS and word not in entry.words)
    besides = DIRECTIONS - set(entry.words) | set(details)
    meant = [like for word, like in likes if word not in besides]
    if not meant:
        return _Match(0.0, False, entry.subject)
    hit = sum(max(like.get(word, 0.0) for word in entry.told) for like in meant) / len(meant)
    if hit < 0.6:
        return _Match(0.0, False, entry.subject)
    extra = len(likes) - len(meant)
    covered = [max(like.get(word, 0.0) for like in meant) for word in entry.told]
    share = sum(covered) / len(covered)
    is_whole = hit == share == 1.0 and not extra and kinds <= set(entry.words)
    score = 0.75 * hit + 0.25 * share + _kind_score(kinds, set(entry.words))
    score -= extra * _A_DIRECTION
    return _Match(entry.weight * score, is_whole, entry.subject, details, entry.words)


def _kind_score(kinds, words):
    """`main st` is a street rather than a library; `pier` rather the pier than Pier Avenue."""
    if kinds:
        return 0.05 if kinds <= words else 0.0
    return -0.01 if words & KINDS_OF_STREET else 0.0


@cache.remembered
def _named():
    """Landmarks and their other names, corners, streets."""
    entries = [entry for place in Place.objects.all() for entry in _of_landmark(place)]
    entries += [_entry(place_words(hit.name), hit) for hit in corners()]
    for hit in streets():
        words = place_words(hit.name)
        entries.append(_entry(words, hit, _ALIAS if blocks.is_lane(words) else 1.0))
    return _Index(entries, short_typos=False)


def _of_landmark(place):
    hit = hit_of(place.name, place.kind, place.lat, place.lng)
    aliases = [place_words(name) for name in place.aliases.split(",")]
    yield _entry(place_words(place.name), hit)
    yield from (_entry(words, hit, _ALIAS) for words in aliases)
    every = dict.fromkeys(word for words in (place_words(place.name), *aliases) for word in words)
    yield _entry(tuple(every), hit, _MIXED)  # `st johns hospital`: a word of each name


@cache.remembered
def _numbered():
    """The streets that have house numbers."""
    return _Index([_entry(words, words) for words in blocks.streets()], short_typos=True)


@cache.remembered
def _numbers_of_streets():
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


def _scored(typed) -> list[_Match]:
    """A bare `14` may be a house or 14th Street."""
    if typed.number is None:
        return list(_named().scored(typed.words))
    there, close = _houses(typed)
    named = list(_named().scored(typed.all_words))
    if str(typed.number) in _numbers_of_streets():
        return [*there, *_without_number(named, typed)] or close
    if found := there + close:
        return found + _without_number([one for one in named if one.score >= _WHOLE], typed)
    like = [one._replace(is_whole=False) for one in _named().scored(typed.words)]
    return _without_number(like or named, typed)


def _without_number(matches, typed) -> list[_Match]:
    """Say of corners, streets and landmarks that they are not the house that was typed.

    A landmark that has the number in its name or in another name of it is what was meant.
    """
    number = str(typed.number)
    landmarks = [one for one in matches if one.subject.kind == "landmark"]
    meant = {one.subject for one in landmarks if number in one.words}
    return [
        one if one.subject in meant else one._replace(subject=_numberless(one.subject, typed))
        for one in matches
    ]


def _numberless(hit, typed) -> PlaceHit:
    """A street whose house numbers nobody knows keeps the number in its words."""
    if hit.kind == "street":
        note = _("We don't have house numbers for this street. The pin is in the middle.")
        return replace(hit, name=_written(typed, hit.name), note=note)
    note = _("This isn't number %(number)s. Check that it's the location you mean.")
    return replace(hit, note=note % {"number": f"{typed.number}{typed.letter}"})


def _list_blocks(typed) -> list[PlaceHit]:
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


def _list_alleys(hit) -> list[PlaceHit]:
    """Return the alleys behind a house or a block, nearest first; which one is meant is asked."""
    name = _("%(alley)s, behind %(place)s")

    def _of(lane):
        return name % {"alley": lane.street, "place": hit.name}

    note = _("The pin is in the alley. Move it if it isn't at the right spot.")
    return [
        hit_of(_of(lane), "address", lane.lat, lane.lng, note=note)
        for lane in blocks.list_lanes_near(hit.lat, hit.lng)
    ]


def _houses(typed: Typed) -> tuple[list[_Match], list[_Match]]:
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


def _closest(found, typed) -> Iterator[_Match]:
    words = _(
        "Number %(number)s isn't on our map. The pin goes to %(closest)s, the nearest one we know."
    )
    number = f"{typed.number}{typed.letter}"
    for match in found:
        if house := blocks.closest_house(match.subject, typed.number):
            bonus = _A_CLOSE_ONE + house.is_lane * _A_LANE
            note = words % {"number": number, "closest": house.number}
            subject = _address(house, typed, note)
            yield _Match(match.score + bonus, False, subject, match.details)


def _address(house, typed, note=""):
    return hit_of(_written(typed, house.street), "address", house.lat, house.lng, note=note)


def _written(typed, street):
    unit = f", {typed.unit}" if typed.unit else ""
    return f"{typed.number}{typed.letter} {street}{unit}"


def _ranked(matches, text) -> list[PlaceHit]:
    """Best first, each place once; the first is sure where nothing else is meant as wholly."""
    best: dict[PlaceHit, _Match] = {}
    for match in matches:
        known = best.get(match.subject, match)
        better = match if match.score > known.score else known
        best[match.subject] = better._replace(is_whole=known.is_whole or match.is_whole)
    ranked = sorted(best, key=lambda hit: (-best[hit].score, _KIND_ORDER[hit.kind], hit.name))
    ranked = _once(ranked)
    whole = [hit for hit in ranked if best[hit].is_whole]
    if ranked and whole == ranked[:1]:
        ranked[0] = replace(ranked[0], is_sure=True)  # which is no part of its identity
    return [_with_details(hit, best[hit].details, text) for hit in ranked]


def _with_details(hit, details, text) -> PlaceHit:
    """Keep in a place's name the part of it that was typed: `Clover Park, baseball field`."""
    if not details or hit.kind not in {"address", "landmark"}:
        return hit
    missing = set(details) - set(place_words(hit.name))
    said = [word for word in re.findall(r"\w+", text) if tidy(word) in missing]
    return replace(hit, name=", ".join(filter(None, [hit.name, " ".join(said)])))


def _once(hits):
    """The pier is a landmark and a street: the first of two kinds with one name is enough."""
    kinds: dict[str, str] = {}
    return [hit for hit in hits if kinds.setdefault(hit.name, hit.kind) == hit.kind]


def _is_the_number(hit, typed) -> bool:
    """Whether a house number that was typed is in the name of `hit`: a service, or the corner
    `Main & Pico 1685`, may answer it with another place.
    """
    if typed.number is not None:
        has_it = re.search(rf"\b{typed.number}[A-Z]?\b", hit.name)
        return bool(has_it) or (hit.is_sure and hit.kind == "landmark")
    numbers = {word for word in typed.all_words if word.isdigit() and len(word) >= _LONG_NUMBER}
    return hit.kind == "point" or numbers <= set(place_words(hit.name))


def the_one_meant(text: str, hits: list[PlaceHit]) -> PlaceHit | None:
    """The place that can be taken without asking: the only one, the named one, or a sure one."""
    if not hits or hits[0].note:
        return None
    first, *others = hits
    if not _is_the_number(first, read(text)):
        return None
    is_named = (
        first.name.casefold() == text.casefold() not in {hit.name.casefold() for hit in others}
    )
    is_meant = not others or is_named or (first.is_sure and first.kind != "street")
    return first if is_meant else None
