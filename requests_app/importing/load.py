"""Import of an export: known records are skipped, invalid rows are refused with a reason."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import batched
from pathlib import Path
from zlib import crc32

from city import geo
from lib.postgresql.transactions import long_transaction
from lib.tabular import RAGGED, Record, TableReader
from requests_app import workflow
from requests_app.importing.mapping import ExportMapping
from requests_app.importing.records import (
    MAX_LOCATION_LENGTH,
    RecordReader,
    RowRefused,
    UnreadableExport,
    open_export,
)
from requests_app.models import OlderRecord
from requests_app.permissions import SYSTEM
from requests_app.workflow import ClosedRecord

BATCH_SIZE = 1000


class OutsidePolicy(StrEnum):
    """What to do with a row whose location is outside the city."""

    REFUSE = "refuse"
    KEEP = "keep"  # imported without pin and area; the coordinates are added to the location text


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not imported. `line` is the line on which it starts; the header is line 1."""

    line: int
    header: list[str]
    raw: list[str]
    reason: str


@dataclass
class ImportCount:
    """Numbers of rows: imported + known + left_out + refused = read.

    `outside` counts imported rows whose location is outside the city. Blank rows are not in `read`.
    `known` were imported before or are repeated in this file.
    """

    read: int = 0
    blank: int = 0
    imported: int = 0
    outside: int = 0
    known: int = 0  # imported before, or repeated in this file
    left_out: Counter = field(default_factory=Counter)  # by kind
    refused: Counter = field(default_factory=Counter)  # by reason


def import_file(
    path: Path,
    mapping: ExportMapping,
    *,
    refused: Callable[[RefusedRow], None],
    outside: OutsidePolicy,
    is_trial: bool,
) -> ImportCount:
    """Import the export and return the counts; in a trial, count without changes.

    Rows are written in batches of BATCH_SIZE, each in one transaction, so an interrupted import is
    simply started again. `refused` is called for each row that cannot be imported. Raise
    UnreadableExport, also after batches that were written.
    """
    export = open_export(path, mapping)
    count = ImportCount()
    rows = _RecordFilter(export, RecordReader(mapping), outside, count)
    for some in batched(export.records, BATCH_SIZE):
        told = [line for line in some if not line.is_blank]
        count.read += len(told)
        count.blank += len(some) - len(told)
        records = []
        for line in told:
            try:
                record = rows.build_record(line)
            except RowRefused as reason:
                count.refused[str(reason)] += 1
                refused(RefusedRow(line.line, export.header.cells, line.cells, str(reason)))
            else:
                records += [record] if record else []
        new = _save_new_records(records, mapping.system, count, is_trial)
        count.imported += len(new)
        count.outside += sum(record.record_id in rows.outside for record in new)
    return count


class _RecordFilter:
    """Builds the records to import, each id of the file once.

    `outside` has the ids of those whose location is outside the city.
    """

    def __init__(
        self, export: TableReader, reader: RecordReader, policy: OutsidePolicy, count: ImportCount
    ) -> None:
        self._export, self._reader, self._policy, self._count = export, reader, policy, count
        self._seen: set[str] = set()
        self.outside: set[str] = set()

    def build_record(self, line: Record) -> ClosedRecord | None:
        """Return the record of a line; None if its kind is skipped or its id was seen before.

        The skipped are counted, and OutsidePolicy is applied. Raise RowRefused, and
        UnreadableExport for a line that is no row of a table.
        """
        if line.problem == RAGGED:
            raise RowRefused(f"it has {len(line.cells)} cells, not as many as the header")
        if line.problem:
            raise UnreadableExport(f"line {line.line}: {line.problem}")
        cells = self._export.cell_texts(line)
        kind = self._reader.read_kind(cells)
        if self._reader.mapping.is_skipped(kind):
            self._count.left_out[kind] += 1
            return None
        record_id = self._reader.read_id(cells)
        if record_id in self._seen:
            self._count.known += 1
            return None
        record = self._apply_outside_policy(self._reader.read_record(cells))
        self._seen.add(record_id)
        return record

    def _apply_outside_policy(self, record: ClosedRecord) -> ClosedRecord:
        """Return the record, without coordinates if its location is outside and to be kept.

        Removed coordinates are added to the location text. A point just outside the city line is
        snapped inside.
        Raise RowRefused for an outside location that is to be refused.
        """
        latitude, longitude = record.latitude, record.longitude
        if latitude is None or longitude is None:
            return record
        if point := geo.snap_to_service_area(Decimal(latitude), Decimal(longitude)):
            return replace(record, latitude=point.latitude, longitude=point.longitude)
        if self._policy is OutsidePolicy.REFUSE:
            raise RowRefused("its location is outside the city")
        self.outside.add(record.record_id)
        words = ", ".join(filter(None, [record.location_text, f"{latitude}, {longitude}"]))
        return replace(
            record, latitude=None, longitude=None, location_text=words[:MAX_LOCATION_LENGTH]
        )


def _save_new_records(
    records: list[ClosedRecord], system: str, count: ImportCount, is_trial: bool
) -> list[ClosedRecord]:
    """Write the records that are not known yet, unless in a trial, and return them.

    The known ones are added to `count.known`. A concurrent import of the same system waits. The
    transaction may take longer than a page's statements.
    """
    with long_transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(311, %s)", [crc32(system.encode()) - 2**31])
        ids = [record.record_id for record in records]
        rows = OlderRecord.objects.filter(system=system, record_id__in=ids)
        known = set(rows.values_list("record_id", flat=True))
        new = [record for record in records if record.record_id not in known]
        count.known += len(records) - len(new)
        if not is_trial:
            workflow.import_closed_records(new, by=SYSTEM)
    return new
