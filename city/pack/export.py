"""A table of the database as the pack's file, so that changes by hand can go into the pack."""

import csv
import io

from city.models import Translation
from city.pack import translations
from city.pack.tables import Table, table_of
from santa311.lib.tabular.formulas import guarded


def as_csv(rows) -> str:
    """Rows of texts as the pack's kind of file; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([guarded(text) for text in row] for row in rows)
    return out.getvalue()


def words_as_csv(language: str) -> str:
    """The translations into `language` as the pack's file, in the order in which they came."""
    rows = Translation.objects.filter(language=language).order_by("pk")
    names = [column.name for column in translations.COLUMNS]
    return as_csv([names, *rows.values_list("source", "words")])


def cells(table: Table, row) -> list[str]:
    """One row of the database as the table's columns say it."""
    return [cell_text(_value(table, row, column.name)) for column in table.columns]


def rows_in_use(table: Table):
    """The rows of the database that the pack's file holds, in its order."""
    rows = all_rows(table)
    return rows.filter(is_active=True) if table.is_ordered else rows


def all_rows(table: Table):
    """Those that are switched off as well."""
    relations = [pointer.column for pointer in table.pointers]
    ordering = ["position", "pk"] if table.is_ordered else table.model._meta.ordering
    rows = table.model._default_manager.order_by(*ordering)
    return rows.select_related(*relations, *_helpers(table)) if relations else rows


def _helpers(table):
    """Relations of the rows pointed to, by which they are named: a choice's question's category."""
    pairs = ((p.column, name) for p in table.pointers for name in p.by if name != p.column)
    return [f"{column}__{name}" for column, name in pairs]


def _value(table, row, name):
    for pointer in table.pointers:
        if name == pointer.column:
            return _name_of(getattr(row, name), pointer)
        if name in pointer.by:
            target = getattr(row, pointer.column)
            return _name_of(getattr(target, name), _pointer(pointer.file, name))
    return getattr(row, name)


def _pointer(file, column):
    return next(each for each in table_of(file).pointers if each.column == column)


def _name_of(target, pointer):
    """The last part of the key by which the pack names `target`."""
    return None if target is None else getattr(target, table_of(pointer.file).key[-1])


def cell_text(value) -> str:
    """A value as a cell of the pack."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)
