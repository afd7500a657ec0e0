"""Database functions for the text search of requests, as its indexes contain them."""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, TextField
from django.db.models.sql.compiler import SQLCompiler

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝŸ"
_UNACCENTED = "aaaaaaeeeeiiiiooooouuuuncyy" * 2


ADDED_WORDS = ("xkind", "xzone", "xstate")  # the words that SearchLexemes adds


class FoldedText(Func):
    """A text in lower case without accents.

    Immutable and indexed, unlike `unaccent`, whose dictionary may change. A change of the template
    needs a migration. `requests_app.browsing.search_words` folds typed words alike.
    """

    template = (  # `translate` takes 60 µs, the rest 3: it is used only for non-ASCII text
        "CASE WHEN octet_length(%(expressions)s) = length(%(expressions)s) "
        "THEN lower(%(expressions)s) "
        f"ELSE translate(lower(%(expressions)s), '{_ACCENTED}', '{_UNACCENTED}') END"
    )
    arg_joiner = " || ' ' || "
    output_field = TextField()


class SearchText(FoldedText):
    """The folded reference, location and description."""

    def __init__(self) -> None:
        super().__init__(F("reference"), F("location_text"), F("description"))


class ReferenceLetters(Func):
    """The reference without its dashes, indexed for searches by a part of it."""

    template = "REPLACE(%(expressions)s, '-', '')"
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__(F("reference"))


class SearchLexemes(Func):
    """The words of SearchText and the state, each prefixed with the month of the last update.

    A search looks up the latest month first and stops when it has enough rows. A lexeme is `m`, the
    month and the word: m24324pothole. ADDED_WORDS are xkind and xzone with an id, and xstate with
    status and outcome. Immutable and indexed.
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

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the tsvector expression of the columns, without parameters."""
        names = ("text", *self._columns)
        parts = [compiler.compile(each) for each in self.source_expressions]
        sql = {name: f"({sql})" for name, (sql, _given) in zip(names, parts, strict=True)}
        return self.template.format(**sql), ()


class HasLexemes(Func):
    """The condition that a request's lexemes match `asked.lexemes` of the enclosing statement."""

    template = "%(expressions)s @@ asked.lexemes::tsquery"
    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(SearchLexemes())


def month_lexeme(month: int, word: str) -> str:
    """Return the lexeme of a word in a month, such as m24324pothole."""
    return f"m{month}{word}"


def month_number(moment: datetime) -> int:
    """Return year * 12 + month of the moment in UTC, as SearchLexemes computes it."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month
