"""The words of a place's name in one spelling: `Fourteenth Street` and `14th St.` are the same."""

import re

from rapidfuzz.distance import OSA

from city.search.tokens import tidy


def _list(words) -> list[str]:
    return words.split()


_ORDINALS = _list(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_SPANISH = _list("primera segunda tercera cuarta quinta sexta septima octava novena decima")
_NUMBERS = {
    **{word: str(n) for words in (_ORDINALS, _SPANISH) for n, word in enumerate(words, 1)},
    "thirtieth": "30", "fortieth": "40", "fiftieth": "50",
}  # fmt: skip
_SAME = {
    "boulevard": "blvd", "bulevar": "blvd", "boulevar": "blvd", "bl": "blvd", "bd": "blvd",
    "avenue": "ave", "av": "ave", "avenida": "ave", "avda": "ave", "aven": "ave",
    "street": "st", "str": "st", "calle": "st", "saint": "st", "place": "pl", "plaza": "pl",
    "drive": "dr", "court": "ct", "terrace": "ter", "terr": "ter", "highway": "hwy",
    "road": "rd", "lane": "ln", "parkway": "pkwy", "promenade": "prom", "freeway": "fwy",
    "mount": "mt", "sta": "santa", "north": "n", "south": "s", "east": "e", "west": "w",
    "norte": "n", "sur": "s", "este": "e", "oeste": "w",
    "parque": "park", "biblioteca": "library", "escuela": "school",
}  # fmt: skip
KINDS_OF_STREET = frozenset(_list("blvd ave st pl dr ct ter hwy rd way ln pkwy walk loop fwy"))
DIRECTIONS = frozenset("nsew")
JOINING = frozenset(_list("and at y con esquina esq corner cross casi"))
DETAILS = frozenset(  # a part of a place, which its name lacks: `Clover Park baseball field`
    _list(
        "field fields court courts playground restroom restrooms bathroom bathrooms toilet toilets "
        "entrance exit gate gates lawn grass bench benches parking lot baseball softball soccer "
        "football basketball tennis volleyball pickleball diamond picnic table tables fountain "
        "alley alleyway behind callejon detras elevator escalator platform stairs steps ramp "
        "driveway roof lobby "
        "campo cancha canchas beisbol futbol baloncesto tenis bano banos entrada salida "
        "estacionamiento pasto cesped banca bancas mesa mesas fuente elevador escaleras rampa"
    )
)
_EMPTY = JOINING | frozenset(
    _list("the of by in on no num numero number entre between de del en el la los las")
)
_NUMBERED = re.compile(r"([0-9]{1,3})[a-z]{0,3}", re.ASCII)


def place_words(text: str) -> tuple[str, ...]:
    """The words that tell the place from others, and its kind of street in short."""
    every = tidy(text).split()
    words = _spelled(word for word in every if word not in _EMPTY)
    is_bare = words and set(words) <= KINDS_OF_STREET
    return _spelled(every) if is_bare else words  # `By Street`


def _spelled(every) -> tuple:
    words, tens = [], 0
    for word in map(_one_spelling, every):
        if tens and word in set("123456789"):
            words[-1] = str(tens + int(word))
        else:
            words.append(word)
        tens = _TENS.get(word, 0)
    return tuple(words)


def _one_spelling(word) -> str | None:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if numbered := _NUMBERED.fullmatch(word):
        return numbered[1].lstrip("0") or "0"
    return _SAME.get(word, word)


def kinds_like(word: str) -> set[str]:
    """The kinds of street that a short word with a typo may be: `Stret`, `ts`."""
    near = {_SAME.get(kind, kind) for kind in _KINDS_IN_FULL if OSA.distance(word, kind) == 1}
    return near & KINDS_OF_STREET


_KINDS_IN_FULL = KINDS_OF_STREET | {
    word for word, kind in _SAME.items() if kind in KINDS_OF_STREET and len(word) > 4
}
