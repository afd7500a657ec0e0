"""Normalized words of place names: `Fourteenth Street` and `14th St.` have the same."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from city.search.tokens import normalize_text


def _split_words(words: str) -> list[str]:
    return words.split()


_ORDINALS = _split_words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_SPANISH_ORDINALS = _split_words(
    "primera segunda tercera cuarta quinta sexta septima octava novena decima"
)
_NUMBER_BY_ORDINAL = {
    **{word: str(n) for words in (_ORDINALS, _SPANISH_ORDINALS) for n, word in enumerate(words, 1)},
    "thirtieth": "30", "fortieth": "40", "fiftieth": "50",
}  # fmt: skip
_SYNONYMS = {
    "boulevard": "blvd", "bulevar": "blvd", "boulevar": "blvd", "bl": "blvd", "bd": "blvd",
    "avenue": "ave", "av": "ave", "avenida": "ave", "avda": "ave", "aven": "ave",
    "street": "st", "str": "st", "calle": "st", "saint": "st", "place": "pl", "plaza": "pl",
    "drive": "dr", "court": "ct", "terrace": "ter", "terr": "ter", "highway": "hwy",
    "road": "rd", "lane": "ln", "parkway": "pkwy", "promenade": "prom", "freeway": "fwy",
    "mount": "mt", "sta": "santa", "north": "n", "south": "s", "east": "e", "west": "w",
    "norte": "n", "sur": "s", "este": "e", "oeste": "w",
    "parque": "park", "biblioteca": "library", "escuela": "school",
}  # fmt: skip
KINDS_OF_STREET = frozenset(
    _split_words("blvd ave st pl dr ct ter hwy rd way ln pkwy walk loop fwy")
)
DIRECTIONS = frozenset("nsew")
CORNER_WORDS = frozenset(_split_words("and at y con esquina esq corner cross casi"))
DETAIL_WORDS = frozenset(  # a part of a place, which its name lacks: `Clover Park baseball field`
    _split_words(
        "field fields court courts playground restroom restrooms bathroom bathrooms toilet toilets "
        "entrance exit gate gates lawn grass bench benches parking lot baseball softball soccer "
        "football basketball tennis volleyball pickleball diamond picnic table tables fountain "
        "alley alleyway behind callejon detras elevator escalator platform stairs steps ramp "
        "driveway roof lobby "
        "campo cancha canchas beisbol futbol baloncesto tenis bano banos entrada salida "
        "estacionamiento pasto cesped banca bancas mesa mesas fuente elevador escaleras rampa"
    )
)
_STOP_WORDS = CORNER_WORDS | frozenset(
    _split_words("the of by in on no num numero number entre between de del en el la los las")
)
_NUMBERED_STREET = re.compile(r"([0-9]{1,3})[a-z]{0,3}", re.ASCII)


def name_words(text: str) -> tuple[str, ...]:
    """Return the normalized words of a name without stop words such as “the” or “by”.

    If only kinds of street would be left, as in `By Street`, the stop words stay, too.
    """
    every = normalize_text(text).split()
    words = _normalize_words(word for word in every if word not in _STOP_WORDS)
    is_bare = words and set(words) <= KINDS_OF_STREET
    return _normalize_words(every) if is_bare else words  # `By Street`


def _normalize_words(every: Iterable[str]) -> tuple[str, ...]:
    """Return the words with one spelling each; `twenty first` becomes `21`."""
    words: list[str] = []
    tens = 0
    for word in map(_normalize_word, every):
        if tens and word in set("123456789"):
            words[-1] = str(tens + int(word))
        else:
            words.append(word)
        tens = _TENS.get(word, 0)
    return tuple(words)


def _normalize_word(word: str) -> str:
    """Return `14` for `14th` and `fourteenth`, `st` for `street`; any other word as it is."""
    if word in _NUMBER_BY_ORDINAL:
        return _NUMBER_BY_ORDINAL[word]
    if numbered := _NUMBERED_STREET.fullmatch(word):
        return numbered[1].lstrip("0") or "0"
    return _SYNONYMS.get(word, word)


def find_similar_kinds(word: str) -> set[str]:
    """Return the kinds of street that a word with exactly one typo may be: `Stret`, `ts`.

    They are abbreviated (`st`); the set is empty if none is similar.
    """
    near = {_SYNONYMS.get(kind, kind) for kind in _KIND_SPELLINGS if OSA.distance(word, kind) == 1}
    return near & KINDS_OF_STREET


_KIND_SPELLINGS = KINDS_OF_STREET | {
    word for word, kind in _SYNONYMS.items() if kind in KINDS_OF_STREET and len(word) > 4
}
