"""What somebody typed to say where: a house number, a corner or a name.

`1685 Main Street, Apt 3, Springfield 90401`, `Main 1685`, `Pico y 4th`, `esquina de Pico y Main`,
`34.0118, -118.4917`.
"""

import re
from typing import Any, NamedTuple

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import City
from city.search.names import DIRECTIONS, JOINING, KINDS_OF_STREET, place_words
from city.search.region import remove_region, remove_state
from city.search.tokens import tidy

_LONGEST = 200
_BESIDE = re.compile(  # as this very search says places
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
_FIRST = re.compile(  # `149 B` is a house, `149 N` begins a street that may be called North
    r"\s*([0-9]{1,6})(?:-?([a-z])|\s([a-df-mp-rt-vxz]))?(?=[\s,.]|$)", re.ASCII | re.IGNORECASE
)
_LAST = re.compile(
    r"(?:\b(?:no|num|numero|number)\b\.?\s*|#\s*)([0-9]{1,6})\s*$|\s([0-9]{3,6})\s*$",
    re.ASCII | re.IGNORECASE,
)
_JOINED = re.compile(rf"[&@+/]|\b(?:{'|'.join(sorted(JOINING))})\b", re.IGNORECASE)
_PART = re.compile(r"[,;\n()]")
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


class Typed(NamedTuple):
    """`number` is None where no house number was typed; `words` are those of the rest,
    `all_words` those of everything, for a name that has a number in it. `unit` is the apartment as
    it was typed; `letter` belongs to the number. With `is_block`, `number` is the hundred of a
    block; with `is_alley` the place is the alley behind the address.
    """

    number: int | None
    letter: str
    words: tuple[str, ...]
    all_words: tuple[str, ...]
    unit: str = ""
    is_block: bool = False
    is_alley: bool = False


def read(text: str) -> Typed:
    """Return what `text` says of a place, without the end of an address that names the city."""
    text = _FRACTION.sub(" ", _without_beside(text[:_LONGEST]))
    without_alley = _without_beside(_ALLEY.sub(" ", text, count=1))
    is_alley = without_alley != text and _has_block_or_house(without_alley)
    text = without_alley if is_alley else text
    if block := _BLOCK.search(text):
        street = remove_region(f"{text[: block.start()]} {text[block.end() :]}".strip())
        words = place_words(street)
        number = int(block[1] or block[2])
        return Typed(number, "", words, (str(number), *words), is_block=True, is_alley=is_alley)
    if _is_corner(text):
        return _read_corner(remove_region(text, is_corner=True))
    unit, text = _unit(text)
    text = _start_at_house_number(remove_region(text))
    every = place_words(text)
    number, letter, rest = _house(text)
    words = place_words(rest)
    if number is None or not words or set(words) <= KINDS_OF_STREET:
        return Typed(None, "", every, every)
    return Typed(number, letter, words, every, unit, is_alley=is_alley)


def _has_block_or_house(text: str) -> bool:
    return bool(_BLOCK.search(text) or _FIRST.match(text))


def _is_corner(text: str) -> bool:
    return bool(re.search(r"[&@+/]", text)) or bool(JOINING & set(tidy(text).split()))


def _read_corner(text: str) -> Typed:
    """Return a corner; with a house number in front, `words` are those of the street with it."""
    every = place_words(text)
    number, letter, rest = _house(text) if _FIRST.match(text) else (None, "", "")
    words = place_words(_JOINED.split(rest)[0])
    if number is None or not set(words) - KINDS_OF_STREET:
        return Typed(None, "", every, every)
    return Typed(number, letter, words, every)


def _start_at_house_number(text: str) -> str:
    """Return `1685 Main St` of `City Hall, 1685 Main St`; any other text as it is."""
    first, *others = text.split(",")
    if _HAS_NUMBER.search(first):
        return text
    starts = (n for n, part in enumerate(others) if _FIRST.match(part) and len(part.split()) > 1)
    start = next(starts, None)
    return text if start is None else ",".join(others[start:])


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


def _point(lat, lng) -> tuple[float, ...] | None:
    try:
        return tuple(map(float, parse_point(lat, lng)))
    except BadCoordinate:
        return None


def other_city(text: str) -> str:
    """Return the neighbor city that `text` names behind a comma, or at the end of an address;
    empty where it names none, or this city before it.
    """
    text = text[:_LONGEST]
    bare = remove_state(text)
    names = {tidy(name): name for name in City.current().neighbors if tidy(name)}
    own = tidy(City.current().name)
    for whole in (text, bare):
        parts = [tidy(remove_state(part)) for part in _PART.split(whole)]
        if found := next((part for part in parts[1:] if part in names or part == own), None):
            return names.get(found, "")
    return _city_behind_street(bare, names, is_cut=bare != text)


def _city_behind_street(text: str, names: dict[str, str], *, is_cut: bool) -> str:
    """Return the neighbor city at the end of a house's address that has no comma before it.

    A name of one word stands behind the kind of street (`Main St Venice`) or before a state, which
    `is_cut` says; `1685 Venice` may be a street's name.
    """
    whole = tidy(_PART.split(text)[0])
    if not _FIRST.match(text):
        return ""
    for name in sorted(names, key=len, reverse=True):
        _number, _space, street = whole.removesuffix(f" {name}").partition(" ")
        words = place_words(street)
        if not whole.endswith(f" {name}") or not set(words) - KINDS_OF_STREET - DIRECTIONS:
            continue
        if " " in name or is_cut or words[-1] in KINDS_OF_STREET:
            return names[name]
    return ""


def _without_beside(text) -> str:
    beside = _BESIDE.match(text)
    return text[beside.end() :] if beside else text


def _unit(text) -> tuple[str, Any] | tuple[str, str]:
    """(unit, the rest): behind a street, or in front of a number: `Apt 4, 1685 Main St`."""
    found = _UNIT.search(text)
    before = text[: found.start()].strip(" ,") if found else ""
    after = text[found.end() :] if found else ""
    is_behind = before and not before.isdigit() and _HAS_NUMBER.search(before)
    if not found or not (is_behind or (not before and after.lstrip().startswith(","))):
        return "", text
    return " ".join(found[0].split()), f"{before} {after.lstrip(', ') if not before else after}"


def _house(text) -> tuple[int, str, Any] | tuple[None, str, Any]:
    """(number, letter, the rest); the number stands first, or last as in Spanish."""
    if first := _FIRST.match(text):
        return int(first[1]), (first[2] or first[3] or "").upper(), text[first.end() :]
    street = text.split(",")[0]
    if last := _LAST.search(street):
        return int(last[1] or last[2]), "", street[: last.start()]
    return None, "", text
