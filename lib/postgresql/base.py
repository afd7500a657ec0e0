"""The database backend (`ENGINE`). Django requires the names `base` and `DatabaseWrapper`."""

from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base

from lib import tracing
from lib.breaker import CircuitBreaker, Unavailable
from lib.postgresql import (
    lookups,  # noqa: F401 - registers the lookup `any`
    synchronous_commit,
)
from lib.postgresql.timeouts import is_database_blocked

# After two failures in a row, callers get an error at once, and one per second may try again.
# The pool's time-out raises psycopg's error, which Django has not converted yet.
_CONNECTION_ERRORS = (OperationalError, psycopg.OperationalError)
database_breaker = CircuitBreaker(
    "database", lambda error: isinstance(error, _CONNECTION_ERRORS), failures=2, seconds=1
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper with a circuit breaker around new connections, and guarded commits."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers += [synchronous_commit.guard_autocommit, tracing.trace_statement]

    def get_new_connection(self, conn_params) -> Any:
        """Return a new connection. Raise OperationalError if none is available in time.

        Without the breaker, all of the few threads of a process would soon wait for the server.
        """
        try:
            with database_breaker.guard():
                return super().get_new_connection(conn_params)
        except Unavailable as unavailable:
            raise OperationalError("the database cannot be reached") from unavailable.__cause__

    def _cursor(self, name=None) -> Any:
        """Open a cursor. Raise OperationalError inside block_database_access()."""
        if is_database_blocked():
            raise OperationalError("the database is left alone")
        return super()._cursor(name)  # type: ignore[misc]  # the stubs leave it out

    def _commit(self) -> None:
        """Commit by synchronous_commit.commit(), which may raise OperationalError."""
        if self.connection is None:
            return None
        return synchronous_commit.commit(self, super()._commit)  # type: ignore[misc]
