"""A transaction that may take longer than a page's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lib.postgresql.timeouts import endless


@contextmanager
def long_transaction() -> Iterator:
    """Its statements take as long as they take. Gives a cursor."""
    with endless(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor
