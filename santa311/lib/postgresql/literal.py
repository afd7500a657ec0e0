"""A value that stands in the statement itself."""

from django.db.models import Value


class Literal(Value):
    """A short text or a whole number of our own, never what somebody typed.

    A prepared statement is planned without its parameters, so an index with a condition, or of an
    expression, serves it only where the values of both are part of its text.
    """

    def as_sql(self, compiler, connection):
        if isinstance(self.value, int):
            return str(int(self.value)), []
        quoted = str(self.value).replace("'", "''")
        return f"'{quoted}'", []
