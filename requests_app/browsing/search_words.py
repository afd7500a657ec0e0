"""Search terms and their forms, and conditions to find requests by them.

A term is searched for in a request's location, description and reference, and in the names of its
category in every language of the city.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from city import cache
from city.models import Category, City
from city.search.corners import street_names
from city.search.place_names import name_words
from city.translation import translate
from lib.text import remove_accents
from requests_app.models import ServiceRequest
from requests_app.models.queries import split_by_text_index
from requests_app.models.search import SearchText

MAX_TERMS = 8  # words of one search that count
MIN_WORD_LENGTH = 2  # letters, in scripts that only the indexes of parts of words support
MIN_NUMBER_LENGTH = 4  # characters of a request's number by which it is found
_MAX_STREET_WORDS = 3  # words of a street's name before its type, such as “street”
_STREET_TYPES = [
    ("street", "st"), ("avenue", "ave", "av"), ("boulevard", "blvd"), ("place", "pl"),
    ("drive", "dr"), ("court", "ct"), ("terrace", "ter"), ("highway", "hwy"), ("road", "rd"),
]  # fmt: skip
_STREET_TYPE_SYNONYMS = {word: group for group in _STREET_TYPES for word in group}


def street_type_synonyms(term: str) -> tuple[str, ...]:
    """Return the spellings of a street type, such as "street" and "st"; () for other words."""
    return tuple(_STREET_TYPE_SYNONYMS.get(term.lower().rstrip("."), ()))


def split_terms(typed: str) -> list[str]:
    """Return the distinct words of `typed`, folded, MAX_TERMS at most."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", fold_text(typed))))[:MAX_TERMS]


def has_only_indexed_words(typed: str) -> bool:
    """Return True if the index of whole words can answer: there are words, all in Latin letters."""
    words = split_terms(typed)
    return bool(words) and all(word.isascii() for word in words)


def is_too_short(typed: str) -> bool:
    """Return True if no index can answer: all words are single letters, not only Latin ones."""
    words = split_terms(typed)
    is_short = all(len(word) < MIN_WORD_LENGTH for word in words)
    return bool(words) and is_short and not has_only_indexed_words(typed)


def find_street_terms(words: list[str]) -> set[str]:
    """Return the terms that name a street of the city, such as "main" and "street".

    No category is searched for by these terms, such as a water main.
    """
    found = set()
    for end, word in enumerate(words):
        for start in range(
            max(0, end - _MAX_STREET_WORDS), end if street_type_synonyms(word) else 0
        ):
            if name_words(" ".join(words[start : end + 1])) in street_names():
                found.update(words[start : end + 1])
    return found


def fold_text(typed: str) -> str:
    """Return the text in lower case, without accents and in NFC, like `SearchText`."""
    return unicodedata.normalize("NFC", remove_accents(typed))


def narrow_to_words(
    requests: QuerySet[ServiceRequest], typed: str, also: Sequence[int] = ()
) -> QuerySet[ServiceRequest]:
    """Return the requests that match every word of `typed`, and those whose ids are in `also`.

    Return all of `requests` if `typed` has no words. A word matches words that begin with it, but a
    term such as "tree" does not match "street".
    """
    found = build_words_condition(typed, split_by_text_index)
    if found and also:
        found |= Q(pk__in=also)
    return requests.alias(search_text=SearchText()).filter(found)


def narrow_to_words_or_number(requests: QuerySet, typed: str) -> QuerySet:
    """Return the requests that match every word, and those with `typed` in their reference number.

    At least four characters of a number are needed, with or without prefix and dashes. Return none
    if nothing was typed.
    """
    found = build_words_condition(typed)
    if not found:
        return requests.none()
    number = [letter for letter in typed.upper() if letter.isascii() and letter.isalnum()]
    if len(number) >= MIN_NUMBER_LENGTH:
        found |= Q(reference__regex="-?".join(number))
    return requests.alias(search_text=SearchText()).filter(found)


def build_words_condition(
    typed: str, use_indexes: Callable[[Q], Q] = lambda condition: condition
) -> Q:
    """Return the condition that a request matches each word; an empty one without words."""
    found, words = Q(), split_terms(typed)
    streets = find_street_terms(words)
    for term in words:
        says = use_indexes(_build_term_condition(term))
        if term not in streets:
            says |= Q(category__in=find_category_ids(term))
        found &= says
    return found


class TermForms(NamedTuple):
    """Beginnings of words and whole words that match a term."""

    beginnings: list[str]
    wholes: list[str]


def term_forms(term: str) -> TermForms:
    """Return the beginnings and whole words that match `term`.

    A plural matches its singular (“potholes”, “árboles”). A street type matches its spellings
    (“street”, “St”) as whole words only, so not “streetlight” or “driveway”.
    """
    if synonyms := _STREET_TYPE_SYNONYMS.get(term):
        return TermForms([], [*synonyms])
    if len(term) > 4 and term.endswith("es"):
        return TermForms([term[:-1]], [term[:-2]])
    if len(term) > 3 and term.endswith("s") and not term.endswith("ss"):
        return TermForms([term[:-1]], [])
    return TermForms([term], [])


def _build_term_condition(term: str) -> Q:
    """Return the condition that a request's text matches one word.

    Words in scripts that PostgreSQL may not know as letters are searched for within words. An index
    supports this from three letters on, but not for a regular expression.
    """
    if not term.isascii():
        return Q(search_text__contains=term)
    beginnings, wholes = term_forms(term)
    words = "|".join([*beginnings, *(rf"{whole}\M" for whole in wholes)])
    return Q(search_text__regex=rf"\m({words})")


def find_category_ids(term: str) -> list[int]:
    """Return the ids of the categories with a word like `term` in name, group's name or keywords.

    A word that begins with `term` matches, in any language of the city. For a street type only
    names of categories count (“Street light”): a group of streets, or a keyword such as “hole in
    the street”, would match too much.
    """
    beginnings, wholes = term_forms(term)
    street = street_type_synonyms(term)
    begins = tuple(street[:1] or beginnings)

    def is_match(word: str) -> bool:
        return word.startswith(begins) or word in wholes

    return [
        terms.pk
        for terms in _category_terms()
        if any(map(is_match, terms.names if street else terms.names | terms.others))
    ]


class CategoryTerms(NamedTuple):
    """The id of a category, the words of its names, and those of its group and keywords."""

    pk: int
    names: frozenset[str]
    others: frozenset[str]


@cache.cache_per_version
def _category_terms() -> list[CategoryTerms]:
    """Return the terms of each category, including inactive ones."""
    return [
        CategoryTerms(
            one.pk,
            _split_texts(*_names_in_all_languages(one.name)),
            _split_texts(*_names_in_all_languages(one.group.name), one.keywords),
        )
        for one in Category.objects.all()
    ]


def _split_texts(*texts: str) -> frozenset[str]:
    """Return all words of the texts, without the limit of MAX_TERMS."""
    parts = (part for text in texts for part in re.split(r"[,;\s]+", text))
    return frozenset(term for part in parts for term in split_terms(part))


def _names_in_all_languages(name: str) -> tuple[str, ...]:
    """Return the name in the pack's language, and translated into every language of the city."""
    return name, *(translate(name, code) for code in City.current().languages)
