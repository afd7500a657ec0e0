"""An export, brought in: what is here already is skipped, what cannot come in says why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from zlib import crc32

from django.db import connection, transaction

from requests_app import workflow
from requests_app.models import OlderRecord
from requests_app.older_system.mapping import Mapping
from requests_app.older_system.reading import Export, Line, Reader, Refused
from requests_app.permissions import SYSTEM

AT_ONCE = 1000


@dataclass(frozen=True)
class Refusal:
    """A row that did not come in. `line` is the one it starts on; the header is line 1."""

    line: int
    raw: list[str]
    reason: str


@dataclass
class Count:
    """What became of the rows: imported + here + left_out + refused = read."""

    read: int = 0
    imported: int = 0
    here: int = 0  # already, or a second time in this file
    left_out: Counter = field(default_factory=Counter)  # by kind
    refused: Counter = field(default_factory=Counter)  # by reason

    @property
    def skipped(self) -> int:
        return self.here + self.left_out.total()


def import_file(
    path: Path, mapping: Mapping, *, refused: Callable[[Refusal], None], is_trial=False
) -> Count:
    """Read the whole export; a trial counts and changes nothing.

    Rows are written a thousand at a time, each thousand whole or not at all, so an import that was
    cut off is simply started again. `refused` hears of every row that cannot come in. Raises
    UnreadableExport.
    """
    export, reader, count = Export(path, mapping), Reader(mapping), Count()
    seen: set[str] = set()
    for lines in batched(export.lines(), AT_ONCE):
        count.read += len(lines)
        records = list(_records(lines, reader, count, seen, refused))
        count.imported += _keep(records, mapping.system, count, is_trial)
    return count


def _records(lines, reader, count, seen, refused):
    """The records that can come in, each id of the file once."""
    for line in lines:
        try:
            record = _record(line, reader, count, seen)
        except Refused as reason:
            count.refused[str(reason)] += 1
            refused(Refusal(line.number, line.raw, str(reason)))
        else:
            if record:
                yield record


def _record(line: Line, reader, count, seen):
    """The record of a line, None where it is skipped; raises Refused."""
    if line.cells is None:
        raise Refused(f"it has {len(line.raw)} cells, not as many as the header")
    kind = reader.kind_of(line.cells)
    if reader.mapping.is_left_out(kind):
        count.left_out[kind] += 1
        return None
    record_id = reader.id_of(line.cells)
    if record_id in seen:
        count.here += 1
        return None
    record = reader.record(line.cells)
    seen.add(record_id)
    return record


@transaction.atomic
def _keep(records, system, count, is_trial) -> int:
    """Write those that are not here yet; another import of this system waits meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(311, %s)", [crc32(system.encode()) - 2**31])
    ids = [record.record_id for record in records]
    known = OlderRecord.objects.filter(system=system, record_id__in=ids)
    known = set(known.values_list("record_id", flat=True))
    new = [record for record in records if record.record_id not in known]
    count.here += len(records) - len(new)
    if not is_trial:
        workflow.import_many(new, by=SYSTEM)
    return len(new)
