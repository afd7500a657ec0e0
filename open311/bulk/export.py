"""The open data as bytes, read as PostgreSQL writes them: a file of any size in little memory.

    with reading(seconds=1800):
        export = Export(FORMATS["csv"])
        export.write(file)
    print(export.rows)

While rows come, their connection answers nothing else.
"""

from contextlib import closing, contextmanager
from itertools import batched

from django.conf import settings
from django.db import connection, transaction

from lib.postgresql.timeouts import without_the_database
from open311.bulk import blocks, names
from open311.bulk.columns import HISTORY
from open311.bulk.formats import Format
from open311.bulk.rows import ALL, ORDER, Narrowing, public_rows

_LINES = 200  # of a piece
_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
_SET = "SELECT set_config(%s, %s, true)"  # for the transaction


class Busy(Exception):
    """Somebody else is reading for the same purpose."""


@contextmanager
def reading(seconds: int, lock: int | None = None):
    """Inside, moments are written in the city's time zone, and what takes longer than `seconds`
    ends with an OperationalError. With a `lock` (a number) there is one reader at a time for all
    processes together: Busy for the second.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if lock and not cursor.execute(_LOCK, [lock]).fetchone()[0]:
            raise Busy
        for setting, value in {
            "TimeZone": settings.TIME_ZONE,
            "statement_timeout": f"{seconds}s",
            "jit": "off",  # it takes longer to compile than to run a few expressions
        }.items():
            cursor.execute(_SET, [setting, value])
        yield
        # Django takes every moment that it reads for one of its own zone.
        cursor.execute(_SET, ["TimeZone", connection.timezone_name])


class Export:
    """One file, to be written once; `rows` are those that were read so far."""

    def __init__(self, written: Format, asked: Narrowing = ALL):
        self.written, self.asked = written, asked
        self.rows = 0

    def write(self, out) -> int:
        """All of it into `out`, a binary file; how many bytes. Inside of `reading`."""
        with closing(self._pieces()) as pieces:  # also where `out` takes no more
            return sum(map(out.write, pieces))

    def _pieces(self):
        between = b""
        yield self.written.head
        with closing(self._lines()) as lines:
            for some in batched(lines, _LINES):
                yield between + self.written.between.join(some)
                between = self.written.between
        yield self.written.tail

    def _lines(self):
        """Who asked the connection something before the last row would wait without end: it is
        told at once. What a row needs is in memory before.
        """
        statement = self._statement()
        blocks.load()
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(*statement) as rows,
            without_the_database(),
        ):
            for row in rows:
                self.rows += 1
                yield self.written.finished(bytes(row))

    def _statement(self):
        """COPY takes no parameters of the server's; psycopg writes them into the statement."""
        sql, given = public_rows(self.asked).query.sql_with_params()
        known = names.of_the_city(self.written.written)
        named = ", ".join(f"%s AS {name}" for name in known)
        order = ", ".join(f"r.{name}" for name in ORDER)
        lines = self.written.select(f"({sql}) r, (SELECT {named}) n, {HISTORY} ORDER BY {order}")
        return f"COPY ({lines}) TO STDOUT ({self.written.copy})", [*given, *known.values()]
