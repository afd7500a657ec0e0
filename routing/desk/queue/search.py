"""Words that an agent looks for: anywhere in a reference, a location or a text, or in what the
category or the area is called.
"""

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from requests_app.browsing.search_words import MOST, folded, street_words
from requests_app.models import ServiceRequest
from requests_app.models.queries import NOT_YET_CLOSED
from requests_app.models.search import SearchText
from routing.desk.queue.facets import BY_NAME
from santa311.lib.postgresql.any_of import IsAnyOf

_NAMED = ["category", "zone"]


def that_say(typed, pieces) -> list[int]:
    """The ids of those that say each word, or one of its short forms. `pieces` are of
    `routing.desk.queue.snapshot`, each with those of its requests that are looked at. One query for
    the words that name no category and no area, and one for each of the others.
    """
    words = list(dict.fromkeys(folded(typed).split()))[:MOST]
    called = {word: _called(word) for word in words}
    plain = [word for word in words if not called[word]]
    asked = [(plain, [])] if plain else []
    asked += [([word], named) for word, named in called.items() if named]
    closed = [pk for piece, those in pieces for pk in piece.ids_in(those & ~piece.are_open)]
    said = [(_texts(words, closed), named) for words, named in asked]
    return [pk for piece, those in pieces for pk in piece.ids_in(_among(piece, those, said))]


def _among(piece, those, said):
    for ids, named in said:
        those &= reduce(or_, (piece.where(*name) for name in named), piece.of(ids))
    return those


def _texts(words, closed) -> list[int]:
    """The ids of those with all `words` in their texts: of what is open, and of `closed`."""
    says = reduce(and_, map(_says, words))
    rows = ServiceRequest.objects.alias(search_text=SearchText()).order_by().values_list("pk")
    found = rows.filter(NOT_YET_CLOSED, says)
    if closed:
        found = found.union(rows.filter(IsAnyOf("pk", closed), says)).order_by()
    return [pk for (pk,) in found]


def _says(word):
    says = Q(search_text__contains=word)
    if same := street_words(word):
        says |= Q(search_text__regex=rf"\m({'|'.join(same)})\M")
    return says


def _called(word) -> list[tuple[str, int]]:
    """(facet, id) of the categories and areas with it in their names."""
    return [
        (name, pk)
        for name in _NAMED
        for pk, _value, known in BY_NAME[name].known()
        if word in folded(known)
    ]
