"""A context manager that makes database queries for requests fail."""

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
        )  # a table with pending constraint checks cannot be renamed
        cursor.execute(f"ALTER TABLE {TABLE} RENAME TO renamed")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE renamed RENAME TO {TABLE}")
