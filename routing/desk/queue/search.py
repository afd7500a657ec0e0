"""Words that an agent looks for: anywhere in a reference, a location or a text, or in what the
category (in each language of the city, with its keywords) or the area is called; or the name of a
reporter.
"""

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from requests_app import reference
from requests_app.browsing.search_words import (
    MOST,
    categories_that_say,
    folded,
    of_streets,
    street_words,
)
from requests_app.models import ServiceRequest
from requests_app.models.search import ReferenceLetters, SearchText
from routing.desk.queue.callers import filter_by_caller_name
from routing.desk.queue.facets import list_categories, list_zones


def find_by_reference(typed: str) -> set[int]:
    """Return the ids of the requests with this part of a reference. One query, or none."""
    part = reference.find_part(typed)
    if part is None:
        return set()
    rows = ServiceRequest.objects.alias(letters=ReferenceLetters()).order_by()
    return set(rows.filter(letters__contains=part).values_list("pk", flat=True))


def find_by_name(typed: str) -> set[int]:
    """Return the ids of the requests of reporters so named. One query, or none."""
    named = filter_by_caller_name(folded(typed).split()[:MOST])
    if named is None:
        return set()
    return set(ServiceRequest.objects.filter(named).order_by().values_list("pk", flat=True))


def that_say(typed, wheres) -> list[int]:
    """The ids of those that say each word, or one of its short forms, and of which one of `wheres`
    is true, each a search of an index. One query for the words that name no category and no area,
    and one for each of the others.
    """
    words = list(dict.fromkeys(folded(typed).split()))[:MOST]
    if not words:
        return []  # nothing but accents
    streets = of_streets(words)
    called = {word: Q() if word in streets else _called(word) for word in words}
    plain = [_says(word) for word in words if not called[word]]
    asked = [[_says(word), named] for word, named in called.items() if named]
    asked += [[reduce(and_, plain)]] if plain else []
    return list(set.intersection(*(_ids(ways, wheres) for ways in asked)))


def _ids(ways, wheres) -> set[int]:
    """Of those that are found in any of these ways."""
    rows = ServiceRequest.objects.alias(search_text=SearchText()).order_by().values_list("pk")
    first, *others = [rows.filter(where, way) for where in wheres for way in ways]
    return {pk for (pk,) in (first.union(*others).order_by() if others else first)}


def _says(word):
    says = Q(search_text__contains=word)
    if same := street_words(word):
        says |= Q(search_text__regex=rf"\m({'|'.join(same)})\M")
    return says


def _called(word) -> Q:
    """Whether it is in what the category or the area is called; empty where it is in none."""
    categories = _with_name(word, list_categories()) | set(categories_that_say(word))
    found = {"category": categories, "zone": _with_name(word, list_zones())}
    return reduce(or_, (Q(**{f"{name}__any": ids}) for name, ids in found.items() if ids), Q())


def _with_name(word, rows) -> set[int]:
    return {pk for pk, _value, name in rows if word in folded(name)}
