"""Time limits for answers of PostgreSQL, also for a server that hangs.

`statement_timeout` ends a slow statement, but not one of a stopped process or behind a network that
still acknowledges packets. Then psycopg stops waiting, the connection is closed, and the pool opens
another.
"""

import time
from contextlib import AbstractContextManager
from contextvars import ContextVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from psycopg_pool import ConnectionPool

from lib.context_variables import override_context_variable

STATEMENT_SECONDS = 8  # seconds, measured by the server
_GRACE_SECONDS = 1  # so that the server's own time-out error arrives first
_CHECK_SECONDS = 1  # whether a connection that lay in the pool still answers
_MIN_SECONDS = 2  # also for an answer that took long for another reason, such as a slow upload
_deadline = ContextVar("the moment when this must have ended", default=None)
_is_blocked = ContextVar("the database is not asked", default=False)
_answer_seconds = ContextVar(
    "seconds for one answer of the server", default=STATEMENT_SECONDS + _GRACE_SECONDS
)


def limit_query_time(seconds: float) -> AbstractContextManager:
    """Return a context manager that limits all database queries in its block to `seconds`.

    The seconds are those of all queries together, but each answer may take _MIN_SECONDS. A later
    answer raises OperationalError.
    """
    return override_context_variable(_deadline, time.monotonic() + seconds)


def disable_time_limit() -> AbstractContextManager:
    """Return a context manager in whose block answers of the database may take any time.

    Migrations need this. The server's statement_timeout is not changed.
    """
    return override_context_variable(_answer_seconds, None)


def block_database_access() -> AbstractContextManager:
    """Return a context manager in whose block every database query raises OperationalError."""
    return override_context_variable(_is_blocked, True)


def is_database_blocked() -> bool:
    """Return True inside block_database_access()."""
    return _is_blocked.get()


class DatabaseTimeout(psycopg.OperationalError):
    """The server did not answer in time. The statement may still be executed."""


class Connection(psycopg.Connection):
    """A connection whose waiting limit_query_time and disable_time_limit control."""

    def wait[Value](
        self, gen: PQGen[Value], interval: float = 0.1, timeout: float | None = None
    ) -> Value:
        """Return the answer. Close the connection and raise DatabaseTimeout if it takes too long.

        The limit is _remaining_seconds() unless `timeout` is given.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, _remaining_seconds())
        except _WaitTimeout as error:
            self.pgconn.finish()  # in an unknown state: nobody may use it again
            raise DatabaseTimeout("the database did not answer in time") from error


def _remaining_seconds() -> float | None:
    """Return the seconds to wait for the next answer; None for no limit.

    They are the limit of one answer or the time until the deadline, whichever is less, with a
    deadline at least _MIN_SECONDS. Inside disable_time_limit() a deadline is ignored, too.
    """
    limit, until = _answer_seconds.get(), _deadline.get()
    if limit is None or until is None:
        return limit
    return max(_MIN_SECONDS, min(limit, until - time.monotonic()))


def check_connection(connection: psycopg.Connection) -> None:
    """Raise OperationalError for a connection that does not answer in a second (for the pool).

    The check leaves no transaction open on a connection without autocommit.
    """
    with override_context_variable(_answer_seconds, _CHECK_SECONDS):
        ConnectionPool.check_connection(connection)
