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

STATEMENT_SECONDS = 8  # seconds, of the server's clock
_GRACE_SECONDS = 1  # the server's answer that it gave up comes first
_CHECK_SECONDS = 1  # whether a connection that lay in the pool still answers
_MIN_SECONDS = 2  # also for an answer that took long for another reason, such as a slow upload
_deadline = ContextVar("the moment when this must have ended", default=None)
_is_blocked = ContextVar("the database is not asked", default=False)
_answer_seconds = ContextVar(
    "seconds for one answer of the server", default=STATEMENT_SECONDS + _GRACE_SECONDS
)


def limit_query_time(seconds: float) -> AbstractContextManager:
    """Limit the time of all database queries inside the block to `seconds` in total."""
    return override_context_variable(_deadline, time.monotonic() + seconds)


def disable_time_limit() -> AbstractContextManager:
    """Wait for answers of the database without a limit inside the block, as migrations do."""
    return override_context_variable(_answer_seconds, None)


def block_database_access() -> AbstractContextManager:
    """Raise OperationalError for every database query inside the block."""
    return override_context_variable(_is_blocked, True)


def is_database_blocked() -> bool:
    return _is_blocked.get()


class DatabaseTimeout(psycopg.OperationalError):
    """The server did not answer in time. The statement may still be executed."""


class Connection(psycopg.Connection):
    """A connection whose waiting limit_query_time and disable_time_limit control."""

    def wait[Value](
        self, gen: PQGen[Value], interval: float = 0.1, timeout: float | None = None
    ) -> Value:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, _remaining_seconds())
        except _WaitTimeout as error:
            self.pgconn.finish()  # in an unknown state: nobody may use it again
            raise DatabaseTimeout("the database did not answer in time") from error


def _remaining_seconds() -> float | None:
    """Return the seconds to wait for the next answer; None for no limit."""
    limit, until = _answer_seconds.get(), _deadline.get()
    if limit is None or until is None:
        return limit
    return max(_MIN_SECONDS, min(limit, until - time.monotonic()))


def check_connection(connection: psycopg.Connection) -> None:
    """Raise an error for a connection that does not answer in a second (for the pool).

    A connection with a transaction left open is repaired by the check.
    """
    with override_context_variable(_answer_seconds, _CHECK_SECONDS):
        ConnectionPool.check_connection(connection)
