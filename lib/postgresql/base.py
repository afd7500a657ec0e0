"""The ENGINE of the settings. Django wants the name `base` and the class `DatabaseWrapper`."""

from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base

from lib.breaker import Breaker, Unavailable
from lib.postgresql import (
    lookups,  # noqa: F401 - registers the lookup `any`
    synchronous_commit,
)
from lib.postgresql.timeouts import is_left_alone

# Two wait for a server that is away; then all are told at once, and one a second tries.
# The pool's own time-out is psycopg's error, and not yet Django's.
_FAILS = (OperationalError, psycopg.OperationalError)
server = Breaker("database", lambda error: isinstance(error, _FAILS), failures=2, seconds=1)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(synchronous_commit.of_single_statements)

    def get_new_connection(self, conn_params) -> Any:
        """OperationalError where the server, or a free connection to it, is not to be had in time.

        A page's threads are few: without the breaker all of them would soon wait for the server,
        and whoever comes next for a thread.
        """
        try:
            with server.guard():
                return super().get_new_connection(conn_params)
        except Unavailable as unavailable:
            raise OperationalError("the database cannot be reached") from unavailable.__cause__

    def _cursor(self, name=None) -> Any:
        if is_left_alone():
            raise OperationalError("the database is left alone")
        return super()._cursor(name)

    def _commit(self) -> None:
        if self.connection is None:
            return None
        return synchronous_commit.commit(self, super()._commit)
