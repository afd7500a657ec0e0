"""A primary that takes no commits, because every standby that has to confirm them is gone.

Such a COMMIT waits without end, with its locks, also after its client has hung up; neither
statement_timeout nor a broken line ends it. So after two that nobody confirmed in time the next
ones are rolled back at once instead, and every other second one looks whether a standby is there
again. Nothing is acknowledged meanwhile, and whoever only reads notices nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError

from lib.breaker import Breaker, Unavailable
from lib.postgresql.timeouts import NoAnswer

# Without rights of its own a role sees that a standby is connected, and nothing more about it.
_NOBODY_CONFIRMS = """SELECT current_setting('synchronous_standby_names') <> ''
    AND current_setting('synchronous_commit') NOT IN ('local', 'off')
    AND NOT pg_is_in_recovery() AND NOT EXISTS (SELECT FROM pg_stat_replication)"""
_HAS_WRITTEN = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)

commits = Breaker(
    "commits", lambda error: isinstance(error.__cause__, NoAnswer), failures=2, seconds=2
)


def commit(connection, do) -> None:
    """`do()` commits the open transaction of `connection`, or an OperationalError is raised."""
    if not commits.is_closed and not _says(connection, _HAS_WRITTEN):
        return do()
    with _confirmed(connection):
        return do()


def of_single_statements(execute, sql, params, many, context) -> Any:
    """An execute wrapper: a statement outside of a transaction is its own commit."""
    connection = context["connection"]
    if connection.in_atomic_block or not _WRITES.match(str(sql)):
        return execute(sql, params, many, context)
    with _confirmed(connection):
        return execute(sql, params, many, context)


@contextmanager
def _confirmed(connection) -> Iterator[None]:
    try:
        with commits.guard():
            if not commits.is_closed and _says(connection, _NOBODY_CONFIRMS):
                raise OperationalError("no standby is there") from NoAnswer()
            yield
    except Unavailable as refused:
        raise OperationalError("the database confirms nothing") from refused.__cause__


def _says(connection, question) -> str:
    """Past the wrappers: this asks, it writes nothing."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        return cursor.execute(question).fetchone()[0]
