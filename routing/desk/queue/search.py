"""Words that an agent looks for: anywhere in a reference, a location or a text, or in what the
category (in each language of the city, with its keywords) or the area is called; or the name of a
reporter.
"""

import re
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from lib.email_addresses import normalize_email
from requests_app import reference
from requests_app.browsing.search_words import (
    MAX_TERMS,
    find_category_ids,
    find_street_terms,
    fold_text,
    street_type_synonyms,
)
from requests_app.models import ServiceRequest
from requests_app.models.contact import Contact, parse_phone_ending
from requests_app.models.search import ReferenceLetters, SearchText
from routing.desk.queue.facets import list_categories, list_zones


def find_by_reference(typed: str) -> set[int]:
    """Return the ids of the requests with this part of a reference. One query, or none."""
    part = reference.parse_reference_part(typed)
    if part is None:
        return set()
    rows = ServiceRequest.objects.alias(letters=ReferenceLetters()).order_by()
    return set(rows.filter(letters__contains=part).values_list("pk", flat=True))


def find_by_name(typed: str) -> set[int]:
    """Return the ids of the requests of reporters so named. One query, or none."""
    contacts = Contact.objects.order_by().filter_by_name_words(fold_text(typed).split()[:MAX_TERMS])
    if contacts.query.is_empty():
        return set()
    rows = ServiceRequest.objects.filter(_filter_by_contacts(contacts)).order_by()
    return set(rows.values_list("pk", flat=True))


def filter_by_caller(words: str) -> Q | None:
    """Return the condition on requests whose reporter left this email address or phone number.

    A number is compared by its digits alone, however it was written. The result is None where
    `words` are neither.
    """
    contacts = Contact.objects.order_by()
    if re.fullmatch(r"[^@\s]+@[^@\s]+", words):
        return _filter_by_contacts(contacts.filter(email_normalized=normalize_email(words)))
    ending = parse_phone_ending(words)
    return _filter_by_contacts(contacts.filter_by_phone_ending(ending)) if ending else None


def _filter_by_contacts(contacts: QuerySet) -> Q:
    return Q(pk__any=contacts.values("service_request"))


def find_by_words(typed: str, wheres: list[Q]) -> set[int]:
    """Return the ids of those that say each word, or one of its short forms.

    Of each, one of `wheres` is true, each a search of an index. One query for the words that name
    no category and no area, and one for each of the others.
    """
    words = list(dict.fromkeys(fold_text(typed).split()))[:MAX_TERMS]
    if not words:
        return set()  # nothing but accents
    streets = find_street_terms(words)
    called = {word: Q() if word in streets else _called(word) for word in words}
    plain = [_says(word) for word in words if not called[word]]
    asked = [[_says(word), named] for word, named in called.items() if named]
    asked += [[reduce(and_, plain)]] if plain else []
    return set.intersection(*(_find_ids(ways, wheres) for ways in asked))


def _find_ids(ways: list[Q], wheres: list[Q]) -> set[int]:
    """Return the ids of those that are found in any of these ways."""
    rows = ServiceRequest.objects.alias(search_text=SearchText()).order_by().values_list("pk")
    first, *others = [rows.filter(where, way) for where in wheres for way in ways]
    return {pk for (pk,) in (first.union(*others).order_by() if others else first)}


def _says(word: str) -> Q:
    says = Q(search_text__contains=word)
    if same := street_type_synonyms(word):
        says |= Q(search_text__regex=rf"\m({'|'.join(same)})\M")
    return says


def _called(word: str) -> Q:
    """Return the condition of a category or an area that is called so; empty where none is."""
    categories = _with_name(word, list_categories()) | set(find_category_ids(word))
    found = {"category": categories, "zone": _with_name(word, list_zones())}
    return reduce(or_, (Q(**{f"{name}__any": ids}) for name, ids in found.items() if ids), Q())


def _with_name(word: str, rows: list[tuple]) -> set[int]:
    return {pk for pk, _value, name in rows if word in fold_text(name)}
