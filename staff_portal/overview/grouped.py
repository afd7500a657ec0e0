"""One query, grouped in several ways at once: PostgreSQL's GROUPING SETS, told apart by name."""

from collections import namedtuple

from django.db import connection


class Grouped:
    """The rows of such a query: `by("week")`, `by("department", "week")`, `whole()`.

    The query's first column is `GROUPING(…)` over `keys`, then come the keys, then the measures.
    """

    def __init__(self, query, parameters, keys):
        self.keys = keys
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row_of = namedtuple("Row", [column.name for column in cursor.description])
            self.rows = [row_of(*row) for row in cursor.fetchall()]

    def by(self, *keys) -> dict:
        """Key (or tuple of keys, if several) to row. Values can be None: no zone, nobody's."""
        mask = self._mask(keys)
        rows = [row for row in self.rows if row.mask == mask]
        if len(keys) == 1:
            return {getattr(row, keys[0]): row for row in rows}
        return {tuple(getattr(row, key) for key in keys): row for row in rows}

    def whole(self):
        """The measures of everything; None where the query counts an empty whole as no row."""
        return self.by().get(())

    def _mask(self, keys):
        """As GROUPING counts: a bit per key, the first one the highest, set if it was not used."""
        unused = ["0" if key in keys else "1" for key in self.keys]
        return int("".join(unused), 2)
