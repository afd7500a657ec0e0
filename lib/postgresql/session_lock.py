"""A lock that one process of several holds for as long as its session of PostgreSQL lives."""

import contextlib
import logging

import psycopg

from lib.postgresql.timeouts import Connection, limit_query_time

_logger = logging.getLogger(__name__)
_ANSWER_SECONDS = 2
# During a failover HAProxy may connect to a standby, which does not have the leader's locks.
_LOCK = "SELECT NOT pg_is_in_recovery() AND pg_try_advisory_lock(%s)"
_IS_LEADER = "SELECT NOT pg_is_in_recovery()"


class SessionLock:
    """An advisory lock on a connection of its own, which leads to the leader past any pooler.

    A pooler in transaction mode would lend the session, and its lock, to others. PostgreSQL gives
    the lock to the next process when the session ends, also by a failover.
    """

    def __init__(self, url: str, number: int) -> None:
        self._url = url
        self._number = number
        self._connection: psycopg.Connection | None = None

    def acquire(self) -> bool:
        """Return True if this process holds the lock, after taking it if it is free.

        Return False, too, while PostgreSQL does not answer within seconds.
        """
        try:
            with limit_query_time(_ANSWER_SECONDS):
                return self._is_held() or self._take()
        except psycopg.OperationalError as error:
            _logger.warning("The lock %s is not held: %s", self._number, error)
            self.release()
            return False

    def release(self) -> None:
        """End the session, which frees the lock."""
        if self._connection:
            with contextlib.suppress(psycopg.OperationalError):
                self._connection.close()
        self._connection = None

    def _is_held(self) -> bool:
        """Return True if the session that took the lock still answers, and from the leader."""
        return self._connection is not None and self._query(self._connection, _IS_LEADER)

    def _take(self) -> bool:
        """Open a session and try to take the lock; close the session again without it."""
        self.release()
        connection = Connection.connect(
            self._url, autocommit=True, connect_timeout=_ANSWER_SECONDS, tcp_user_timeout=3000,
            keepalives_idle=5, keepalives_interval=1, keepalives_count=3,
        )  # fmt: skip
        if self._query(connection, _LOCK, self._number):
            self._connection = connection
            return True
        connection.close()
        return False

    def _query(self, connection: psycopg.Connection, question: str, *values: int) -> bool:
        row = connection.execute(question, values).fetchone()
        return bool(row and row[0])
