"""Loading of a city's address files: known rows are skipped, broken rows are refused.

Read = loaded + skipped + refused, for each file. All files are loaded in one transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Manager

from city import cache
from city.addresses.errors import RefusedRow
from city.addresses.file_reader import AddressFile
from city.addresses.rows import build_block, build_corner
from city.models import AddressRange, Intersection

_ROWS_PER_INSERT = 1000


@dataclass
class LoadSummary:
    """The number of rows of one address file that were loaded, skipped and refused.

    `what` is the plural name of the rows, `note` how the file was decoded if that was a guess.
    """

    file: str
    what: str
    note: str = ""
    loaded: int = 0
    skipped: int = 0
    refused: int = 0

    @property
    def read_count(self) -> int:
        """The number of rows in the file: loaded, skipped and refused ones."""
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
    """Load `paths` and return a summary of each. Raise UnreadableFile without any change.

    `replace` deletes all rows of the kinds that the files hold; `is_rehearsal` writes nothing.
    `on_refused` is called at once for each refused row with the file's summary so far, the line and
    the reason. The cache is invalidated if rows were written.
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
    """Return the fingerprints of the rows in the table, none if the rows are replaced.

    With `replace`, all rows of `model` are deleted first, except in a rehearsal.
    """
    if not replace:
        return set(model.objects.values_list("fingerprint", flat=True))
    if not is_rehearsal:
        rows = model.objects.all()
        rows._raw_delete(rows.db)  # in one statement; delete() would send a signal per row
    return set()


def _load_file(
    file: AddressFile, known: set[str], is_rehearsal: bool, on_refused: OnRefused
) -> LoadSummary:
    """Insert the new rows of a file, and return its summary; a rehearsal inserts none.

    The fingerprints of the new rows are added to `known`.
    """
    report = LoadSummary(file.name, str(file.model._meta.verbose_name_plural), file.note)
    for rows in batched(_build_new_rows(file, known, report, on_refused), _ROWS_PER_INSERT):
        report.loaded += len(rows)
        if not is_rehearsal:
            manager: Manager[Any] = file.model.objects
            manager.bulk_create(rows, ignore_conflicts=True)
    return report


def _build_new_rows(
    file: AddressFile, known: set[str], report: LoadSummary, on_refused: OnRefused
) -> Iterator[AddressRange | Intersection]:
    """Yield the unsaved new rows of a file; count the known and refused ones in `report`.

    `on_refused` is called for each refused row, and no RefusedRow is raised. The fingerprint of
    each new row is added to `known`, so a row that occurs twice counts as skipped.
    """
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
