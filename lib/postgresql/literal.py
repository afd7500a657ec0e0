"""Values that stand in the statement itself."""

from django.db.models import BooleanField, Func, Value


class Literal(Value):
    """A short text or a whole number of our own, never what somebody typed.

    A prepared statement is planned without its parameters, so an index with a condition, or of an
    expression, serves it only where the values of both are part of its text.
    """

    def as_sql(self, compiler, connection):
        if isinstance(self.value, int):
            return str(int(self.value)), []
        return _quoted(self.value), []


class IsLiterally(Func):
    """Whether `column` is one of these `texts`, which stand in the statement like a `Literal`."""

    output_field = BooleanField()

    def __init__(self, column, *texts):
        self.template = f"%(expressions)s IN ({', '.join(map(_quoted, texts))})"
        super().__init__(column)


def _quoted(text):
    return "'{}'".format(str(text).replace("'", "''"))
