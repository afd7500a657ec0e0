"""A table of the database as the pack's file, so that changes by hand can go into the pack."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet

from city.models import Translation
from city.pack import translations
from city.pack.tables import Table, table_of
from lib.tabular.formulas import escape_formula


def as_csv(rows: Iterable[Iterable[str]], separator: str = ",") -> str:
    """Return rows of texts as the pack's kind of file; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([escape_formula(text) for text in row] for row in rows)
    return out.getvalue()


def words_as_csv(language: str) -> str:
    """The translations into `language` as the pack's file, in the order in which they came."""
    rows = Translation.objects.filter(language=language).order_by("pk")
    return as_csv([translations.SCHEMA.names, *rows.values_list("source", "words")])


def values_of(table: Table, row: models.Model) -> dict[str, object]:
    """Return a row of the database as its file would be read: what it points to by its key."""
    return {column.name: _value(table, row, column.attribute) for column in table.columns}


def cells_of(table: Table, row: models.Model) -> list[str]:
    """Return a row of the database as its columns are written."""
    values = values_of(table, row)
    return [column.format_value(values[column.name]) for column in table.columns]


def rows_in_use(table: Table) -> QuerySet[Model]:
    """The rows of the database that the pack's file holds, in its order."""
    rows = all_rows(table)
    return rows.filter(is_active=True) if table.is_ordered else rows


def rows_by_key(table: Table) -> dict[tuple, models.Model]:
    """Return the rows that the pack's file holds, by their keys."""
    return {table.key_of(values_of(table, row)): row for row in rows_in_use(table)}


def all_rows(table: Table) -> QuerySet[Model]:
    """Those that are switched off as well."""
    # And by what those are named: a choice's question's category.
    relations = [pointer.column for pointer in table.pointers] + [
        f"{pointer.column}__{name}"
        for pointer in table.pointers
        for name in pointer.by
        if name != pointer.column
    ]
    ordering = ["position", "pk"] if table.is_ordered else table.model._meta.ordering
    rows = table.model._default_manager.order_by(*ordering)
    return rows.select_related(*relations) if relations else rows


def _value(table, row, name) -> Any:
    """Of a row pointed to the last part of its key; what else its key needs is a column of its."""
    for pointer in table.pointers:
        target_table = table_of(pointer.file)
        if name == pointer.column:
            target = getattr(row, name)
            return target and getattr(target, target_table.key[-1])
        if name in pointer.by:
            return _value(target_table, getattr(row, pointer.column), name)
    return getattr(row, name)
