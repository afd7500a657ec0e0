"""Words that an agent looks for: anywhere in a location, a text or a reference, or in what the
category or the area is called.
"""

from django.db.models import Q

from requests_app.browsing.search_words import street_words
from routing.desk.queue.facets import BY_NAME
from santa311.lib.postgresql.any_of import IsAnyOf

_COLUMNS = ["location_text", "description", "reference"]
_NAMED = ["category", "zone"]


def says(word) -> Q:
    where = Q()
    for column in _COLUMNS:
        where |= Q(**{f"{column}__icontains": word})
    for facet in _NAMED:
        where |= Q(IsAnyOf(f"{facet}_id", _called(word, BY_NAME[facet])))
    if same := street_words(word):
        where |= Q(location_text__iregex=rf"\m({'|'.join(same)})\M")
    return where


def _called(word, facet) -> list[int]:
    return [pk for pk, _value, name in facet.known() if word.upper() in name.upper()]
