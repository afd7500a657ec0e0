"""What somebody typed to say where: a house number, a corner or a name.

`1685 Main Street, Apt 3, Springfield 90401`, `Main 1685`, `Pico y 4th`, `esquina de Pico y Main`,
`34.0118, -118.4917`.
"""

import re
from typing import NamedTuple

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import City
from city.search.names import JOINING, KINDS_OF_STREET, place_words
from city.search.tokens import tidy

_LONGEST = 200
_BESIDE = re.compile(  # as this very search says places
    r"\s*(?:in front of|across from|next to|near|opposite|frente al?|enfrente del?|cerca del?"
    r"|al lado del?|junto al?)\s",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"\b[0-9]\s*/\s*[0-9]\b|[½¼¾]", re.ASCII)
_UNIT = re.compile(
    r"\b(?:apt|apartment|unit|suite|ste|floor|room|rm|apto|depto|interior|piso)\b\.?\s*#?\s*"
    r"[\w-]{1,8}|#\s*[\w-]{1,8}",
    re.IGNORECASE,
)
_FIRST = re.compile(  # `149 B` is a house, `149 N` begins a street that may be called North
    r"\s*([0-9]{1,6})(?:-?([a-z])|\s([a-df-mp-rt-vxz]))?(?=[\s,.]|$)", re.ASCII | re.IGNORECASE
)
_LAST = re.compile(
    r"(?:\b(?:no|num|numero|number)\b\.?\s*|#\s*)([0-9]{1,6})\s*$|\s([0-9]{3,6})\s*$",
    re.ASCII | re.IGNORECASE,
)
_HAS_NUMBER = re.compile(r"[0-9]")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]+", re.ASCII)
_LAST_STATE, _LAST_POSTCODE = re.compile(r" [a-z]{2}$"), re.compile(r" [0-9]{5}$", re.ASCII)
_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)


class Typed(NamedTuple):
    """`number` is None where no house number was typed; `words` are those of the rest,
    `all_words` those of everything, for a name that has a number in it. `unit` is the apartment as
    it was typed; `letter` belongs to the number.
    """

    number: int | None
    letter: str
    words: tuple[str, ...]
    all_words: tuple[str, ...]
    unit: str = ""


def read(text: str) -> Typed:
    text = _FRACTION.sub(" ", _without_beside(text[:_LONGEST]))
    is_corner = bool(re.search(r"[&@+/]", text)) or bool(JOINING & set(tidy(text).split()))
    if is_corner:
        every = _words(text, is_corner)
        return Typed(None, "", every, every)
    unit, text = _unit(text)
    every = _words(text, is_corner)
    number, letter, rest = _house(text)
    words = _words(rest, is_corner)
    if number is None or not words or set(words) <= KINDS_OF_STREET:
        return Typed(None, "", every, every)
    return Typed(number, letter, words, every, unit)


def point_of(text: str) -> tuple[float, float] | None:
    """The latitude and longitude that were typed, in either order where only one of them lies in
    the city; None for anything else.
    """
    parts = text[:_LONGEST].replace(",", " ").split()
    if len(parts) != 2 or not all(_DECIMAL.fullmatch(part) for part in parts):
        return None
    readings = [_point(*parts), _point(*parts[::-1])]
    inside = [point for point in readings if point and geo.in_service_area(*point)]
    return next(iter([*inside, *filter(None, readings)]), None)


def _point(lat, lng):
    try:
        return tuple(map(float, parse_point(lat, lng)))
    except BadCoordinate:
        return None


def other_city(text: str) -> str:
    """The neighbor city that was named behind a comma, or at the end of an address; or nothing."""
    parts = [tidy(part) for part in text[:_LONGEST].split(",")]
    names = {tidy(name): name for name in City.current().neighbors if tidy(name)}
    for part in parts[1:]:
        if found := _without_ends(part) & names.keys():
            return names[found.pop()]
    wholes = _without_ends(parts[0])
    ends = [n for n in names if " " in n and any(whole.endswith(f" {n}") for whole in wholes)]
    return names[max(ends, key=len)] if ends and _FIRST.match(text) else ""


def _without_ends(part):
    """As it is, without its postcode, and without its state too: `west la 90025`."""
    bare = _LAST_POSTCODE.sub("", part)
    return {part, bare, _LAST_STATE.sub("", bare)}


def _without_beside(text):
    beside = _BESIDE.match(text)
    return text[beside.end() :] if beside else text


def _unit(text):
    """(unit, the rest): behind a street, or in front of a number: `Apt 4, 1685 Main St`."""
    found = _UNIT.search(text)
    before = text[: found.start()].strip(" ,") if found else ""
    after = text[found.end() :] if found else ""
    is_behind = before and not before.isdigit() and _HAS_NUMBER.search(before)
    if not found or not (is_behind or (not before and after.lstrip().startswith(","))):
        return "", text
    return " ".join(found[0].split()), f"{before} {after.lstrip(', ') if not before else after}"


def _house(text):
    """(number, letter, the rest); the number stands first, or last as in Spanish."""
    if first := _FIRST.match(text):
        return int(first[1]), (first[2] or first[3] or "").upper(), text[first.end() :]
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
    return place_words(City.current().name)
