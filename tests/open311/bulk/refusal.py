"""A context in which the database refuses to read requests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLE = "requests_app_servicerequest"


@contextmanager
def make_database_refuse() -> Iterator[None]:
    """Rename the table of requests while the block runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # a table with waiting checks keeps its name
        cursor.execute(f"ALTER TABLE {TABLE} RENAME TO renamed")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE renamed RENAME TO {TABLE}")
