"""A table of the database as the pack's file, so that changes by hand can go into the pack."""

import csv
import io

from city.models import Translation
from city.pack import words
from city.pack.tables import TABLES, Table


def table_as_csv(table: Table) -> str:
    """The rows in use as CSV, in their order; reading it again changes nothing."""
    names = [column.name for column in table.columns]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in _rows(table):
        writer.writerow([_cell(_value(table, row, name)) for name in names])
    return out.getvalue()


def words_as_csv(language: str) -> str:
    """The translations into `language` as the pack's file, in the order in which they came."""
    rows = Translation.objects.filter(language=language).order_by("pk")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in words.COLUMNS])
    writer.writerows(rows.values_list("source", "words"))
    return out.getvalue()


def _rows(table):
    relations = [pointer.column for pointer in table.pointers]
    rows = table.model._default_manager.order_by(*table.model._meta.ordering)
    if table.is_ordered:
        rows = rows.filter(is_active=True).order_by("position", "pk")
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
    table = next(table for table in TABLES if table.file == file)
    return next(pointer for pointer in table.pointers if pointer.column == column)


def _name_of(target, pointer):
    """The last part of the key by which the pack names `target`."""
    if target is None:
        return None
    table = next(table for table in TABLES if table.file == pointer.file)
    return getattr(target, table.key[-1])


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)
