"""A sheet against its table: what would change, row by row; then the same for good.

Both walk the same road in one transaction, which the preview takes back. What was shown has a
`seal`; saving demands it, so that nobody confirms one thing and gets another.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

import tablib
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import connection, transaction
from django.utils.translation import gettext as _
from import_export.results import RowResult

from city import cache
from city.spreadsheets.reading import Sheet
from lib.tabular import Unreadable, twice
from lib.tabular.formulas import is_formula, unguarded

NEW, CHANGED, UNCHANGED, SKIPPED, WRONG = "new", "changed", "unchanged", "skipped", "wrong"
_KINDS = {
    RowResult.IMPORT_TYPE_NEW: NEW,
    RowResult.IMPORT_TYPE_UPDATE: CHANGED,
    RowResult.IMPORT_TYPE_SKIP: UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: WRONG,
}


@dataclass(frozen=True)
class Line:
    """What becomes of one line: `changes` are (column, before, after), `reasons` what is wrong."""

    number: int
    kind: str
    name: str = ""
    changes: tuple = ()
    reasons: tuple = ()
    row: object = None


@dataclass
class Outcome:
    """`resource` did the work, and may know more about it, such as the draft it made."""

    lines: list[Line] = field(default_factory=list)
    resource: object = None
    is_saved: bool = False

    def lines_of(self, kind) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def counts(self) -> Counter:
        return Counter(line.kind for line in self.lines)

    @property
    def is_wrong(self) -> bool:
        return WRONG in self.counts

    @property
    def can_be_saved(self) -> bool:
        return bool(self.changing) and not self.is_wrong

    @property
    def changing(self) -> int:
        """How many rows it changes or adds."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def seal(self) -> str:
        """The same for the same lines only."""
        told = [(line.number, line.kind, line.name, line.changes) for line in self.lines]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def preview(resource_class, sheet: Sheet, by) -> Outcome:
    """What `save` would do. Raises Unreadable."""
    return _run(resource_class, sheet, by, wanted=None)


def save(resource_class, sheet: Sheet, by, seal: str) -> Outcome:
    """Write the sheet where everything is right and still what was shown; `is_saved` says so."""
    return _run(resource_class, sheet, by, wanted=seal)


def _run(resource_class, sheet, by, wanted):
    try:
        with transaction.atomic():
            if wanted is not None:
                _hold(resource_class.table.model)
            with cache.one_change():
                outcome = _walk(resource_class([line for line, _cells in sheet.rows], by), sheet)
            outcome.is_saved = outcome.can_be_saved and outcome.seal == wanted
            if not outcome.is_saved:
                transaction.set_rollback(True)
    finally:
        cache.forget()
    return outcome


def _hold(model):
    """Nobody else writes the table until this transaction ends; all may go on reading."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _walk(resource, sheet):
    sheet = sheet._replace(head=[_column_named(resource, name) for name in sheet.head])
    _check_head(resource, sheet)
    texts = (tuple(map(unguarded, cells)) for _line, cells in sheet.rows)
    rows = tablib.Dataset(*texts, headers=sheet.head)
    result = resource.import_data(rows, use_transactions=True)
    _raise_bugs(result)
    lines = [Line(number, SKIPPED) for number in sheet.skipped]
    for (number, cells), each in zip(sheet.rows, result.rows, strict=True):
        asking = [n for n, cell in zip(sheet.head, cells, strict=True) if is_formula(cell)]
        lines.append(_line(resource, number, asking, each))
    return Outcome(sorted(lines, key=lambda line: line.number), resource)


def _column_named(resource, heading: str) -> str:
    """Return the column that a heading means: its name, or what the pages call it, in any case.

    A heading that means none is returned as it is.
    """
    typed = " ".join(heading.replace("_", " ").split()).casefold()
    for name, label in resource.labels:
        if typed in {name.replace("_", " "), label.casefold()}:
            return name
    return heading


def _check_head(resource, sheet):
    """Every column must be known, and those that tell rows apart must be there."""
    names = [column.name for column in resource.columns]
    needed = set(resource.table.key)
    problems = [
        *(_("“%s” isn't a column of this table.") % n for n in sheet.head if n not in names),
        *(_("The column “%s” is missing.") % n for n in names if n in needed - set(sheet.head)),
        *(_("The column “%s” appears twice.") % n for n in twice(sheet.head)),
    ]
    if problems:
        known = _("The columns are: %s.") % ", ".join(names)
        raise Unreadable("header", problems=" ".join([*problems, known]))


def _raise_bugs(result):
    """The library takes every exception for a bad row; one that is no ValidationError is ours."""
    for error in [*result.base_errors, *(e for row in result.rows for e in row.errors)]:
        raise error.error


def _line(resource, number, asking, result):
    if asking:
        words = _("it begins like a formula; put the value there, or an apostrophe before it")
        return Line(
            number, WRONG, reasons=tuple(f"{_label(resource, name)}: {words}" for name in asking)
        )
    kind = _KINDS[result.import_type]
    if kind == WRONG:
        return Line(number, kind, reasons=tuple(_reasons(resource, result.validation_error)))
    differing = result.diff if kind in {NEW, CHANGED} else ()
    changes = tuple((resource.label_of(name), old, new) for name, old, new in differing)
    return Line(number, kind, result.object_repr or "", changes, row=result.object_id)


def _reasons(resource, error):
    for name, words in error.message_dict.items():
        where = ""
        if name != NON_FIELD_ERRORS:
            where = f"{_label(resource, resource.column_of(name))}: "
        yield from (f"{where}{each}" for each in words)


def _label(resource, column) -> str:
    """A column as people call it, and as it stands in their file where that is another word."""
    label = resource.label_of(column)
    if label.casefold() == column.casefold():
        return label
    return _("%(label)s (column %(column)s)") % {"label": label, "column": column}
