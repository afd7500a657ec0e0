"""What a search reads of a request, as PostgreSQL keeps it in an index."""

from django.db.models import F, Func, TextField

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝŸ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuncyy" * 2


class SearchText(Func):
    """Reference, place and description in small letters without accents.

    Immutable, so that it can be indexed: not `unaccent`, which may change with its dictionary. The
    index is used only while both say the same: whoever changes the template makes a migration.
    The words a person types are folded alike by `requests_app.browsing.search_words`.
    """

    template = (  # `translate` takes 60 µs for such a text, the rest 3: only where it can matter
        "CASE WHEN octet_length(%(expressions)s) = length(%(expressions)s) "
        "THEN lower(%(expressions)s) "
        f"ELSE translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}') END"
    )
    arg_joiner = " || ' ' || "
    output_field = TextField()

    def __init__(self):
        super().__init__(F("reference"), F("location_text"), F("description"))
