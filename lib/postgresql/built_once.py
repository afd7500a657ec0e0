"""A query whose SQL is the same each time is built once; then only its values differ.

To build the SQL of a large query takes longer than to run it.
"""

import copy
from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

A_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)  # the sample of one


class BuiltOnce:
    """`build` makes a QuerySet, of instances or of values, from `samples`: values that occur in it
    nowhere else. Whatever else it depends on must never change while the process runs. A list is
    for `IsAnyOf`; a moment stands for each moment in the query, so long before or after it.
    """

    def __init__(self, build, **samples):
        self._build, self._samples = build, samples
        self._built = None

    def with_values(self, **values) -> QuerySet:
        """The query with these in place of the samples. Evaluate it as it is, or with prefetches:
        it cannot be filtered, ordered or sliced any more. A value without a sample does nothing.
        """
        if self._built is None:
            self._built = self._compiled()
        queryset, compiler, sql, params, converters = self._built
        given = tuple(self._value(param, values) for param in params)
        mine = copy.copy(compiler)
        mine.connection = connections[DEFAULT_DB_ALIAS]  # this thread's, whoever built it
        mine.as_sql = lambda *_args, **_kwargs: (sql, given)
        mine.get_converters = lambda _columns: converters
        found = queryset.all()
        found.query.get_compiler = lambda *_args, **_kwargs: mine
        return found

    def _compiled(self):
        queryset = self._build(**self._samples)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        missing = [
            name
            for name, sample in self._samples.items()
            if not any(_stands_for(sample, param) for param in params)
        ]
        assert not missing, f"no parameter of the query is the sample of {missing}"
        columns = [column for column, *_sql in compiler.select[: compiler.col_count]]
        return queryset, compiler, sql, params, compiler.get_converters(columns)

    def _value(self, param, values):
        """Of the type that the parameter has: the server prepares one statement for each."""
        for name, sample in self._samples.items():
            if _stands_for(sample, param):
                if isinstance(sample, datetime):
                    return values[name] + (param - sample)
                value = _array(values[name]) if isinstance(sample, list) else values[name]
                return value if type(value) is type(param) else type(param)(value)
        return param


def _stands_for(sample, param):
    if isinstance(sample, datetime):
        return isinstance(param, datetime)
    return param == (_array(sample) if isinstance(sample, list) else sample)


def _array(values):
    return f"{{{','.join(map(str, values))}}}"
