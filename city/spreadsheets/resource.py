"""One table of the configuration as a sheet: how rows are exported, read, checked and compared.

A column that the file leaves out stays as it is; a blank cell says what a blank says in the pack.
A row whose key is not known is new and stands last; rows that the file leaves out are left alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from city.guards import reason_to_keep_by_hand
from city.models import City
from city.pack import cells
from city.pack.export import all_rows, cells_of, rows_by_key, rows_in_use
from city.pack.sync import names_of
from city.pack.tables import Table, table_of
from lib.tabular import REQUIRED, Column, Schema, read_cells
from lib.tabular.formulas import is_formula, unescape_formula

IN_USE = Column("in_use", cells.yes, True, stored_as="is_active")


class BuiltRow(NamedTuple):
    """A row as a line of a sheet wants it, not saved. `changes` are (label, before, after)."""

    instance: models.Model
    is_new: bool
    changes: tuple[tuple[str, str, str], ...]


class TableResource:
    """The rows of `table`, a Table of the pack or one like it; `by` is the person who imports.

    A subclass may override `complete`, for what follows from a row and is not said by it, and
    `objections`, for what is wrong with a row although each cell can be read.
    """

    adds = True
    has_switch = True  # where the model has one

    def __init__(self, table: Table, by: models.Model | None = None) -> None:
        self.table, self.by = table, by
        self.has_switch = self.has_switch and "is_active" in names_of(table.model)
        self._lines: dict[tuple, int] = {}  # of the file, by key

    @cached_property
    def columns(self) -> list[Column]:
        """The table's columns, and the switch where the rows have one.

        The heading of each is its name or what people call it. Days are read in the order of the
        city's country.
        """
        columns = self.table.schema(City.current().country).columns
        switch = [IN_USE] if self.has_switch else []
        return [
            replace(column, headings=(column.name, self.label_of(column.name)))
            for column in [*columns, *switch]
        ]

    @cached_property
    def _attributes(self) -> dict[str, str]:
        return {column.name: column.attribute for column in [*self.table.columns, IN_USE]}

    @cached_property
    def schema(self) -> Schema:
        return Schema(self.columns, self.table.key, needed=self.table.key)

    @cached_property
    def known(self) -> dict[tuple, models.Model]:
        """Every row there is, by its key: files are compared with whole tables."""
        return {self.key_of_instance(row): row for row in self.all_rows()}

    @cached_property
    def _targets(self) -> dict[str, dict[tuple, models.Model]]:
        """The rows in use to which others point, by file and key."""
        files = [pointer.file for pointer in self.table.pointers]
        return {file: rows_by_key(table_of(file)) for file in files}

    # Exporting

    @property
    def head(self) -> list[str]:
        return [column.name for column in self.table.columns]

    def rows(self) -> models.QuerySet:
        """Return the rows that are exported for the pack: those in use."""
        return rows_in_use(self.table)

    def all_rows(self) -> models.QuerySet:
        return all_rows(self.table)

    def cells(self, row: models.Model) -> list[str]:
        return cells_of(self.table, row)

    def texts(self, row: models.Model) -> dict[str, str]:
        """Return the cells of a row by their columns, the switch included."""
        found = dict(zip(self.head, self.cells(row), strict=True))
        if self.has_switch:
            found[IN_USE.name] = IN_USE.format(row.is_active)
        return found

    def key_of_instance(self, instance: models.Model) -> tuple:
        return self.table.key_of(self.texts(instance))

    # Importing

    def build_row(self, line: int, texts: dict[str, str]) -> BuiltRow:
        """Return the row that a line is about, with the line's values.

        The model's own rules are asked of a new or changed row only. Raises ValidationError with
        all that is wrong, by columns.
        """
        words = _("it begins like a formula; put the value there, or an apostrophe before it")
        _refuse({name: [words] for name, text in texts.items() if is_formula(text)})
        texts = {name: unescape_formula(text) for name, text in texts.items()}
        values, known = self._read(line, texts)
        values = self._follow(values)
        self._check(values, known)
        before = self.texts(known) if known else {}
        was_in_use = getattr(known, "is_active", False)
        instance = known or self.build_instance()
        own = names_of(self.table.model)
        for column in self.columns:
            if column.stored_as or column.name in own:
                setattr(instance, column.attribute, values[column.name])
        changes = self._compare(before, self.texts(instance))
        if known is None or changes:
            self.complete(instance)
            self._validate(instance, was_in_use)
        return BuiltRow(instance, known is None, changes)

    def _read(self, line: int, texts: dict[str, str]) -> tuple[dict, models.Model | None]:
        """Return the values of a line, and the row that it is about; None where that is new.

        A column that the file does not have stays as it is; but what a file lists is in use.
        """
        by_name = {column.name: column for column in self.columns}
        columns = [by_name[name] for name in self.table.key]
        given = read_cells(columns, texts).values
        key = tuple(column.format_value(given.get(column.name)) for column in columns)
        known = self.known.get(key)
        if known:
            texts = self.texts(known) | {IN_USE.name: ""} | texts
        values, found = read_cells(self.columns, texts)
        problems = defaultdict(list, {name: [words] for name, words in found.items()})
        for column in self.columns:
            if column.default is REQUIRED and column.name not in texts:
                problems[column.name] = [_("the row is new, so the file needs this column")]
        if (first := self._lines.setdefault(key, line)) != line:
            words = _("“%(key)s” is already on line %(line)s")
            problems[self.table.key[-1]].append(words % {"key": " / ".join(key), "line": first})
        _refuse(problems)
        return values, known

    def _follow(self, values: dict) -> dict:
        """Return the values with rows in place of their keys; only rows in use may be named."""
        _refuse(
            {
                pointer.column: [_("there is no “%(key)s” in use") % {"key": name} + hint]
                for pointer, name, hint in self.table.find_unknown(values, self._targets)
            }
        )
        return self.table.follow(values, self._targets)

    def _check(self, values: dict, known: models.Model | None) -> None:
        problems = defaultdict(list)
        for words in self.table.contradictions(values):
            problems[NON_FIELD_ERRORS].append(str(words))
        for name, words in self.objections(values, known):
            problems[name].append(str(words))
        if known is None and not self.adds:
            words = _("there is no such row, and rows of this kind aren't added here")
            problems[self.table.key[-1]].append(words)
        _refuse(problems)

    def objections(self, values: dict, known: models.Model | None) -> Iterable[tuple[str, str]]:
        """Each (column, words) against a row's values; `known` is what there is under its key."""
        return ()

    def build_instance(self) -> models.Model:
        """Return a new row, behind all others."""
        instance = self.table.model()
        if self.table.is_ordered:
            rows = self.table.model._default_manager
            last = rows.aggregate(last=models.Max("position"))["last"]
            instance.position = 0 if last is None else last + 1
        return instance

    def complete(self, instance: models.Model) -> None:
        """Set what follows from the row and is not one of its columns."""

    def _validate(self, instance: models.Model, was_in_use: bool) -> None:
        """Refuse to deactivate a row that somebody needs, and what the model's rules refuse."""
        problems = {}
        is_switched_off = was_in_use and not instance.is_active
        if is_switched_off and (need := reason_to_keep_by_hand(instance)):
            problems[IN_USE.name] = [ValidationError(_("It can't be turned off: %s.") % need)]
        try:
            instance.full_clean()
        except ValidationError as error:
            problems = error.update_error_dict(problems)
        _refuse(problems)

    def _compare(self, before: dict, after: dict) -> tuple[tuple[str, str, str], ...]:
        pairs = ((name, before.get(name, ""), text) for name, text in after.items())
        return tuple((self.label_of(name), old, new) for name, old, new in pairs if old != new)

    def save(self, instance: models.Model, is_new: bool) -> None:
        instance._change_reason = _("import of %s") % self.table.file
        instance.save()

    # Words

    def label_of(self, name: str) -> str:
        """Return what people call a column: as the administration names its field."""
        try:
            field = self.table.model._meta.get_field(self._attributes.get(name, name))
        except FieldDoesNotExist:
            return capfirst(name.replace("_", " "))
        return capfirst(str(field.verbose_name))

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Each column as (its name in a file, what people call it)."""
        return [(column.name, self.label_of(column.name)) for column in self.columns]

    @property
    def allowed(self) -> list[tuple[str, list[str]]]:
        """Return what may stand in columns that take nothing else, as (label, values)."""
        return []

    def explain(self, error: ValidationError) -> Iterable[str]:
        """Yield what is wrong with a row: each behind its column as people call it, and as it
        stands in their file where that is another word.
        """
        columns = {column.attribute: column.name for column in self.columns}
        for attribute, words in error.message_dict.items():
            name = columns.get(attribute, attribute)
            label = self.label_of(name)
            if label.casefold() != name.casefold():
                label = _("%(label)s (column %(column)s)") % {"label": label, "column": name}
            where = "" if attribute == NON_FIELD_ERRORS else f"{label}: "
            yield from (f"{where}{each}" for each in words)


def _refuse(problems: dict[str, list]) -> None:
    """Raise ValidationError where there is a problem."""
    if problems:
        raise ValidationError(dict(problems))
