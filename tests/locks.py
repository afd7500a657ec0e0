"""Helper that waits until another database connection is blocked by a lock."""

import time

from django.db import connection

PATIENCE = 60  # s; the machine may be busy with other tests

# The server also hosts the databases of other test processes, which must not be counted. A lock on
# a transaction (such as of a wait for a row) names no database, so the connection is identified by
# the other locks that it holds.
_WAITING = """SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database())"""


def wait_for_someone_to_block():
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody blocked")
