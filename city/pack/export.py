"""A table of the database as the pack's file, so that changes by hand can go into the pack."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet

from city.models import Translation
from city.pack import translations
from city.pack.tables import Table, find_table
from lib.tabular.formulas import guarded


def format_csv(rows: Iterable[Iterable[str]], separator: str = ",") -> str:
    """Return rows of texts as the pack's kind of file; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([guarded(text) for text in row] for row in rows)
    return out.getvalue()


def translations_as_csv(language: str) -> str:
    """The translations into `language` as the pack's file, in the order in which they came."""
    rows = Translation.objects.filter(language=language).order_by("pk")
    return format_csv([translations.SCHEMA.names, *rows.values_list("source", "words")])


def row_values(table: Table, row: models.Model) -> dict[str, object]:
    """Return a row of the database as its file would be read: what it points to by its key."""
    return {column.name: _column_value(table, row, column.attribute) for column in table.columns}


def row_cells(table: Table, row: models.Model) -> list[str]:
    """Return a row of the database as its columns are written."""
    values = row_values(table, row)
    return [column.format(values[column.name]) for column in table.columns]


def active_rows(table: Table) -> QuerySet[Model]:
    """The rows of the database that the pack's file holds, in its order."""
    rows = all_rows(table)
    return rows.filter(is_active=True) if table.is_ordered else rows


def active_rows_by_key(table: Table) -> dict[tuple, models.Model]:
    """Return the rows that the pack's file holds, by their keys."""
    return {table.row_key(row_values(table, row)): row for row in active_rows(table)}


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


def _column_value(table, row, name) -> Any:
    """Of a row pointed to the last part of its key; what else its key needs is a column of its."""
    for pointer in table.pointers:
        target_table = find_table(pointer.file)
        if name == pointer.column:
            target = getattr(row, name)
            return target and getattr(target, target_table.key[-1])
        if name in pointer.by:
            return _column_value(target_table, getattr(row, pointer.column), name)
    return getattr(row, name)
