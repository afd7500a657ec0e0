"""Conditions on a few values, as PostgreSQL looks them up in an index."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, Value


class IsAnyOf(Func):
    """Whether `column` is one of the few values that the query `values` gives.

    With `column__in=values` in an OR the server takes half of the table for likely, and reads all
    of it.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column, values):
        super().__init__(column, ArraySubquery(values))


class IsOneOf(Func):
    """Whether `column` is one of `values`, numbers that we have: written alike however many there
    are, so that the server plans such a query once.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column, values):
        super().__init__(column, Value([*values], ArrayField(BigIntegerField())))
