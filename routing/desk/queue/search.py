"""The desk's search: references, locations, texts, names of categories and areas, and reporters.

Categories are also found by their keywords and translations.
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


def find_ids_by_reference(typed: str) -> set[int]:
    """Return the ids of requests whose reference contains `typed`. One query, or none.

    An empty set if `typed` is no part of a reference: four to twelve characters without hyphens.
    """
    part = reference.parse_reference_part(typed)
    if part is None:
        return set()
    rows = ServiceRequest.objects.alias(letters=ReferenceLetters()).order_by()
    return set(rows.filter(letters__contains=part).values_list("pk", flat=True))


def find_ids_by_name(typed: str) -> set[int]:
    """Return the ids of requests whose reporter has these words in the name.

    One query, or none if no word has three letters.
    """
    contacts = Contact.objects.order_by().filter_by_name_words(fold_text(typed).split()[:MAX_TERMS])
    if contacts.query.is_empty():
        return set()
    rows = ServiceRequest.objects.filter(_build_contacts_condition(contacts)).order_by()
    return set(rows.values_list("pk", flat=True))


def build_caller_condition(words: str) -> Q | None:
    """Return the condition on requests whose reporter left this email address or phone number.

    Phone numbers are compared by their last digits, without the country code. None if `words` is
    neither an email address nor a number of enough digits.
    """
    contacts = Contact.objects.order_by()
    if re.fullmatch(r"[^@\s]+@[^@\s]+", words):
        return _build_contacts_condition(contacts.filter(email_normalized=normalize_email(words)))
    ending = parse_phone_ending(words)
    return _build_contacts_condition(contacts.filter_by_phone_ending(ending)) if ending else None


def _build_contacts_condition(contacts: QuerySet[Contact]) -> Q:
    """Return the condition on requests with one of these contacts."""
    return Q(pk__any=contacts.values("service_request"))


def find_ids_by_words(typed: str, conditions: list[Q]) -> set[int]:
    """Return the ids of requests with each word of `typed` in their text, category or area.

    A word is part of the text, or a street type in one of its forms. An empty set without words;
    only the first MAX_TERMS count. A request must match one of `conditions`, each of which uses an
    index. One query for the words that are part of no category's or area's name, and one for each
    other word.
    """
    words = list(dict.fromkeys(fold_text(typed).split()))[:MAX_TERMS]
    if not words:
        return set()  # nothing but accents
    streets = find_street_terms(words)
    called = {word: Q() if word in streets else _build_name_condition(word) for word in words}
    plain = [_build_text_condition(word) for word in words if not called[word]]
    asked = [[_build_text_condition(word), named] for word, named in called.items() if named]
    asked += [[reduce(and_, plain)]] if plain else []
    return set.intersection(*(_find_ids(ways, conditions) for ways in asked))


def _find_ids(ways: list[Q], conditions: list[Q]) -> set[int]:
    """Return the ids of requests that match one of `ways` and one of `conditions`."""
    rows = ServiceRequest.objects.alias(search_text=SearchText()).order_by().values_list("pk")
    first, *others = [rows.filter(where, way) for where in conditions for way in ways]
    return {pk for (pk,) in (first.union(*others).order_by() if others else first)}


def _build_text_condition(word: str) -> Q:
    """Return the condition that `search_text` contains `word` or another form of a street type.

    The other forms (“street” for “st”) must be whole words. `word` must be folded already, and
    the queryset needs the alias `search_text`.
    """
    says = Q(search_text__contains=word)
    if same := street_type_synonyms(word):
        says |= Q(search_text__regex=rf"\m({'|'.join(same)})\M")
    return says


def _build_name_condition(word: str) -> Q:
    """Return the condition of requests whose category or area has `word` in its name.

    The name of a category's group and the keywords count too. An empty Q if nothing has the word.
    """
    categories = _find_ids_by_name_part(word, list_categories()) | set(find_category_ids(word))
    found = {"category": categories, "zone": _find_ids_by_name_part(word, list_zones())}
    return reduce(or_, (Q(**{f"{name}__any": ids}) for name, ids in found.items() if ids), Q())


def _find_ids_by_name_part(word: str, rows: list[tuple]) -> set[int]:
    """Return the ids of the (id, value, name) `rows` with `word` in the name, without accents."""
    return {pk for pk, _value, name in rows if word in fold_text(name)}
