"""Export of a table of the database as the pack's file, to bring manual changes into the pack."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet

from city.models import Translation
from city.pack import translations
from city.pack.tables import Table, find_table
from lib.tabular.formulas import escape_formula


def format_csv(rows: Iterable[Iterable[str]], separator: str = ",") -> str:
    r"""Return rows of texts as CSV with "\n" line ends; formulas are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([escape_formula(text) for text in row] for row in rows)
    return out.getvalue()


def translations_as_csv(language: str) -> str:
    """Return the translations into `language` as the pack's file, in order of creation."""
    rows = Translation.objects.filter(language=language).order_by("pk")
    return format_csv([translations.SCHEMA.names, *rows.values_list("source", "words")])


def row_values(table: Table, row: models.Model) -> dict[str, object]:
    """Return the values of a row as its file has them, with foreign keys as keys of the pack."""
    return {column.name: _column_value(table, row, column.attribute) for column in table.columns}


def row_cells(table: Table, row: models.Model) -> list[str]:
    """Return the formatted cells of a row in the order of the columns."""
    values = row_values(table, row)
    return [column.format_value(values[column.name]) for column in table.columns]


def active_rows(table: Table) -> QuerySet[Model]:
    """Return the rows that the pack's file has, in its order: the active ones of an ordered table.

    Of a table without order, all rows are returned.
    """
    rows = all_rows(table)
    return rows.filter(is_active=True) if table.is_ordered else rows


def active_rows_by_key(table: Table) -> dict[tuple, models.Model]:
    """Return the rows that the pack's file has, by their keys."""
    return {table.row_key(row_values(table, row)): row for row in active_rows(table)}


def all_rows(table: Table) -> QuerySet[Model]:
    """Return all rows, deactivated ones included, in the order of the file."""
    # With the relations of a key, such as the category of a choice's question.
    relations = [pointer.column for pointer in table.pointers] + [
        f"{pointer.column}__{name}"
        for pointer in table.pointers
        for name in pointer.by
        if name != pointer.column
    ]
    ordering = ["position", "pk"] if table.is_ordered else list(table.model._meta.ordering or [])
    rows = table.model._default_manager.order_by(*ordering)
    return rows.select_related(*relations) if relations else rows


def _column_value(table: Table, row: models.Model, name: str) -> Any:
    """Return the value of a column; of a foreign key the last part of the target's key, or None."""
    for pointer in table.pointers:
        target_table = find_table(pointer.file)
        if name == pointer.column:
            target = getattr(row, name)
            return target and getattr(target, target_table.key[-1])
        if name in pointer.by:
            return _column_value(target_table, getattr(row, pointer.column), name)
    return getattr(row, name)
