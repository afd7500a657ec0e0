"""What somebody typed to say where: a house number, a corner or a name.

`1685 Main Street, Apt 3, Springfield 90401`, `Main 1685`, `Pico y 4th`, `esquina de Pico y Main`.
"""

import re
from typing import NamedTuple

from city.models import City
from city.search.names import JOINING, KINDS_OF_STREET, place_words
from city.search.words import tidy

_LONGEST = 200
_BESIDE = re.compile(  # as this very search says places
    r"\s*(?:in front of|across from|next to|near|opposite|frente al?|enfrente del?|cerca del?"
    r"|al lado del?|junto al?)\s",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"\b[0-9]\s*/\s*[0-9]\b|[½¼¾]", re.ASCII)
_UNIT = re.compile(
    r"\b(?:apt|apartment|unit|suite|ste|apto|depto|interior)\b\.?\s*#?\s*\w+|#\s*\w+", re.IGNORECASE
)
_FIRST = re.compile(r"\s*([0-9]{1,6})\s?-?([a-z])?(?=[\s,.]|$)", re.ASCII | re.IGNORECASE)
_LAST = re.compile(
    r"(?:\b(?:no|num|numero|number)\b\.?\s*|#\s*)([0-9]{1,6})\s*$|\s([0-9]{3,6})\s*$",
    re.ASCII | re.IGNORECASE,
)
_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)


class Typed(NamedTuple):
    """`number` is None where no house number was typed; `words` are those of the rest,
    `all_words` those of everything, for a name that has a number in it.
    """

    number: int | None
    letter: str
    words: tuple[str, ...]
    all_words: tuple[str, ...]
    is_corner: bool


def read(text: str) -> Typed:
    text = _FRACTION.sub(" ", _without_beside(text[:_LONGEST]))
    is_corner = bool(re.search(r"[&@+/]", text)) or bool(JOINING & set(tidy(text).split()))
    every = _words(text, is_corner)
    if is_corner:
        return Typed(None, "", every, every, True)
    number, letter, rest = _house(text)
    words = _words(rest, is_corner)
    if number is None or not words or set(words) <= KINDS_OF_STREET:
        return Typed(None, "", every, every, False)
    return Typed(number, letter, words, every, False)


def _without_beside(text):
    beside = _BESIDE.match(text)
    return text[beside.end() :] if beside else text


def _house(text):
    """(number, letter, the rest); the number stands first, or last as in Spanish."""
    if first := _FIRST.match(text):
        rest = text[first.end() :]
        return int(first[1]), (first[2] or "").upper(), _UNIT.sub(" ", rest)
    street = text.split(",")[0]
    if last := _LAST.search(street):
        return int(last[1] or last[2]), "", street[: last.start()]
    return None, "", text


def _words(text, is_corner):
    parts = text.split(",")
    kept = [part for n, part in enumerate(parts) if n == 0 or not _is_the_city(part)]
    return _without_the_city(place_words(" ".join(kept)), is_corner)


def _is_the_city(part):
    words = place_words(part)
    city = _city_words()
    has_postcode = any(_POSTCODE.fullmatch(word) for word in words)
    return has_postcode or words[: len(city)] == city or [len(w) for w in words] == [2]


def _without_the_city(words, is_corner):
    """`main st springfield ca 90401` without its end; the city's name alone stays."""
    city, end = _city_words(), len(words)
    if end and _POSTCODE.fullmatch(words[end - 1]):
        end -= 1
    if end and len(words[end - 1]) == 2 and words[end - 1] not in KINDS_OF_STREET:
        end -= 1
    start = end - len(city)
    is_left_out = start > 0 and words[start:end] == city and not (is_corner and end == len(words))
    return words[:start] if is_left_out else words


def _city_words():
    return place_words(City.objects.current().name)
