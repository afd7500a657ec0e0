"""A query whose SQL is the same each time is built once; then only its values differ.

To build the SQL of a large query takes longer than to run it.
"""

import copy

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet


class BuiltOnce:
    """`build` makes a QuerySet of model instances from `samples`, values that occur in it nowhere
    else. Whatever else it depends on must never change while the process runs. A list is for
    `IsAnyOf`.
    """

    def __init__(self, build, **samples):
        self._build, self._samples = build, samples
        self._built = None

    def with_values(self, **values) -> QuerySet:
        """The query with these in place of the samples. Evaluate it as it is, or with prefetches:
        it cannot be filtered, ordered or sliced any more.
        """
        if self._built is None:
            self._built = self._compiled()
        queryset, compiler, sql, params = self._built
        given = tuple(self._value(param, values) for param in params)
        mine = copy.copy(compiler)
        mine.as_sql = lambda *_args, **_kwargs: (sql, given)
        found = queryset.all()
        found.query.get_compiler = lambda *_args, **_kwargs: mine
        return found

    def _compiled(self):
        queryset = self._build(**self._samples)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        missing = [name for name, each in self._samples.items() if _written(each) not in params]
        assert not missing, f"no parameter of the query is the sample of {missing}"
        return queryset, compiler, sql, params

    def _value(self, param, values):
        """Of the type that the parameter has: the server prepares one statement for each."""
        for name, sample in self._samples.items():
            if param == _written(sample):
                return type(param)(_written(values[name]))
        return param


def _written(value):
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value
