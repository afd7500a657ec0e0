"""How long anybody waits for PostgreSQL, also for one that hangs and answers nothing at all.

The server's own `statement_timeout` ends a slow statement. It cannot end one of a process that is
stopped, nor one behind a network that still acknowledges: there psycopg itself stops waiting, the
connection is closed, and the pool makes another.
"""

import time
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout
from psycopg_pool import ConnectionPool

from lib.context_variables import assigned

STATEMENT = 8  # seconds, of the server's clock
_GRACE = 1  # the server's answer that it gave up comes first
_CHECK = 1  # whether a connection that lay in the pool still answers
_LEAST = 2  # also for an answer that took long for another reason, such as a slow upload
_until = ContextVar("the moment when this must have ended", default=None)
_is_left_alone = ContextVar("the database is not asked", default=False)
_limit = ContextVar("seconds for one answer of the server", default=STATEMENT + _GRACE)


def at_most(seconds) -> AbstractContextManager:
    """Everything that is asked of the database inside ends within so many seconds."""
    return assigned(_until, time.monotonic() + seconds)


def endless() -> AbstractContextManager:
    """For a migration: as long as it takes."""
    return assigned(_limit, None)


def without_the_database() -> AbstractContextManager:
    """Whatever would ask it inside gets an OperationalError at once."""
    return assigned(_is_left_alone, True)


def is_left_alone() -> bool:
    return _is_left_alone.get()


class NoAnswer(psycopg.OperationalError):
    """The server did not answer in time; what was asked of it may still be done."""


class Connection(psycopg.Connection):
    """Waits for an answer as long as `at_most` and `endless` allow."""

    def wait(self, gen, *args, timeout=None, **kwargs) -> Any:
        if timeout is not None:
            return super().wait(gen, *args, timeout=timeout, **kwargs)
        try:
            return super().wait(gen, *args, timeout=_seconds(), **kwargs)
        except _WaitTimeout as error:
            self.pgconn.finish()  # in an unknown state: nobody may use it again
            raise NoAnswer("the database did not answer in time") from error


def _seconds() -> int:
    limit, until = _limit.get(), _until.get()
    if limit is None or until is None:
        return limit
    return max(_LEAST, min(limit, until - time.monotonic()))


def check(connection) -> None:
    """The pool's: raises for a connection that is broken, or does not answer within a second.

    One whose request ended halfway is lent with no transaction begun, too.
    """
    with assigned(_limit, _CHECK):
        ConnectionPool.check_connection(connection)
