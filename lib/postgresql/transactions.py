"""A transaction without time limits, and locks by a name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lib.postgresql.timeouts import disable_time_limit


@contextmanager
def long_transaction() -> Iterator:
    """Run the block in a transaction without time limits. Yield a cursor.

    Neither the server's statement_timeout nor our own limit of an answer applies.
    """
    with disable_time_limit(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


def lock_name(name: str) -> None:
    """Take an advisory lock on `name` until the transaction ends; wait for who holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
