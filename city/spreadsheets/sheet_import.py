"""Import of a sheet into its table, and the preview of it.

Both run the same code in one transaction, which the preview rolls back. The preview has a `seal`
that the import must match, so that the import does exactly what was shown.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from city import cache
from city.spreadsheets.resource import TableResource
from city.spreadsheets.upload_reader import Sheet, read_sheet

NEW, CHANGED, UNCHANGED, SKIPPED, WRONG = "new", "changed", "unchanged", "skipped", "wrong"


@dataclass(frozen=True)
class ImportLine:
    """The result of one line: `changes` are (label, before, after), `reasons` are what is wrong."""

    number: int
    kind: str
    name: str = ""
    changes: tuple = ()
    reasons: tuple = ()
    row: object = None


@dataclass
class ImportOutcome:
    """The result of an import.

    `resource` is the resource that built the rows; it may hold more results, such as a draft.
    """

    lines: list[ImportLine] = field(default_factory=list)
    resource: TableResource | None = None
    is_saved: bool = False

    def select_lines(self, kind: str) -> list[ImportLine]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.kind for line in self.lines)

    @property
    def is_wrong(self) -> bool:
        return WRONG in self.counts

    @property
    def can_be_saved(self) -> bool:
        """True if a row would change and no line is wrong."""
        return bool(self.changed_count) and not self.is_wrong

    @property
    def changed_count(self) -> int:
        """The number of rows that are changed or added."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def seal(self) -> str:
        """A digest of the lines' numbers, kinds, names and changes."""
        told = [(line.number, line.kind, line.name, line.changes) for line in self.lines]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def import_records(
    resource: TableResource, records: Iterable[Sequence], seal: str | None = None
) -> ImportOutcome:
    """Return what the records of a file change in a table. Raise UnreadableFile.

    The changes are saved if every line is valid, a row changes and the outcome matches `seal`; then
    `is_saved` is True. Without a seal nothing is saved. Raise OperationalError if the table is
    locked.
    """
    sheet = read_sheet(records, resource.schema)
    try:
        with transaction.atomic():
            if seal is not None:
                _lock_table(resource.table.model)
            with cache.defer_invalidation():
                outcome = _import_sheet(resource, sheet)
            outcome.is_saved = outcome.can_be_saved and outcome.seal == seal
            if not outcome.is_saved:
                transaction.set_rollback(True)
    finally:
        cache.clear_process_cache()
    return outcome


def _lock_table(model: type[models.Model]) -> None:
    """Lock a table against writes by others until the transaction ends; reads go on."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _import_sheet(resource: TableResource, sheet: Sheet) -> ImportOutcome:
    """Save the valid rows of a sheet, and return the outcome with the lines in their order."""
    lines = [ImportLine(number, SKIPPED) for number in sheet.comments]
    lines += [_import_line(resource, *line) for line in sheet.lines.items()]
    return ImportOutcome(sorted(lines, key=lambda line: line.number), resource)


def _import_line(resource: TableResource, number: int, texts: dict[str, str]) -> ImportLine:
    """Save the row of a line and return the result; a wrong line is not saved."""
    try:
        row = resource.build_row(number, texts)
    except ValidationError as error:
        return ImportLine(number, WRONG, reasons=tuple(resource.format_errors(error)))
    kind = NEW if row.is_new else CHANGED if row.changes else UNCHANGED
    if kind != UNCHANGED:
        resource.save(row.instance, row.is_new)
    return ImportLine(number, kind, str(row.instance), row.changes, row=row.instance.pk)
