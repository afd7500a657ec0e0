"""One query, grouped in several ways at once: PostgreSQL's GROUPING SETS, told apart by name."""

from collections import namedtuple
from operator import attrgetter

from django.db import connection

_COUNT = 20  # how PostgreSQL calls the type of what `count` gives


class Rows(dict):
    """Key to row; a key of which the query found nothing has the row `nothing`."""

    def __init__(self, rows, nothing):
        super().__init__(rows)
        self.nothing = nothing

    def __missing__(self, key):
        return self.nothing


def mask_of(keys, used) -> int:
    """As GROUPING counts: a bit per key, the first one the highest, set if it was not used."""
    return int("".join("0" if key in used else "1" for key in keys), 2)


class Grouped:
    """The rows of such a query: `by("week")`, `by("department", "week")`, `whole()`.

    The query's first column is `GROUPING(…)` over `keys`, then come the keys, then the measures. Of
    what is not there counts are 0, and every other measure is None.
    """

    def __init__(self, query, parameters, keys):
        self.keys = keys
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row_of = namedtuple("Row", [column.name for column in cursor.description])
            self.rows = [row_of(*row) for row in cursor.fetchall()]
            types = [column.type_code for column in cursor.description]
        self.nothing = row_of(*(0 if each == _COUNT else None for each in types))

    def by(self, *keys) -> Rows:
        """Key (or tuple of keys, if several) to row. Values can be None: no zone, nobody's."""
        mask = mask_of(self.keys, keys)
        rows = [row for row in self.rows if row.mask == mask]
        key_of = attrgetter(*keys) if keys else lambda row: ()
        return Rows({key_of(row): row for row in rows}, self.nothing)

    def whole(self):
        """The measures of everything."""
        return self.by()[()]
