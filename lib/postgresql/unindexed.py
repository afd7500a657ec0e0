"""An expression that PostgreSQL looks up in no index.

The planner takes conditions for independent of each other, and reads a whole table in the order of
a LIMIT when it believes that what else is asked for lies anywhere in it. Where we know better which
condition leaves few rows, the others are written so that only that one's index is of use.
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
