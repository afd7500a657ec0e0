"""One table of the configuration for django-import-export: how a row is read, checked, compared.

A column that the file leaves out stays as it is; a blank cell says what a blank says in the pack.
A row whose key is not known is new and stands last; rows that the file leaves out are left alone.
"""

from collections import defaultdict
from functools import cached_property

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db.models import Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory

from city.guards import reason_to_keep_by_hand
from city.models import City
from city.pack import cells
from city.pack.cells import meant
from city.pack.export import all_rows, cell_text, cells_of, rows_in_use
from city.pack.sync import names_of
from city.pack.tables import Table, table_of
from lib.tabular import REQUIRED, Column

IN_USE = Column("in_use", cells.yes, True)


class Changes:
    """What differs between a row before and after, as (column, before, after) in texts."""

    def __init__(self, resource, original, new):
        self.before = {} if new else resource.told(original)
        self.after = {}

    def compare_with(self, resource, instance):
        self.after = resource.told(instance)

    def as_html(self):
        """Named so by the library. Of a new row everything that is given."""
        pairs = ((name, self.before.get(name, ""), text) for name, text in self.after.items())
        return [(name, old, new) for name, old, new in pairs if old != new]


class TableResource(ModelResource):
    """Rows of `table` (a Table of the pack, or one like it).

    `lines` are those of the file, `by` is the person who brings it.

    A subclass may override `complete`, for what follows from a row and is not said by it, and
    `objections`, for what is wrong with a row although each cell can be read.
    """

    table: Table
    columns: list[Column]  # the table's, and the switch where the rows have one
    attributes = {IN_USE.name: "is_active"}  # columns whose field has another name
    adds = True
    has_switch = True  # where the model has one

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def __init__(self, lines=(), by=None):
        super().__init__()
        self.lines, self.by = lines, by
        self.seen: dict[tuple, int] = {}
        self._targets: dict[str, dict] = {}

    @cached_property
    def known(self) -> dict[tuple, object]:
        """Every row there is, by its key: files are compared with whole tables."""
        return {self.key_of_instance(row): row for row in self.all_rows()}

    @cached_property
    def readers(self) -> dict[str, Column]:
        """The columns by their names; days are read in the order of the city's country."""
        read_here = self.table.schema(City.current().country).columns
        return {column.name: column for column in [*self.columns, *read_here]}

    def get_instance(self, instance_loader, row):
        return self.known.get(self.key)

    @classmethod
    def get_diff_class(cls):
        return Changes

    # Taking out

    @property
    def head(self) -> list[str]:
        return [column.name for column in self.table.columns]

    def rows(self):
        """The rows that are taken out for the pack: those in use."""
        return rows_in_use(self.table)

    def all_rows(self):
        return all_rows(self.table)

    def cells(self, row) -> list[str]:
        return cells_of(self.table, row)

    def told(self, row) -> dict[str, str]:
        """Column to text of one row, the switch included."""
        found = dict(zip(self.head, self.cells(row), strict=True))
        if IN_USE in self.columns:
            found[IN_USE.name] = cell_text(row.is_active)
        return found

    def key_of_instance(self, instance) -> tuple:
        return self.table.key_of(self.told(instance))

    # Reading

    def before_import_row(self, row, row_number=None, **kwargs):
        """The texts of the row become values; every problem with one of them is told at once."""
        self._problems = defaultdict(list)
        texts = dict(row)
        by_name = self.readers
        for name in self.table.key:
            row[name] = self._read(by_name[name], texts)
        self.key = tuple(map(cell_text, self.table.key_of(row)))
        known = self.known.get(self.key)
        self.was_in_use = getattr(known, "is_active", False)
        for name in by_name.keys() - set(self.table.key):
            row[name] = self._read(by_name[name], texts, known)
        self._refuse_repeats(row_number)
        if not self._problems:
            self._follow(row)
        if not self._problems:
            self._object(row, known)
        if self._problems:
            raise ValidationError({name: list(words) for name, words in self._problems.items()})

    def _read(self, column, texts, known=None):
        """A column that the file does not have stays as it is; but what a file lists is in use."""
        if column.name not in texts and known is not None and column is not IN_USE:
            texts = self.told(known)
        try:
            if column.name not in texts and column.default is REQUIRED:
                raise ValueError(_("the row is new, so the file needs this column"))
            return column.value(texts.get(column.name, ""))
        except ValueError as error:
            self._problems[column.name].append(str(error))
            return None

    def _refuse_repeats(self, row_number):
        line = self.lines[row_number - 1]
        first = self.seen.setdefault(self.key, line)
        if first != line:
            words = _("“%(key)s” is already on line %(line)s")
            problem = words % {"key": " / ".join(self.key), "line": first}
            self._problems[self.table.key[-1]].append(problem)

    def _follow(self, row):
        """Keys become the rows they name; only what is in use may be named."""
        given = dict(row)
        for pointer in self.table.pointers:
            if not row[pointer.column]:
                row[pointer.column] = None
                continue
            key = tuple(map(cell_text, pointer.key(given)))
            row[pointer.column] = self._target(pointer, key)
            if row[pointer.column] is None:
                words = _("there is no “%(key)s” in use")
                near = meant(" / ".join(key), map(" / ".join, self._targets.get(pointer.file, ())))
                problem = words % {"key": " / ".join(key)} + near
                self._problems[pointer.column].append(problem)

    def _target(self, pointer, key):
        if pointer.file not in self._targets:
            found = resource_of(table_of(pointer.file))()
            self._targets[pointer.file] = {
                k: row for k, row in found.known.items() if row.is_active
            }
        return self._targets[pointer.file].get(key)

    def _object(self, row, known):
        for words in self.table.contradictions(row):
            self._problems[NON_FIELD_ERRORS].append(str(words))
        for name, words in self.objections(row, known):
            self._problems[name].append(str(words))
        if known is None and not self.adds:
            words = _("there is no such row, and rows of this kind aren't added here")
            self._problems[self.table.key[-1]].append(words)

    def objections(self, row, known):
        """Each (column, words) against a row's values; `known` is what there is under its key."""
        return ()

    def complete(self, instance):
        """Set what follows from the row and is not one of its columns."""

    # Writing

    def init_instance(self, row=None):
        instance = super().init_instance(row)
        if self.table.is_ordered:
            last = self.table.model._default_manager.aggregate(last=Max("position"))["last"]
            instance.position = 0 if last is None else last + 1
        return instance

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """A row that somebody needs is not switched off, and the model's own rules hold."""
        self.complete(instance)
        errors = dict(import_validation_errors or {})
        is_switched_off = self.was_in_use and not instance.is_active
        if is_switched_off and (need := reason_to_keep_by_hand(instance)):
            words = _("It can't be turned off: %s.") % need
            errors[IN_USE.name] = [ValidationError(words)]
        super().validate_instance(instance, errors, validate_unique)

    def before_save_instance(self, instance, row, **kwargs):
        instance._change_reason = _("import of %s") % self.table.file

    def after_save_instance(self, instance, row, **kwargs):
        self.known[self.key_of_instance(instance)] = instance

    def column_of(self, attribute) -> str:
        """The column in which a person finds the model's field."""
        names = {field: column for column, field in self.attributes.items()}
        return names.get(attribute, attribute)

    def label_of(self, name) -> str:
        """What people call the column `name`: as the administration names its field."""
        field = self.attributes.get(name, name)
        try:
            words = self.table.model._meta.get_field(field).verbose_name
        except FieldDoesNotExist:
            words = name.replace("_", " ")
        return capfirst(str(words))

    @property
    def allowed(self) -> list[tuple[str, list[str]]]:
        """Return what may stand in columns that take nothing else, as (label, values)."""
        return []

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Each column as (its name in a file, what people call it)."""
        return [(column.name, self.label_of(column.name)) for column in self.columns]


def resource_of(table, base=TableResource):
    """The resource class of a table; `base` is TableResource or one that says more."""
    own, named = names_of(table.model), base.attributes
    is_switched = base.has_switch and "is_active" in own
    columns = [*table.columns, *([IN_USE] if is_switched else [])]
    fields = {
        column.name: Field(attribute=named.get(column.name, column.name), column_name=column.name)
        for column in columns
        if column.name in own or column.name in named
    }
    options = {
        "fields": list(fields),
        "import_id_fields": [name for name in table.key if name in fields],
    }
    resource = modelresource_factory(table.model, base, options, fields)
    resource.table, resource.columns = table, columns
    return resource
