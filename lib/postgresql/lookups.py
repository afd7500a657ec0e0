"""The lookup `any`: `column = ANY (values)`."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`column = ANY (values)` for numbers, strings, or a subquery of one column.

    PostgreSQL turns `IN` with a subquery into a join and may then scan the table; with `ANY` of an
    array it looks the values up in an index.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters: `= ANY (%s)`, or `= ANY (ARRAY(subquery))`."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        if self.rhs_is_direct_value():
            return f"{lhs} = ANY (%s)", (*lhs_params, _array_parameter(self.rhs))
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY (ARRAY{rhs})", (*lhs_params, *rhs_params)


def _array_parameter(values: Iterable) -> list[str] | str:
    """Return strings as a list, and numbers as an array literal, which is parsed faster."""
    known = [*values]
    return known if known and isinstance(known[0], str) else _array_literal(known)


def _array_literal(numbers) -> str:
    """Return the numbers as an array literal of PostgreSQL: {1,2}."""
    return f"{{{','.join(map(str, numbers))}}}"
