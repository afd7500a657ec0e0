"""The open data as bytes, read as PostgreSQL writes them: a file of any size in little memory.

with reading(seconds=1800):
    export = Export(FORMATS["csv"])
    for piece in export:
        file.write(piece)
print(export.rows)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched

from django.conf import settings
from django.db import connection, transaction

from open311.bulk import blocks, names
from open311.bulk.formats import Format
from open311.bulk.rows import ALL, ORDER, Narrowing, public_rows
from santa311.lib.postgresql.timeouts import without_the_database

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
    """The pieces of one file, read once; `rows` are those that were read so far."""

    def __init__(self, written: Format, asked: Narrowing = ALL):
        self.written, self.asked = written, asked
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        yield self.written.head
        between = b""
        for some in batched(self._lines(), _LINES):
            yield between + self.written.between.join(some)
            between = self.written.between
        yield self.written.tail

    def _lines(self):
        """The connection answers nothing else until the last row: who asked it would wait without
        end. What a row needs is in memory before.
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
        lines = self.written.select(f"({sql}) r, (SELECT {named}) n ORDER BY {order}")
        return f"COPY ({lines}) TO STDOUT ({self.written.copy})", [*given, *known.values()]
