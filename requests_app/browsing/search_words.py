"""Words that people look for: in a request's place, description and reference, and in what its
category is called in every language of the city.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from city import cache
from city.models import Category, City
from city.search.corners import street_names
from city.search.place_names import name_words
from city.translation import translate
from lib.text import remove_accents
from requests_app.models.queries import split_by_text_index
from requests_app.models.search import SearchText

MOST = 8  # words of one search that count
SHORTEST_WORD = 2  # letters, of a script that only the indexes of parts of words know
SHORTEST_NUMBER = 4  # characters of a request's number by which it is found
_LONGEST = 3  # words of a street's name before its kind
_STREETS = [
    ("street", "st"), ("avenue", "ave", "av"), ("boulevard", "blvd"), ("place", "pl"),
    ("drive", "dr"), ("court", "ct"), ("terrace", "ter"), ("highway", "hwy"), ("road", "rd"),
]  # fmt: skip
_ALIKE = {word: group for group in _STREETS for word in group}


def street_words(term: str) -> tuple[str, ...]:
    """The ways to write a kind of street, where `term` is one: “Street” and “St”."""
    return tuple(_ALIKE.get(term.lower().rstrip("."), ()))


def terms(typed: str) -> list[str]:
    """The words in it, small and without accents, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", folded(typed))))[:MOST]


def is_indexed(typed: str) -> bool:
    """Return True if the index of whole words has each word: all are of Latin letters."""
    words = terms(typed)
    return bool(words) and all(word.isascii() for word in words)


def is_too_short(typed: str) -> bool:
    """Return True if no index leads to what was typed, because it is single letters of a script
    that is looked for within words.
    """
    words = terms(typed)
    is_short = all(len(word) < SHORTEST_WORD for word in words)
    return bool(words) and is_short and not is_indexed(typed)


def of_streets(words: list[str]) -> set[str]:
    """Those of the words that name a street of the city: of “hole main street” the last two. They
    say where, so no category is meant by them, such as a water main.
    """
    found = set()
    for end, word in enumerate(words):
        for start in range(max(0, end - _LONGEST), end if street_words(word) else 0):
            if name_words(" ".join(words[start : end + 1])) in street_names():
                found.update(words[start : end + 1])
    return found


def folded(typed: str) -> str:
    """Small letters without accents, as `SearchText` has them."""
    return unicodedata.normalize("NFC", remove_accents(typed))


def narrow(requests, typed, also=()) -> QuerySet:
    """The requests that say each word, or one that begins with it: “tree” finds no street; and
    those whose ids are in `also`.
    """
    found = _says_all(typed, split_by_text_index)
    if found and also:
        found |= Q(pk__in=also)
    return requests.alias(search_text=SearchText()).filter(found)


def narrow_to_words_or_number(requests: QuerySet, typed: str) -> QuerySet:
    """Return the requests that `narrow` finds, and those with `typed` in their number: four or more
    of its characters, with or without prefix and dashes. None where nothing was typed.
    """
    found = _says_all(typed)
    if not found:
        return requests.none()
    number = [letter for letter in typed.upper() if letter.isascii() and letter.isalnum()]
    if len(number) >= SHORTEST_NUMBER:
        found |= Q(reference__regex="-?".join(number))
    return requests.alias(search_text=SearchText()).filter(found)


def _says_all(typed: str, use_indexes: Callable[[Q], Q] = lambda says: says) -> Q:
    """Return the condition that a request says each word; empty where there is none."""
    found, words = Q(), terms(typed)
    streets = of_streets(words)
    for term in words:
        says = use_indexes(_says(term))
        if term not in streets:
            says |= Q(category__in=categories_that_say(term))
        found &= says
    return found


def forms(term) -> tuple[list[str], list[str]]:
    """What a word may begin with, and what it may be as a whole, to be what `term` means: several
    are one (“potholes”, “árboles”), and a street's kind is short or long (“street”, “St”), always
    the whole word: no “streetlight”, no “driveway”.
    """
    if alike := _ALIKE.get(term):
        return [], [*alike]
    if len(term) > 4 and term.endswith("es"):
        return [term[:-1]], [term[:-2]]
    if len(term) > 3 and term.endswith("s") and not term.endswith("ss"):
        return [term[:-1]], []
    return [term], []


def _says(term: str) -> Q:
    """Return the condition that a request says a word.

    Scripts that PostgreSQL may not know as letters are looked for anywhere in a word. From three
    letters on an index leads there; it would not for a regular expression.
    """
    if not term.isascii():
        return Q(search_text__contains=term)
    beginnings, wholes = forms(term)
    words = "|".join([*beginnings, *(rf"{whole}\M" for whole in wholes)])
    return Q(search_text__regex=rf"\m({words})")


def categories_that_say(term) -> list[int]:
    """The ids of those that are called so, are in a group that is, or have it for a keyword. For a
    street's kind their own names count, from its beginning (“Street light”): a group of streets or
    a keyword such as “hole in the street” names none.
    """
    beginnings, wholes = forms(term)
    street = street_words(term)
    begins = tuple(street[:1] or beginnings)

    def says(word) -> bool:
        return word.startswith(begins) or word in wholes

    return [
        pk
        for pk, names, others in _sayings()
        if any(map(says, names if street else names | others))
    ]


@cache.cache_per_version
def _sayings() -> list[tuple[Any, frozenset[str], frozenset[str]]]:
    """(id, words of its names, of its group's names and keywords) of each category, also of those
    no longer in use.
    """
    return [
        (one.pk, _words_of(*_named(one.name)), _words_of(*_named(one.group.name), one.keywords))
        for one in Category.objects.all()
    ]


def _words_of(*texts) -> frozenset[str]:
    """All of them, which may be more words than a search may have."""
    parts = (part for text in texts for part in re.split(r"[,;\s]+", text))
    return frozenset(term for part in parts for term in terms(part))


def _named(name) -> tuple[Any, Any]:
    """In every language of the city."""
    return name, *(translate(name, code) for code in City.current().languages)
