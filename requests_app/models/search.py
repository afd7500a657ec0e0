"""What a search reads of a request, as PostgreSQL keeps it in an index."""

from collections.abc import Callable
from datetime import UTC

from django.db.models import BooleanField, F, Func, TextField

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝŸ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuncyy" * 2


OWN_WORDS = ("xkind", "xzone", "xstate")  # that `SearchLexemes` adds to those of the request


class FoldedText(Func):
    """Some text in small letters without accents.

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


class SearchText(FoldedText):
    """Reference, place and description, folded."""

    def __init__(self) -> None:
        super().__init__(F("reference"), F("location_text"), F("description"))


class ReferenceLetters(Func):
    """The reference without its dashes, so that an index finds any part of it."""

    template = "REPLACE(%(expressions)s, '-', '')"
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__(F("reference"))


class SearchLexemes(Func):
    """The words of the same text, and how the request stands, each marked with the month of its
    latest update: a search looks the newest up first and stops when it has enough.

    A lexeme is `m`, the month and the word: m24324pothole. Words of our own are xkind and xzone
    with an id, and xstate with status and outcome. Immutable and indexed, as above.
    """

    template = (
        "to_tsvector('simple'::regconfig, regexp_replace(' ' || {text} || ' xkind' || {category}"
        " || ' xzone' || coalesce({zone}, 0)"
        " || ' xstate' || replace({status} || {outcome}, '_', ''),"
        " '[^[:alnum:]]+', ' m' || (extract(year from {changed_at} at time zone 'UTC') * 12"
        " + extract(month from {changed_at} at time zone 'UTC'))::integer, 'g'))"
    )
    output_field = TextField()
    _columns = ("category", "zone", "status", "outcome", "changed_at")

    def __init__(self) -> None:
        super().__init__(SearchText(), *map(F, self._columns))

    def as_sql(self, compiler, connection) -> tuple[str, tuple[Callable]]:
        names = ("text", *self._columns)
        parts = [compiler.compile(each) for each in self.source_expressions]
        sql = {name: f"({sql})" for name, (sql, _given) in zip(names, parts, strict=True)}
        return self.template.format(**sql), ()


class HasLexemes(Func):
    """Whether those of a request are what `asked.lexemes` of the surrounding statement asks for."""

    template = "%(expressions)s @@ asked.lexemes::tsquery"
    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(SearchLexemes())


def lexeme(month: int, word: str) -> str:
    return f"m{month}{word}"


def month_of(moment) -> int:
    """Months since the year 0, in UTC."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month
