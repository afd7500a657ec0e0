"""Words that people look for: in a request's place, description and reference, and in what its
category is called in every language of the city.
"""

import re
import unicodedata

from django.db.models import Q

from city import memory
from city.models import Category
from requests_app.models.search import SearchText

MOST = 8  # words of one search that count
_STREETS = [
    ("street", "st"), ("avenue", "ave", "av"), ("boulevard", "blvd"), ("place", "pl"),
    ("drive", "dr"), ("court", "ct"), ("terrace", "ter"), ("highway", "hwy"), ("road", "rd"),
]  # fmt: skip
_ALIKE = {word: group for group in _STREETS for word in group}


def terms(typed: str) -> list[str]:
    """The words in it, small and without accents, each once."""
    plain = unicodedata.normalize("NFKD", typed.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = unicodedata.normalize("NFC", plain)
    return list(dict.fromkeys(re.findall(r"[^\W_]+", plain)))[:MOST]


def narrow(requests, typed):
    """The requests that say each word, or one that begins with it: “tree” finds no street."""
    requests = requests.alias(search_text=SearchText())
    for term in terms(typed):
        says = Q(search_text__regex=_pattern(term))
        requests = requests.filter(says | Q(category__in=_categories_that_say(term)))
    return requests


def _pattern(term):
    """Also where a street's kind is written the other way: `street` finds “14th St”.

    Scripts that PostgreSQL may not know as letters are looked for anywhere in a word.
    """
    if alike := _ALIKE.get(term):
        return rf"\m({alike[0]}|{'|'.join(rf'{short}\M' for short in alike[1:])})"
    return rf"\m{term}" if term.isascii() else term


def _categories_that_say(term):
    return [pk for pk, said in _sayings() if any(word.startswith(term) for word in said)]


@memory.remembered
def _sayings():
    """(id, words) of each category, also of those no longer in use."""
    return [
        (
            category.pk,
            frozenset(_all_words(category.name, category.group.name, category.keywords)),
        )
        for category in Category.objects.select_related("group")
    ]


def _all_words(*texts):
    for text in texts:
        for part in re.split(r"[,;\s]+", text):
            yield from terms(part)
