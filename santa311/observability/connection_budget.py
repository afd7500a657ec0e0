"""The connection budget: what the processes may open, and what PgBouncer and PostgreSQL accept."""

from typing import NamedTuple

import psycopg
from django.conf import settings
from django.db import connection

TOOL_CONNECTIONS = 5  # of manage.py, which uses the same DATABASE_URL
DIRECT_CONNECTIONS = 10  # to PostgreSQL itself: migrations, dumps, exporters, people
_MARGINS = ("superuser_reserved_connections", "reserved_connections")


class PoolerLimits(NamedTuple):
    """The connections that one PgBouncer accepts, and those that it opens to PostgreSQL at most."""

    clients: int
    servers: int


class Budget(NamedTuple):
    """The numbers of processes, and the limits of PostgreSQL and of each pooler.

    `pooler` is None without a pooler, and where the pooler does not show its limits.
    """

    web_processes: int
    pool_size: int
    worker_processes: int
    poolers: int
    pooler: PoolerLimits | None
    postgresql: int

    @property
    def wanted(self) -> int:
        """Return the most connections that web, workers and tools open together."""
        return self.web_processes * self.pool_size + self.worker_processes + TOOL_CONNECTIONS

    @property
    def wanted_of_postgresql(self) -> int:
        """Return the most connections that PostgreSQL must accept, through poolers and directly."""
        through = self.poolers * self.pooler.servers if self.pooler else self.wanted
        return through + DIRECT_CONNECTIONS


def read_budget() -> Budget:
    """Return the budget of this installation. Raise DatabaseError without PostgreSQL."""
    return Budget(
        web_processes=settings.WEB_PROCESSES,
        pool_size=settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"],
        worker_processes=settings.WORKER_PROCESSES,
        poolers=settings.DATABASE_POOLERS,
        pooler=_read_pooler_limits() if settings.DATABASE_POOLERS else None,
        postgresql=_read_postgresql_limit(),
    )


def _read_postgresql_limit() -> int:
    """Return how many connections PostgreSQL accepts from roles that are no superusers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)",
            [["max_connections", *_MARGINS]],
        )
        found = dict(cursor.fetchall())
    return found["max_connections"] - sum(found[name] for name in _MARGINS)


def _read_pooler_limits() -> PoolerLimits | None:
    """Return the limits that PgBouncer shows to its `stats_users`, or None if it shows none.

    Poolers of other makers have no database named `pgbouncer`.
    """
    where = connection.get_connection_params() | {"dbname": "pgbouncer", "autocommit": True}
    try:
        with psycopg.connect(**where) as console:
            shown = {row[0]: row[1] for row in console.execute("SHOW CONFIG")}
    except psycopg.Error:
        return None
    servers = int(shown["default_pool_size"]) + int(shown["reserve_pool_size"])
    return PoolerLimits(int(shown["max_client_conn"]), servers)
