"""A sheet against its table: what would change, row by row; then the same for good.

Both do the same in one transaction, which the preview takes back. What was shown has a `seal`;
saving demands it, so that nobody confirms one thing and gets another.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from city import cache
from city.spreadsheets.reading import Sheet, read_sheet
from city.spreadsheets.resource import TableResource

NEW, CHANGED, UNCHANGED, SKIPPED, WRONG = "new", "changed", "unchanged", "skipped", "wrong"


@dataclass(frozen=True)
class ImportLine:
    """What becomes of one line: `changes` are (label, before, after), `reasons` what is wrong."""

    number: int
    kind: str
    name: str = ""
    changes: tuple = ()
    reasons: tuple = ()
    row: object = None


@dataclass
class ImportOutcome:
    """`resource` did the work, and may know more about it, such as the draft it made."""

    lines: list[ImportLine] = field(default_factory=list)
    resource: TableResource | None = None
    is_saved: bool = False

    def select_lines(self, kind) -> list[ImportLine]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def counts(self) -> Counter:
        return Counter(line.kind for line in self.lines)

    @property
    def is_wrong(self) -> bool:
        return WRONG in self.counts

    @property
    def can_be_saved(self) -> bool:
        return bool(self.changed_count) and not self.is_wrong

    @property
    def changed_count(self) -> int:
        """How many rows it changes or adds."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def seal(self) -> str:
        """The same for the same lines only."""
        told = [(line.number, line.kind, line.name, line.changes) for line in self.lines]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def import_records(
    resource: TableResource, records: Iterable[Sequence], seal: str | None = None
) -> ImportOutcome:
    """Return what the records of a file change in a table.

    They are saved where everything is right and as `seal` says it was shown; `is_saved` tells
    whether they were. Raises Unreadable.
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
    """Keep others from writing a table until this transaction ends; all may go on reading."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _import_sheet(resource: TableResource, sheet: Sheet) -> ImportOutcome:
    lines = [ImportLine(number, SKIPPED) for number in sheet.comments]
    lines += [_import_line(resource, *line) for line in sheet.lines.items()]
    return ImportOutcome(sorted(lines, key=lambda line: line.number), resource)


def _import_line(resource: TableResource, number: int, texts: dict[str, str]) -> ImportLine:
    try:
        row = resource.build_row(number, texts)
    except ValidationError as error:
        return ImportLine(number, WRONG, reasons=tuple(resource.format_errors(error)))
    kind = NEW if row.is_new else CHANGED if row.changes else UNCHANGED
    if kind != UNCHANGED:
        resource.save(row.instance, row.is_new)
    return ImportLine(number, kind, str(row.instance), row.changes, row=row.instance.pk)
