"""Expressions that keep PostgreSQL from using an index of the column.

The planner assumes that conditions are independent, so for a LIMIT it may read a table in index
order although the matching rows are far away. Where we know which condition leaves few rows, the
others use these expressions, so that only that condition's index is used.
"""

from django.db.models import DateTimeField, Func, IntegerField, TextField


class UnindexedMoment(Func):
    template = "(%(expressions)s + interval '0')"
    output_field = DateTimeField()


class UnindexedNumber(Func):
    template = "(%(expressions)s + 0)"
    output_field = IntegerField()


class UnindexedText(Func):
    template = "(%(expressions)s || '')"
    output_field = TextField()
