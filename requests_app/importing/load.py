"""An export, brought in: what is here already is skipped, what cannot come in says why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import batched
from pathlib import Path
from zlib import crc32

from city import geo
from lib.postgresql.transactions import long_transaction
from lib.tabular import RAGGED, Record
from requests_app import workflow
from requests_app.importing.mapping import Mapping
from requests_app.importing.records import (
    LONGEST_PLACE,
    Reader,
    Refused,
    UnreadableExport,
    open_export,
)
from requests_app.models import OlderRecord
from requests_app.permissions import SYSTEM
from requests_app.workflow import ClosedRecord

AT_ONCE = 1000


class Outside(StrEnum):
    """What becomes of a row whose place lies outside the city."""

    REFUSE = "refuse"
    KEEP = "keep"  # without a pin and an area; its coordinates become words


@dataclass(frozen=True)
class Refusal:
    """A row that did not come in. `line` is the one it starts on; the header is line 1."""

    line: int
    header: list[str]
    raw: list[str]
    reason: str


@dataclass
class Count:
    """What became of the rows: imported + here + left_out + refused = read.

    Of the imported ones `outside` lie outside the city. Blank rows are not read.
    """

    read: int = 0
    blank: int = 0
    imported: int = 0
    outside: int = 0
    here: int = 0  # already, or a second time in this file
    left_out: Counter = field(default_factory=Counter)  # by kind
    refused: Counter = field(default_factory=Counter)  # by reason


def import_file(
    path: Path,
    mapping: Mapping,
    *,
    refused: Callable[[Refusal], None],
    outside: Outside,
    is_trial: bool,
) -> Count:
    """Read the whole export; a trial counts and changes nothing.

    Rows are written a thousand at a time, each thousand whole or not at all, so an import that was
    cut off is simply started again. `refused` hears of every row that cannot come in. Raises
    UnreadableExport.
    """
    export = open_export(path, mapping)
    count = Count()
    rows = _Rows(export, Reader(mapping), outside, count)
    for some in batched(export.records, AT_ONCE):
        told = [line for line in some if not line.is_blank]
        count.read += len(told)
        count.blank += len(some) - len(told)
        records = []
        for line in told:
            try:
                record = rows.record(line)
            except Refused as reason:
                count.refused[str(reason)] += 1
                refused(Refusal(line.line, export.header.cells, line.cells, str(reason)))
            else:
                records += [record] if record else []
        new = _keep(records, mapping.system, count, is_trial)
        count.imported += len(new)
        count.outside += sum(record.record_id in rows.outside for record in new)
    return count


class _Rows:
    """The records that can come in, each id of the file once. `outside` are the ids of those whose
    place lies outside the city.
    """

    def __init__(self, export, reader, policy, count) -> None:
        self._export, self._reader, self._policy, self._count = export, reader, policy, count
        self._seen: set[str] = set()
        self.outside: set[str] = set()

    def record(self, line: Record) -> ClosedRecord | None:
        """The record of a line, None where it is skipped; raises Refused."""
        if line.problem == RAGGED:
            raise Refused(f"it has {len(line.cells)} cells, not as many as the header")
        if line.problem:
            raise UnreadableExport(f"line {line.line}: {line.problem}")
        cells = self._export.cell_texts(line)
        kind = self._reader.kind_of(cells)
        if self._reader.mapping.is_left_out(kind):
            self._count.left_out[kind] += 1
            return None
        record_id = self._reader.id_of(cells)
        if record_id in self._seen:
            self._count.here += 1
            return None
        record = self._inside(self._reader.record(cells))
        self._seen.add(record_id)
        return record

    def _inside(self, record):
        """The record as the operator wants it where its location is outside the city."""
        at = record.latitude, record.longitude
        if record.latitude is None:
            return record
        if point := geo.snap_to_service_area(*at):
            return replace(record, latitude=point.latitude, longitude=point.longitude)
        if self._policy is Outside.REFUSE:
            raise Refused("its location is outside the city")
        self.outside.add(record.record_id)
        words = ", ".join(filter(None, [record.location_text, f"{at[0]}, {at[1]}"]))
        return replace(record, latitude=None, longitude=None, location_text=words[:LONGEST_PLACE])


def _keep(records, system, count, is_trial) -> list[ClosedRecord]:
    """Write those that are not here yet, and give them; another import of this system waits
    meanwhile. A thousand rows may take longer than a page's statements, in a large city's indexes.
    """
    with long_transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(311, %s)", [crc32(system.encode()) - 2**31])
        ids = [record.record_id for record in records]
        known = OlderRecord.objects.filter(system=system, record_id__in=ids)
        known = set(known.values_list("record_id", flat=True))
        new = [record for record in records if record.record_id not in known]
        count.here += len(records) - len(new)
        if not is_trial:
            workflow.import_closed_records(new, by=SYSTEM)
    return new
