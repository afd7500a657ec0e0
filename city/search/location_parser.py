"""Parser of typed locations: a house number, a block, a corner, a name or coordinates.

`1685 Main Street, Apt 3, Springfield 90401`, `Main 1685`, `Pico y 4th`, `esquina de Pico y Main`,
`34.0118, -118.4917`.
"""

import re
from typing import NamedTuple

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import City
from city.search.place_names import CORNER_WORDS, DIRECTIONS, KINDS_OF_STREET, name_words
from city.search.region import remove_region, remove_state
from city.search.tokens import normalize_text

_MAX_LENGTH = 200
_NEARNESS_PREFIX = re.compile(  # the words that describe_point uses
    r"\s*(?:in front of|across from|next to|near|opposite|behind|in back of|outside(?: of)?"
    r"|frente al?|enfrente del?|cerca del?|al lado del?|junto al?|detr[aá]s del?|atr[aá]s del?"
    r"|afuera del?)\s",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"\b[0-9]\s*/\s*[0-9]\b|[½¼¾]", re.ASCII)
_UNIT = re.compile(
    r"\b(?:apt|apartment|unit|suite|ste|floor|room|rm|apto|depto|interior|piso)\b\.?\s*#?\s*"
    r"[\w-]{1,8}|#\s*[\w-]{1,8}",
    re.IGNORECASE,
)
# `149 B` is a house; `149 N` begins a street that may be called North.
_LEADING_NUMBER = re.compile(
    r"\s*([0-9]{1,6})(?:-?([a-z])|\s([a-df-mp-rt-vxz]))?(?=[\s,.]|$)", re.ASCII | re.IGNORECASE
)
_TRAILING_NUMBER = re.compile(
    r"(?:\b(?:no|num|numero|number)\b\.?\s*|#\s*)([0-9]{1,6})\s*$|\s([0-9]{3,6})\s*$",
    re.ASCII | re.IGNORECASE,
)
_CORNER_SEPARATOR = re.compile(rf"[&@+/]|\b(?:{'|'.join(sorted(CORNER_WORDS))})\b", re.IGNORECASE)
_PART_SEPARATOR = re.compile(r"[,;\n()]")
_HAS_NUMBER = re.compile(r"[0-9]")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]+", re.ASCII)
_BLOCK = re.compile(
    r"\b([0-9]{1,4}00)(?:th)?(?:\s*-\s*[0-9]{1,4}00)?[\s-]*(?:block|blk|cuadra|bloque)s?\b(?:\s+(?:of|on|del?|en))?"
    r"|\b(?:block|blk|cuadra|bloque)\s+([0-9]{1,4}00)\b(?:\s+(?:of|on|del?|en))?",
    re.ASCII | re.IGNORECASE,
)
_ALLEY = re.compile(
    r"\b(?:(?:in|on|en)\s+)?(?:(?:the|el|un)\s+)?(?:(?:back|rear)\s+)?"
    r"(?:alley(?:way)?|callej[oó]n)\b"
    r"(?:\s+(?:behind|in back of|off|of|near|by|at|detr[aá]s|atr[aá]s|junto|cerca)\b)?"
    r"(?:\s+(?:del?|al?|of)\b)?",
    re.IGNORECASE,
)


class TypedLocation(NamedTuple):
    """A typed location in parts.

    `number` is None if no house number was typed, and the hundred if `is_block`. `letter` belongs
    to the number. `words` are the other words, `all_words` those of the whole text, for a name with
    a number in it. `unit` is the apartment as typed. With `is_alley` the place is the alley behind
    the address.
    """

    number: int | None
    letter: str
    words: tuple[str, ...]
    all_words: tuple[str, ...]
    unit: str = ""
    is_block: bool = False
    is_alley: bool = False


def parse_location(text: str) -> TypedLocation:
    """Return the parts of a typed location, without the end of an address that names the city.

    A text without a block, corner or house number has all its words in `words`. Only the first 200
    characters are read; “next to” and the like are removed.
    """
    text = _FRACTION.sub(" ", _strip_nearness_prefix(text[:_MAX_LENGTH]))
    without_alley = _strip_nearness_prefix(_ALLEY.sub(" ", text, count=1))
    is_alley = without_alley != text and _has_block_or_house(without_alley)
    text = without_alley if is_alley else text
    if block := _BLOCK.search(text):
        street = remove_region(f"{text[: block.start()]} {text[block.end() :]}".strip())
        words = name_words(street)
        hundred = int(block[1] or block[2])
        return TypedLocation(
            hundred, "", words, (str(hundred), *words), is_block=True, is_alley=is_alley
        )
    if _is_corner(text):
        return _parse_corner(remove_region(text, is_corner=True))
    unit, text = _split_unit(text)
    text = _start_at_house_number(remove_region(text))
    every = name_words(text)
    number, letter, rest = _split_house_number(text)
    words = name_words(rest)
    if number is None or not words or set(words) <= KINDS_OF_STREET:
        return TypedLocation(None, "", every, every)
    return TypedLocation(number, letter, words, every, unit, is_alley=is_alley)


def _has_block_or_house(text: str) -> bool:
    """Return True if `text` names a block (`1600 block`) or begins with a house number."""
    return bool(_BLOCK.search(text) or _LEADING_NUMBER.match(text))


def _is_corner(text: str) -> bool:
    """Return True if `text` has a sign or word between two streets: &, @, +, /, `and`, `y`."""
    return bool(re.search(r"[&@+/]", text)) or bool(
        CORNER_WORDS & set(normalize_text(text).split())
    )


def _parse_corner(text: str) -> TypedLocation:
    """Return a corner; after a house number, `words` are those of the number's street."""
    every = name_words(text)
    number, letter, rest = (
        _split_house_number(text) if _LEADING_NUMBER.match(text) else (None, "", "")
    )
    words = name_words(_CORNER_SEPARATOR.split(rest)[0])
    if number is None or not set(words) - KINDS_OF_STREET:
        return TypedLocation(None, "", every, every)
    return TypedLocation(number, letter, words, every)


def _start_at_house_number(text: str) -> str:
    """Return ` 1685 Main St` of `City Hall, 1685 Main St`, with the leading blank.

    The text begins at the first part between commas that starts with a number and has another word.
    Without one, or if the first part has a number, the text is returned as it is.
    """
    first, *others = text.split(",")
    if _HAS_NUMBER.search(first):
        return text
    starts = (
        n for n, part in enumerate(others) if _LEADING_NUMBER.match(part) and len(part.split()) > 1
    )
    start = next(starts, None)
    return text if start is None else ",".join(others[start:])


def parse_typed_point(text: str) -> tuple[float, float] | None:
    """Return the typed latitude and longitude in degrees, or None if `text` is anything else.

    Both must have decimals. The order is swapped if only the swapped point lies in the city.
    """
    parts = text[:_MAX_LENGTH].replace(",", " ").split()
    if len(parts) != 2 or not all(_DECIMAL.fullmatch(part) for part in parts):
        return None
    readings = [_parse_point_or_none(*parts), _parse_point_or_none(*parts[::-1])]
    inside = [point for point in readings if point and geo.is_in_service_area(*point)]
    return next(iter([*inside, *filter(None, readings)]), None)


def _parse_point_or_none(lat: str, lng: str) -> tuple[float, float] | None:
    """Return a latitude and a longitude in degrees, or None if one of them is no coordinate."""
    try:
        latitude, longitude = parse_point(lat, lng)
    except BadCoordinate:
        return None
    return float(latitude), float(longitude)


def find_neighbor_city(text: str) -> str:
    """Return the neighbor city that `text` names after a comma, or at the end of an address.

    Return "" if it names none, or names this city first.
    """
    text = text[:_MAX_LENGTH]
    bare = remove_state(text)
    names = {
        normalize_text(name): name for name in City.current().neighbors if normalize_text(name)
    }
    own = normalize_text(City.current().name)
    for whole in (text, bare):
        parts = [normalize_text(remove_state(part)) for part in _PART_SEPARATOR.split(whole)]
        if found := next((part for part in parts[1:] if part in names or part == own), None):
            return names.get(found, "")
    return _find_city_after_street(bare, names, is_cut=bare != text)


def _find_city_after_street(text: str, names: dict[str, str], *, is_cut: bool) -> str:
    """Return the neighbor city at the end of an address without a comma; "" for none.

    The address must begin with a house number and keep a street's name. A city's name of one word
    counts only after a kind of street (`Main St Venice`) or before a state that was removed
    (`is_cut`); `1685 Venice` may be a street's name. `names` are the cities by their normalized
    names.
    """
    whole = normalize_text(_PART_SEPARATOR.split(text)[0])
    if not _LEADING_NUMBER.match(text):
        return ""
    for name in sorted(names, key=len, reverse=True):
        _number, _space, street = whole.removesuffix(f" {name}").partition(" ")
        words = name_words(street)
        if not whole.endswith(f" {name}") or not set(words) - KINDS_OF_STREET - DIRECTIONS:
            continue
        if " " in name or is_cut or words[-1] in KINDS_OF_STREET:
            return names[name]
    return ""


def _strip_nearness_prefix(text: str) -> str:
    """Return `text` without a prefix such as “next to” or “cerca de”."""
    beside = _NEARNESS_PREFIX.match(text)
    return text[beside.end() :] if beside else text


def _split_unit(text: str) -> tuple[str, str]:
    """Return (unit, rest); a unit is after a street or before a number: `Apt 4, 1685 Main St`."""
    found = _UNIT.search(text)
    before = text[: found.start()].strip(" ,") if found else ""
    after = text[found.end() :] if found else ""
    is_behind = before and not before.isdigit() and _HAS_NUMBER.search(before)
    if not found or not (is_behind or (not before and after.lstrip().startswith(","))):
        return "", text
    return " ".join(found[0].split()), f"{before} {after.lstrip(', ') if not before else after}"


def _split_house_number(text: str) -> tuple[int | None, str, str]:
    """Return (number or None, letter, rest); the number is first, or last as in Spanish."""
    if first := _LEADING_NUMBER.match(text):
        return int(first[1]), (first[2] or first[3] or "").upper(), text[first.end() :]
    street = text.split(",")[0]
    if last := _TRAILING_NUMBER.search(street):
        return int(last[1] or last[2]), "", street[: last.start()]
    return None, "", text
