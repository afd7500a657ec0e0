"""A query whose text is made once: to build it anew takes longer than to answer it."""

from datetime import UTC, datetime

from django.db import connection

_THEN = datetime(1900, 1, 1, tzinfo=UTC)
_NUMBER = 1_900_010_100


class Statement:
    """`make(now, number, ids)` gives a queryset in which `now` stands for moments alone (also some
    time before or after it), `number` and the one id in `ids` for themselves. It is asked once, and
    what it gives must not depend on anything else.
    """

    def __init__(self, make):
        self._make, self._made = make, None

    def of(self, now, number, ids) -> tuple[str, list]:
        """The text and its parameters, for a moment, a number and ids."""
        if self._made is None:
            query = self._make(_THEN, _NUMBER, [_NUMBER])
            self._made = query.model, *query.query.sql_with_params()
        _model, text, params = self._made
        listed = f"{{{','.join(map(str, ids))}}}"
        return text, [_put(each, now, number, listed) for each in params]

    def row(self, now, number, ids) -> dict:
        """The one row that it finds, by column; None of each where it finds none."""
        with connection.cursor() as cursor:
            cursor.execute(*self.of(now, number, ids))
            names = [column.name for column in cursor.description]
            return dict(zip(names, cursor.fetchone() or [None] * len(names), strict=True))

    def rows(self, now, number, ids):
        """What it finds, as instances of the model with what was annotated."""
        text, params = self.of(now, number, ids)
        return self._made[0].objects.raw(text, params)


def _put(param, now, number, listed):
    if isinstance(param, datetime):
        return now + (param - _THEN)
    if param == _NUMBER:
        return number
    return listed if param == f"{{{_NUMBER}}}" else param
