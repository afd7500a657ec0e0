"""A table of the configuration as a sheet: export, parsing, checks and comparison.

A column that the file lacks stays unchanged; a blank cell has its meaning in the pack. A row with
an unknown key is added at the end; rows that the file lacks stay unchanged.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from city.guards import find_manual_deactivation_blocker
from city.models import City
from city.models.shared import concrete_field
from city.pack import cells
from city.pack.export import active_rows, active_rows_by_key, all_rows, row_cells
from city.pack.sync import field_names
from city.pack.tables import Table, find_table
from lib.tabular import REQUIRED, Column, Schema, read_cells
from lib.tabular.formulas import is_formula, unescape_formula

IN_USE_COLUMN = Column("in_use", cells.parse_bool, True, stored_as="is_active")

type Row = Any  # an instance of the table's model, whose fields depend on the table


class BuiltRow(NamedTuple):
    """A row with the values of a line, not saved. `changes` are (label, before, after)."""

    instance: Row
    is_new: bool
    changes: tuple[tuple[str, str, str], ...]


class TableResource:
    """The rows of `table`, a Table of the pack or one like it; `by` is the person who imports.

    A subclass may override `set_derived_fields`, for values that follow from a row, and
    `find_objections`, for what is wrong with a row of valid cells.
    """

    may_add_rows = True
    has_switch = True  # if the model has `is_active`

    def __init__(self, table: Table, by: models.Model | None = None) -> None:
        self.table, self.by = table, by
        self.has_switch = self.has_switch and "is_active" in field_names(table.model)
        self._lines: dict[tuple, int] = {}  # line numbers by key

    @cached_property
    def columns(self) -> list[Column]:
        """The table's columns, and the column “in use” if rows can be deactivated.

        A heading may be the column's name or its label. Dates are read in the order of the city's
        country.
        """
        columns = self.table.schema(City.current().country).columns
        switch = [IN_USE_COLUMN] if self.has_switch else []
        return [
            replace(column, headings=(column.name, self.column_label(column.name)))
            for column in [*columns, *switch]
        ]

    @cached_property
    def _attribute_by_column(self) -> dict[str, str]:
        return {column.name: column.attribute for column in [*self.table.columns, IN_USE_COLUMN]}

    @cached_property
    def schema(self) -> Schema:
        """The schema of a file: the columns, of which only those of the key are needed."""
        return Schema(self.columns, self.table.key, needed=self.table.key)

    @cached_property
    def rows_by_key(self) -> dict[tuple, Row]:
        """All rows by their key."""
        return {self.row_key(row): row for row in self.list_all_rows()}

    @cached_property
    def _targets_by_key(self) -> dict[str, dict[tuple, Row]]:
        """The active rows that foreign keys may refer to, by file and key."""
        files = [pointer.file for pointer in self.table.pointers]
        return {file: active_rows_by_key(find_table(file)) for file in files}

    # Exporting

    @property
    def header(self) -> list[str]:
        """The names of the table's columns, without “in use”."""
        return [column.name for column in self.table.columns]

    def list_exported_rows(self) -> models.QuerySet:
        """Return the rows exported for the pack: of an ordered table the active ones, else all."""
        return active_rows(self.table)

    def list_all_rows(self) -> models.QuerySet:
        return all_rows(self.table)

    def row_cells(self, row: Row) -> list[str]:
        """Return the formatted cells of a row in the order of the header, without “in use”."""
        return row_cells(self.table, row)

    def row_texts(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by column, “in use” included."""
        found = dict(zip(self.header, self.row_cells(row), strict=True))
        if self.has_switch:
            found[IN_USE_COLUMN.name] = IN_USE_COLUMN.format_value(row.is_active)
        return found

    def row_key(self, instance: Row) -> tuple:
        """Return the formatted cells of the key's columns."""
        return self.table.row_key(self.row_texts(instance))

    # Importing

    def build_row(self, line: int, texts: dict[str, str]) -> BuiltRow:
        """Return the unsaved row with the values of a line.

        Raise ValidationError, by column, with the problems of the first stage that finds any:
        formulas, cells, references, values, rules of the model. A known row gets the new values in
        memory. The model's own rules are checked only for a new or changed row.
        """
        words = _("it begins like a formula; put the value there, or an apostrophe before it")
        _raise_problems({name: [words] for name, text in texts.items() if is_formula(text)})
        texts = {name: unescape_formula(text) for name, text in texts.items()}
        values, known = self._parse_line(line, texts)
        values = self._resolve_pointers(values)
        self._check_values(values, known)
        before = self.row_texts(known) if known else {}
        was_in_use = getattr(known, "is_active", False)
        instance = known or self.build_instance()
        own = field_names(self.table.model)
        for column in self.columns:
            if column.stored_as or column.name in own:
                setattr(instance, column.attribute, values[column.name])
        changes = self._list_changes(before, self.row_texts(instance))
        if known is None or changes:
            self.set_derived_fields(instance)
            self._validate(instance, was_in_use)
        return BuiltRow(instance, known is None, changes)

    def _parse_line(self, line: int, texts: dict[str, str]) -> tuple[dict, Row | None]:
        """Return the values of a line, and the existing row with its key or None.

        A column that the file lacks keeps its value, but a listed row becomes active. Raise
        ValidationError by column for invalid cells, missing columns of a new row, and a repeated
        key.
        """
        by_name = {column.name: column for column in self.columns}
        columns = [by_name[name] for name in self.table.key]
        given = read_cells(columns, texts).values
        key = tuple(column.format_value(given.get(column.name)) for column in columns)
        known = self.rows_by_key.get(key)
        if known:
            texts = self.row_texts(known) | {IN_USE_COLUMN.name: ""} | texts
        values, found = read_cells(self.columns, texts)
        problems = defaultdict(list, {name: [words] for name, words in found.items()})
        for column in self.columns:
            if column.default is REQUIRED and column.name not in texts:
                problems[column.name] = [_("the row is new, so the file needs this column")]
        if (first := self._lines.setdefault(key, line)) != line:
            words = _("“%(key)s” is already on line %(line)s")
            problems[self.table.key[-1]].append(words % {"key": " / ".join(key), "line": first})
        _raise_problems(problems)
        return values, known

    def _resolve_pointers(self, values: dict) -> dict:
        """Return the values with instances instead of keys.

        Raise ValidationError for keys without active row.
        """
        _raise_problems(
            {
                pointer.column: [_("there is no “%(key)s” in use") % {"key": name} + hint]
                for pointer, name, hint in self.table.find_unknown_keys(
                    values, self._targets_by_key
                )
            }
        )
        return self.table.resolve_pointers(values, self._targets_by_key)

    def _check_values(self, values: dict, known: Row | None) -> None:
        """Raise ValidationError for contradictions, objections, and a new row not allowed."""
        problems: defaultdict[str, list[str]] = defaultdict(list)
        for words in self.table.find_contradictions(values):
            problems[NON_FIELD_ERRORS].append(str(words))
        for name, words in self.find_objections(values, known):
            problems[name].append(str(words))
        if known is None and not self.may_add_rows:
            words = _("there is no such row, and rows of this kind aren't added here")
            problems[self.table.key[-1]].append(words)
        _raise_problems(problems)

    def find_objections(self, values: dict, known: Row | None) -> Iterable[tuple[str, str]]:
        """Return (column, reason) for what is wrong with a row; none unless overridden.

        `values` are the parsed values, `known` is the stored row or None.
        """
        return ()

    def build_instance(self) -> Row:
        """Return a new unsaved row at the end of the table."""
        instance: Row = self.table.model()
        if self.table.is_ordered:
            rows = self.table.model._default_manager
            last = rows.aggregate(last=models.Max("position"))["last"]
            instance.position = 0 if last is None else last + 1
        return instance

    def set_derived_fields(self, instance: Row) -> None:
        """Do nothing; a subclass may set fields that follow from the row and are no columns.

        The row is not saved.
        """

    def _validate(self, instance: Row, was_in_use: bool) -> None:
        """Raise ValidationError if a deactivated row is needed or a rule of the model is broken."""
        problems = {}
        is_switched_off = was_in_use and not instance.is_active
        if is_switched_off and (need := find_manual_deactivation_blocker(instance)):
            problems[IN_USE_COLUMN.name] = [
                ValidationError(_("It can't be turned off: %s.") % need)
            ]
        try:
            instance.full_clean()
        except ValidationError as error:
            problems = error.update_error_dict(problems)
        _raise_problems(problems)

    def _list_changes(self, before: dict, after: dict) -> tuple[tuple[str, str, str], ...]:
        """Return (label, before, after) of each column whose text differs."""
        pairs = ((name, before.get(name, ""), text) for name, text in after.items())
        return tuple((self.column_label(name), old, new) for name, old, new in pairs if old != new)

    def save(self, instance: Row, is_new: bool) -> None:
        """Save a row, with the name of the file as the reason in its history."""
        instance._change_reason = _("import of %s") % self.table.file
        instance.save()

    # Labels and messages

    def column_label(self, name: str) -> str:
        """Return the label of a column: its field's verbose name, else the name in words."""
        try:
            field = concrete_field(self.table.model, self._attribute_by_column.get(name, name))
        except FieldDoesNotExist:
            return capfirst(name.replace("_", " "))
        return capfirst(str(field.verbose_name))

    @property
    def column_labels(self) -> list[tuple[str, str]]:
        """(name in a file, label) of each column."""
        return [(column.name, self.column_label(column.name)) for column in self.columns]

    @property
    def allowed_values(self) -> list[tuple[str, list[str]]]:
        """(label, values) of each column that allows only these; none unless overridden."""
        return []

    def format_errors(self, error: ValidationError) -> Iterable[str]:
        """Yield each message of `error` after the label of its column."""
        columns = {column.attribute: column.name for column in self.columns}
        for attribute, words in error.message_dict.items():
            name = columns.get(attribute, attribute)
            label = self.column_label(name)
            if label.casefold() != name.casefold():
                label = _("%(label)s (column %(column)s)") % {"label": label, "column": name}
            where = "" if attribute == NON_FIELD_ERRORS else f"{label}: "
            yield from (f"{where}{each}" for each in words)


def _raise_problems(problems: dict[str, list]) -> None:
    """Raise ValidationError if there are problems."""
    if problems:
        raise ValidationError(dict(problems))
