"""A circuit breaker for commits that wait for a synchronous standby.

If all standbys that must confirm are gone, a COMMIT waits forever and keeps its locks, even after
the client disconnects; neither statement_timeout nor a broken connection ends it. After two commits
that were not confirmed in time, further ones are rolled back at once, and one every two seconds
checks whether a standby is connected again. Reads are not affected.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError

from lib.breaker import CircuitBreaker, Unavailable
from lib.postgresql.timeouts import DatabaseTimeout

# A role without pg_monitor sees only that a standby is connected, which is enough here.
_HAS_NO_STANDBY = """SELECT current_setting('synchronous_standby_names') <> ''
    AND current_setting('synchronous_commit') NOT IN ('local', 'off')
    AND NOT pg_is_in_recovery() AND NOT EXISTS (SELECT FROM pg_stat_replication)"""
_HAS_WRITTEN = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)

commit_breaker = CircuitBreaker(
    "commits", lambda error: isinstance(error.__cause__, DatabaseTimeout), failures=2, seconds=2
)


def commit(connection, run_commit) -> None:
    """Commit by `run_commit`. Raise OperationalError if no standby confirms in time.

    While the breaker is not closed, a transaction that wrote nothing bypasses the breaker.
    """
    if not commit_breaker.is_closed and not _query_value(connection, _HAS_WRITTEN):
        return run_commit()
    with _guard_commit(connection):
        return run_commit()


def guard_autocommit(execute, sql, params, many, context) -> Any:
    """Execute the statement, as an execute wrapper.

    An INSERT, UPDATE, DELETE or MERGE outside of a transaction commits by itself. Then raise
    OperationalError before the write if the breaker is open, or not closed and no standby is there;
    or after the write if it is not confirmed in time: the row may then be stored.
    """
    connection = context["connection"]
    if connection.in_atomic_block or not _WRITES.match(str(sql)):
        return execute(sql, params, many, context)
    with _guard_commit(connection):
        return execute(sql, params, many, context)


@contextmanager
def _guard_commit(connection) -> Iterator[None]:
    """Run the block in the breaker of commits. Raise OperationalError if open or not in time.

    While the breaker is not closed, the block is refused too if no standby is connected.
    """
    try:
        with commit_breaker.guard():
            if not commit_breaker.is_closed and _query_value(connection, _HAS_NO_STANDBY):
                raise OperationalError("no standby is there") from DatabaseTimeout()
            yield
    except Unavailable as refused:
        raise OperationalError("the database confirms nothing") from refused.__cause__


def _query_value(connection, question) -> Any:
    """Return the one value of a query, without the execute wrappers."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        return cursor.execute(question).fetchone()[0]
