"""Removal of the end of a typed address that names the city, its zones, state or country.

`1685 Main St, Springfield, California 90401, United States` becomes `1685 Main St`, by the names in
`city.toml`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from city import cache
from city.models import City, Zone
from city.search.corners import street_names
from city.search.place_names import CORNER_WORDS, DIRECTIONS, KINDS_OF_STREET, name_words
from city.search.tokens import normalize_text

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[&@+/]")
_PART_SEPARATOR = re.compile(r"[,;\n()|]|\s[-–—·]+\s")  # between two parts of an address
_HOUSE = re.compile(r"\s*[0-9]{1,6}(?:-?[a-z])?(?=[\s,.]|$)", re.ASCII | re.IGNORECASE)
_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)
_POSTCODE_END = re.compile(r"[0-9]{4}", re.ASCII)  # of nine digits: 90401-3324
_COUNTY_WORDS = frozenset(["county", "condado"])
_SIDES_OF_A_CORNER = 2
_MIN_LENGTH_FOR_TYPOS, _MAX_TYPOS = 8, 2  # letters of a name, and typos in it
_SHORTEST_PREFIX = 3  # letters of an abbreviation: Cal., Calif.
_COUNTRY_NAMES = {
    "US": [
        "usa", "u s a", "u s", "united states", "united states of america", "estados unidos",
        "estados unidos de america", "ee uu", "eeuu", "e u a", "eua",
    ],
}  # fmt: skip


type _Finder = Callable[[_Address], int | None]


class _Token(NamedTuple):
    """A normalized word and its offset; `starts_part` marks the first of a part of the address."""

    word: str
    start: int
    starts_part: bool


@dataclass(frozen=True)
class _Region:
    """The names of a city's region, each as a tuple of words."""

    cities: frozenset[tuple[str, ...]]
    zones: frozenset[tuple[str, ...]]
    states: frozenset[tuple[str, ...]]
    countries: frozenset[tuple[str, ...]]
    is_state_a_street: bool


@cache.cache_per_version
def _load_region() -> _Region:
    """Return the names of the city, its zones, its state and its country, as normalized words.

    It also has whether the state's name is a street here.
    """
    city = City.current()
    state = tuple(normalize_text(city.state).split())
    countries = [city.country, *_COUNTRY_NAMES.get(city.country, [])]
    streets = {tuple(w for w in words if w not in KINDS_OF_STREET) for words in street_names()}
    return _Region(
        frozenset({tuple(normalize_text(city.name).split()), name_words(city.name)} - {()}),
        frozenset(tuple(normalize_text(zone.name).split()) for zone in Zone.objects.all()),
        frozenset([state] if state else []),
        frozenset(tuple(normalize_text(name).split()) for name in countries if name),
        state in streets,
    )


def has_house_number(text: str) -> bool:
    """Return True if `text` begins with a house number, as `1685` or `149B`, and not `14th`."""
    return bool(_HOUSE.match(text))


def remove_region(text: str, *, is_corner: bool = False) -> str:
    """Return `text` without the city, zone, county, state, postcode and country at its end.

    The rest always names a street or a place: `1015 California` keeps its street, and `Lincoln,
    California` its corner if a street has the name of the state.
    """
    return _Address(text, is_corner).cut_names(_CITY_FINDERS)


def remove_state(text: str) -> str:
    """Return `text` without the county, state, postcode and country at its end; the city stays."""
    return _Address(text, is_corner=False, is_loose=True).cut_names(_STATE_FINDERS)


class _Address:
    """An address from whose end names are removed; `is_loose` removes doubtful names, too."""

    def __init__(self, text: str, is_corner: bool, is_loose: bool = False) -> None:
        self._text = text
        self._tokens = _list_tokens(text)
        self._end = len(self._tokens)
        self._is_corner = is_corner
        self._is_loose = is_loose
        self._has_number = has_house_number(text)
        self._sides = _count_sides(self._words(0, self._end))

    def cut_names(self, units: dict[str, _Finder]) -> str:
        """Return the text before the names of `units`, in any order, each at most once."""
        left = dict(units)
        while name := next((each for each in left if self._cut_name(left[each])), None):
            del left[name]
        if self._end == len(self._tokens):
            return self._text
        return self._text[: self._tokens[self._end].start].rstrip(" ,;.-–—|(·\n")

    def _cut_name(self, find_start: _Finder) -> bool:
        """Remove the name that `find_start` finds if enough is left; return True if it did."""
        start = find_start(self)
        if start is None or not self._is_enough(start):
            return False
        self._end = start
        return True

    def _words(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(token.word for token in self._tokens[start:end])

    def _find_suffix(self, names: Iterable[tuple[str, ...]]) -> int | None:
        """Return the start of the longest of `names` that ends the address, or None."""
        found = [
            self._end - len(name)
            for name in names
            if name and self._words(max(0, self._end - len(name)), self._end) == name
        ]
        return min(found, default=None)

    def _has_comma_before(self, start: int) -> bool:
        """Return True if token `start` is the first of a part of the address."""
        return self._tokens[start].starts_part

    def _start_of_last_part(self) -> int:
        """Return the index of the first token after the last comma, 0 without a comma."""
        return next((n for n in range(self._end - 1, 0, -1) if self._has_comma_before(n)), 0)

    def _is_cut(self) -> bool:
        """Return True if a name was removed already."""
        return self._end < len(self._tokens)

    def _is_enough(self, start: int) -> bool:
        """Return True if the words before `start` still name a place, or both sides of a corner."""
        if self._is_loose:
            return start > 0
        words = self._words(0, start)
        if self._is_corner:
            return _count_sides(words) >= min(_SIDES_OF_A_CORNER, self._sides) and (
                self._sides >= _SIDES_OF_A_CORNER or self._has_comma_before(start)
            )
        named = name_words(" ".join(words[1:] if self._has_number else words))
        return bool(set(named) - KINDS_OF_STREET - DIRECTIONS)

    # Each returns the index of the token at which its name begins, or None.

    def find_country(self) -> int | None:
        return self._find_suffix(_load_region().countries)

    def find_county(self) -> int | None:
        """Return the start of the last part if it begins or ends with `county`, or None."""
        start = self._start_of_last_part()
        words = self._words(start, self._end)
        is_county = words and (words[-1] in _COUNTY_WORDS or words[0] in _COUNTY_WORDS)
        return start if start and is_county else None

    def find_postcode(self) -> int | None:
        """Return the start of the part that has the postcode, or of the postcode, or None.

        The rest of its part gives the city or state in another spelling. A bare number counts only
        after a name, in an address that begins with a house number, or if `is_loose`.
        """
        start = self._end - 1
        words = self._words(0, self._end)
        if start > 0 and _POSTCODE_END.fullmatch(words[start]) and _POSTCODE.fullmatch(words[-2]):
            start -= 1
        part = self._start_of_last_part()
        inside = [n for n in range(part, self._end) if _POSTCODE.fullmatch(words[n])]
        if part and inside:
            return part
        if start <= 0 or not _POSTCODE.fullmatch(words[start]):
            return None
        is_behind_a_name = (
            self._has_city_before(start) or self._find_state_before(start) is not None
        )
        return start if self._has_number or self._is_loose or is_behind_a_name else None

    def find_state(self) -> int | None:
        """Return the start of the state at the end if it is certainly no street's name, or None."""
        start = self._find_state_before(self._end)
        if start is None or start == 0:
            return None
        is_abbreviated = all(len(word) <= 2 for word in self._words(start, self._end))
        is_certain = (
            self._is_loose
            or (is_abbreviated and self._has_comma_before(start))
            or self._has_number
            or not _load_region().is_state_a_street
            or self._has_city_before(start)
            or (self._has_comma_before(start) and (self._is_cut() or self._is_corner))
        )
        return start if is_certain else None

    def find_city(self) -> int | None:
        """Return the start of the city's name at the end, also misspelled, or None."""
        return self._find_city_before(self._end)

    def find_zone(self) -> int | None:
        """Return the start of a zone's name at the end, or None.

        The address must begin with a house number, and a comma must precede the zone.
        """
        start = self._find_suffix(_load_region().zones)
        return start if start and self._has_number and self._has_comma_before(start) else None

    def _has_city_before(self, end: int) -> bool:
        """Return True if the city's name ends at `end`; misspelled only as the whole last part."""
        return self._find_city_before(end) is not None

    def _find_city_before(self, end: int) -> int | None:
        """Return the start of the city's name that ends at token `end`, or None.

        At the end of the address also a misspelled name counts, if it is the whole last part.
        """
        cities = _load_region().cities
        for size in sorted({len(name) for name in cities}, reverse=True):
            start = end - size
            if start > 0 and name_words(" ".join(self._words(start, end))) in cities:
                return start
        start = self._start_of_last_part()
        is_part = end == self._end and start > 0
        return (
            start
            if is_part and _is_misspelled_name("".join(self._words(start, end)), cities)
            else None
        )

    def _find_state_before(self, end: int) -> int | None:
        """Return the start of the state that ends at `end`, or None.

        The state is spelled out, begun (`Calif`), or given as two letters with or without points.
        After a comma or the city, any two letters and a misspelled state count, too.
        """
        for state in _load_region().states:
            start = end - len(state)
            if start > 0 and self._words(start, end) == state:
                return start
        if end < 2:
            return None
        word, start = self._words(end - 1, end)[0], end - 1
        if len(word) == 1 and end > 2 and not word.isdigit():  # `C.A.`
            before = self._words(end - 2, end - 1)[0]
            word, start = before + word, end - 2
            return start if len(before) == 1 and _is_state_abbreviation(word) else None
        is_two_letters = len(word) == 2 and word.isalpha() and word not in KINDS_OF_STREET
        if is_two_letters and (self._has_comma_before(start) or self._has_city_before(start)):
            return start
        if _is_state_abbreviation(word):
            return start
        may_have_typos = self._has_comma_before(start) or self._has_city_before(start)
        return (
            start if may_have_typos and _is_misspelled_name(word, _load_region().states) else None
        )


_STATE_FINDERS: dict[str, _Finder] = {
    "country": _Address.find_country,
    "postcode": _Address.find_postcode,
    "state": _Address.find_state,
    "county": _Address.find_county,
}
_CITY_FINDERS: dict[str, _Finder] = {
    **_STATE_FINDERS,
    "city": _Address.find_city,
    "zone": _Address.find_zone,
}


def _list_tokens(text: str) -> list[_Token]:
    """Return the normalized words of `text`; a sign such as `&` becomes the word `and`."""
    found: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        is_new = bool(found) and bool(_PART_SEPARATOR.search(text[end : match.start()]))
        word = "".join(normalize_text(match[0]).split()) or "and"  # a sign between two streets
        found.append(_Token(word, match.start(), is_new))
        end = match.end()
    return found


def _count_sides(words: Iterable[str]) -> int:
    """Return the number of streets that a corner names, separated by words such as `and`."""
    runs, is_inside = 0, False
    for word in words:
        is_inside, runs = (
            word not in CORNER_WORDS,
            runs + (word not in CORNER_WORDS and not is_inside),
        )
    return runs


def _is_misspelled_name(word: str, names: Iterable[tuple[str, ...]]) -> bool:
    """Return True if `word` is one of the long names, without blanks, with at most two typos."""
    wholes = ("".join(name) for name in names)
    return any(
        len(whole) >= _MIN_LENGTH_FOR_TYPOS and OSA.distance(word, whole) <= _MAX_TYPOS
        for whole in wholes
    )


def _is_state_abbreviation(word: str) -> bool:
    """Return True for a state's beginning, initials, or two letters that are no kind of street."""
    for state in _load_region().states:
        whole = "".join(state)
        if len(state) > 1 and word == "".join(part[0] for part in state):
            return True
        if len(word) == 2 and word[0] == whole[0] and word[1] in whole[1:]:
            return word not in KINDS_OF_STREET
        if len(word) >= _SHORTEST_PREFIX and whole.startswith(word):
            return True
    return False
