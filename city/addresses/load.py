"""Loading of a city's address files: known rows are skipped, broken rows are refused.

Read = loaded + skipped + refused, for each file. All files are loaded in one transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

from django.db import transaction

from city import cache
from city.addresses.errors import RefusedRow
from city.addresses.file_reader import AddressFile
from city.addresses.rows import build_block, build_corner
from city.models import AddressRange, Intersection

_ROWS_PER_INSERT = 1000  # rows of one INSERT


@dataclass
class LoadSummary:
    """The number of rows of one file that were loaded, skipped and refused."""

    file: str
    what: str
    note: str = ""
    loaded: int = 0
    skipped: int = 0
    refused: int = 0

    @property
    def read_count(self) -> int:
        return self.loaded + self.skipped + self.refused

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.read_count} {self.what} read = {self.loaded} loaded + "
            f"{self.skipped} there already + {self.refused} refused"
        )


type OnRefused = Callable[[LoadSummary, int, str], None]


def load_address_files(
    paths: list[Path], named: dict[str, str], *, replace: bool, is_rehearsal: bool,
    on_refused: OnRefused,
) -> list[LoadSummary]:  # fmt: skip
    """Load `paths` and return a summary of each. Raise UnreadableFile before any change.

    `replace` deletes all rows of the kinds that the files hold; `is_rehearsal` writes nothing.
    `on_refused` is called with each refused row at once.
    """
    files = [AddressFile(path, named) for path in paths]
    with transaction.atomic():
        models = {file.model for file in files}
        known = {
            model: _prepare_known_fingerprints(model, replace, is_rehearsal) for model in models
        }
        reports = [_load_file(file, known[file.model], is_rehearsal, on_refused) for file in files]
        if not is_rehearsal and (replace or any(report.loaded for report in reports)):
            cache.invalidate_cache()
    return reports


def _prepare_known_fingerprints(
    model: type[AddressRange] | type[Intersection], replace: bool, is_rehearsal: bool
) -> set[str]:
    """Return the fingerprints of the rows to keep; delete all rows if they are replaced."""
    if not replace:
        return set(model.objects.values_list("fingerprint", flat=True))
    if not is_rehearsal:
        rows = model.objects.all()
        rows._raw_delete(rows.db)  # in one statement: `delete` would tell the memory of each row
    return set()


def _load_file(
    file: AddressFile, known: set[str], is_rehearsal: bool, on_refused: OnRefused
) -> LoadSummary:
    report = LoadSummary(file.name, str(file.model._meta.verbose_name_plural), file.note)
    for rows in batched(_build_new_rows(file, known, report, on_refused), _ROWS_PER_INSERT):
        report.loaded += len(rows)
        if not is_rehearsal:
            file.model.objects.bulk_create(rows, ignore_conflicts=True)
    return report


def _build_new_rows(
    file: AddressFile, known: set[str], report: LoadSummary, on_refused: OnRefused
) -> Iterator[AddressRange | Intersection]:
    """Yield the new rows of a file; count the known and refused ones in `report`."""
    make = build_corner if file.model is Intersection else build_block
    for line, values, problems in file.rows():
        try:
            if problems:
                raise RefusedRow(problems[0])
            row = make(values)
        except RefusedRow as refused:
            report.refused += 1
            on_refused(report, line, str(refused))
            continue
        if row.fingerprint in known:
            report.skipped += 1
            continue
        known.add(row.fingerprint)
        yield row
