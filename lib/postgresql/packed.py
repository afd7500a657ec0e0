"""Whole numbers of many rows as one value, which costs a program far less to read than the rows."""

import sys
from array import array

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BigIntegerField,
    BinaryField,
    Case,
    Func,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

WIDTH = 8  # bytes of each row's number, the highest first


class Packed(Aggregate):
    """A whole number of every row, one after the other: `numbers` reads it. All that one query asks
    for have the rows in the same order.
    """

    template = "STRING_AGG(INT8SEND(%(expressions)s), '')"
    output_field = BinaryField()


class PlaceIn(Func):
    """At which of `values`, from 1, the text stands that `expression` gives; NULL if at none."""

    function = "ARRAY_POSITION"
    output_field = BigIntegerField()

    def __init__(self, values, expression):
        known = Value(list(values), output_field=ArrayField(TextField()))
        super().__init__(known, Cast(expression, TextField()))


class Bits(Func):
    """A number with a bit for each of the `conditions` (Q), the first the lowest, set where it is
    true.
    """

    arg_joiner = " + "
    template = "(%(expressions)s)"
    output_field = BigIntegerField()

    def __init__(self, conditions):
        super().__init__(
            *(
                Case(When(condition, then=Value(1 << bit)), default=Value(0))
                for bit, condition in enumerate(conditions)
            )
        )


class Parts(Func):
    """One number of several: `parts` are (expression, bytes), the lowest first, none negative and
    each with room in its bytes; seven bytes in all.
    """

    output_field = BigIntegerField()

    def __init__(self, *parts):
        self.widths = [width for _expression, width in parts]
        super().__init__(*(expression for expression, _width in parts))

    def as_sql(self, compiler, connection):
        sql, given, shift = [], [], 0
        for expression, width in zip(self.get_source_expressions(), self.widths, strict=True):
            one, params = compiler.compile(expression)
            sql.append(f"(({one})::bigint << {shift})")
            given += params
            shift += 8 * width
        return f"({' | '.join(sql)})", given


def numbers(packed) -> array:
    found = array("q")
    found.frombytes(packed or b"")
    if sys.byteorder == "little":
        found.byteswap()
    return found


def plane(packed, place: int) -> bytes:
    """The byte `place` (0 is the lowest) of each row's number."""
    return bytes(packed or b"")[WIDTH - 1 - place :: WIDTH]
