"""A condition on a few values, as PostgreSQL looks them up in an index."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, TextField, Value


class IsAnyOf(Func):
    """Whether `column` is one of `values`: some numbers or texts, or the few that a query gives.

    With `column__in=values` in an OR the server takes half of the table for likely, and reads all
    of it; and each length of a list would be another statement to prepare.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column, values):
        super().__init__(column, _array(values))


class IsAmong(Func):
    """Whether `column` is one of `numbers`, of which there may be thousands: looked up in a hash of
    them as the rows come by in their order. (`= ANY` compares with each where a plan is kept; an
    IN alone is made a join, which reads them all before the first is known.)
    """

    template = "CASE WHEN %(expressions)s)) THEN TRUE ELSE FALSE END"
    arg_joiner = " IN (SELECT UNNEST("
    output_field = BooleanField()

    def __init__(self, column, numbers):
        super().__init__(column, _array(numbers))


class _Numbers(ArrayField):
    """As PostgreSQL writes them: of thousands, to ask about each takes 20 times as long."""

    def get_db_prep_value(self, value, connection, prepared=False):
        return f"{{{','.join(map(str, value))}}}"


def _array(values):
    if hasattr(values, "query"):
        return ArraySubquery(values)
    known = [*values]
    if known and isinstance(known[0], str):
        return Value(known, output_field=ArrayField(TextField()))
    return Value(known, output_field=_Numbers(BigIntegerField()))
