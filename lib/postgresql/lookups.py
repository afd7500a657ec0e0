"""The lookup `any`: whether a column is one of some values."""

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`column = ANY (values)`: numbers, texts, or the rows of a query of one column.

    `IN` with a subquery becomes a join, and PostgreSQL then reads the table instead of looking a
    few values up in an index. `ANY` of an array does not.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        if self.rhs_is_direct_value():
            return f"{lhs} = ANY (%s)", [*lhs_params, _array(self.rhs)]
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY (ARRAY{rhs})", [*lhs_params, *rhs_params]


def _array(values) -> list | str:
    known = [*values]
    return known if known and isinstance(known[0], str) else _notation(known)


def _notation(numbers) -> str:
    return f"{{{','.join(map(str, numbers))}}}"
