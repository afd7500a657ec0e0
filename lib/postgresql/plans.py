"""How PostgreSQL plans a statement that was asked before."""

from contextlib import contextmanager


@contextmanager
def planned_each_time(connection):
    """Statements inside are planned for their very values, and not once for all of them.

    For a range of dates that may be a day or a year: the plan for any range suits neither.
    """
    connection.ensure_connection()
    line = connection.connection
    usual, line.prepare_threshold = line.prepare_threshold, None
    try:
        yield
    finally:
        line.prepare_threshold = usual
