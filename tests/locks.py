"""Waiting until another connection of a race hangs in a lock."""

import time

from django.db import connection

PATIENCE = 60  # s, on a machine that is busy with other tests

# The server is also that of other tests' databases, whose own races are none of ours. Who waits for
# a row waits for a transaction, which belongs to no database; what else they hold says whose it is.
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
