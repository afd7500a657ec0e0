"""Comparison of photos' rows with their files, and repair of differences.

    result = audit.compare_files_and_rows()  # some hundred bytes of memory per photo
    audit.repair_differences(result)
    audit.delete_unknown_files()             # only files without a row, in batches

A file may exist for a day before its row, for example after an upload with a late response. Rows
count as correct, with one exception: if most files of a folder have no row, the database is more
likely to be wrong, and no file is deleted.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from lib import clock
from lib.http import parse_uuids
from lib.storage import default_storage
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import uploading
from requests_app.photos.direct_upload import INCOMING_FOLDER as INCOMING

log = logging.getLogger(__name__)

ORIGINALS, SIZES = "originals/", "sizes/"
GRACE_PERIOD = timedelta(days=1)
MAX_PLAUSIBLE_UNKNOWN = 100
"""So many unknown files are never a sign of a wrong database."""
BATCH_SIZE = 1000
_ORIGINAL = re.compile(ORIGINALS + r"([0-9a-f-]{36})\.\w+")
_SIZE = re.compile(SIZES + r"(\w+)-(\d+)\.webp")


@dataclass
class AuditResult:
    """Counts of rows and files, and their differences: names of files and ids of photos."""

    photos: int = 0
    waiting: int = 0
    spooled: int = 0
    files: int = 0
    unknown_files: list[str] = field(default_factory=list)
    without_original: list[UUID] = field(default_factory=list)
    without_sizes: list[UUID] = field(default_factory=list)
    is_database_wrong: bool = False

    @property
    def differences(self) -> int:
        return len(self.unknown_files) + len(self.without_original) + len(self.without_sizes)


def compare_files_and_rows() -> AuditResult:
    """Return all differences, without changing anything.

    Raise OSError if the photo storage is unavailable.
    """
    result, names = AuditResult(), _StoredNames()
    for folder in (ORIGINALS, SIZES, INCOMING):
        audit = _find_unknown_files(folder, names.add)
        result.files += audit.file_count
        result.unknown_files += audit.unknown
        result.is_database_wrong |= audit.is_suspicious
    _compare_rows(result, names)
    return result


def repair_differences(result: AuditResult) -> None:
    """Delete files without a row, schedule missing sizes, and mark photos that are lost.

    No file is deleted if `is_database_wrong`. A photo whose original is missing but whose sizes
    exist is kept; this happens after a restore from a backup. Raise OSError.
    """
    if not result.is_database_wrong:
        _delete_files(result.unknown_files)
    for photo in Photo.objects.filter(pk__in=result.without_sizes):
        if photo.original and photo.pk not in result.without_original:
            uploading.reset_to_waiting(photo)
        else:
            uploading.mark_as_lost(photo)
    lost = Photo.objects.filter(pk__in=result.without_original)
    for photo in lost.exclude(state=Photo.State.READY):
        uploading.mark_as_lost(photo)


def delete_unknown_files() -> int:
    """Delete the files that have no row, and return their number.

    A folder in which more than half of the files, and over MAX_PLAUSIBLE_UNKNOWN, have no row is
    logged and left as it is. Raise OSError.
    """
    swept = 0
    for folder in (INCOMING, ORIGINALS, SIZES):
        audit = _find_unknown_files(folder)
        if audit.is_suspicious:
            log.error(
                "%s: %s of %s files have no row; none is deleted",
                folder,
                len(audit.unknown),
                audit.file_count,
            )
        else:
            swept += _delete_files(audit.unknown)
    return swept


def enqueue_waiting() -> None:
    """Enqueue again the making of sizes for at most BATCH_SIZE waiting photos."""
    uploading.enqueue_waiting(clock.now(), most=BATCH_SIZE)


class _StoredNames:
    """The names of stored files in a compact form: 300 MB for a million photos."""

    def __init__(self) -> None:
        self.originals: set[str] = set()
        self.sizes: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Count the original or size with this name; ignore other names."""
        if match := _ORIGINAL.fullmatch(name):
            self.originals.add(match[1])
        elif match := _SIZE.fullmatch(name):
            self.sizes[match[1]] += 1


class _FolderAudit(NamedTuple):
    """Files of a folder without a row, and the number of all files.

    `is_suspicious` is True if so many are unknown that the database is more likely to be wrong.
    """

    unknown: list[str]
    file_count: int
    is_suspicious: bool


def _find_unknown_files(
    folder: str, remember: Callable[[str], None] = lambda name: None
) -> _FolderAudit:
    """Return the files of `folder` without a row that are older than a day.

    `remember` is called with the name of every file.
    """
    count = 0
    unknown: list[str] = []
    page: list[str] = []
    for name, written in default_storage.list_files(folder):
        count += 1
        remember(name)
        if written < clock.now() - GRACE_PERIOD:
            page.append(name)
        if len(page) == BATCH_SIZE:
            unknown += _filter_unknown(page)
            page = []
    unknown += _filter_unknown(page)
    is_suspicious = folder != INCOMING and len(unknown) > max(MAX_PLAUSIBLE_UNKNOWN, count / 2)
    return _FolderAudit(unknown, count, is_suspicious)


def _filter_unknown(names: list[str]) -> list[str]:
    """Return those of the names that no row has; every incoming file is among these."""
    ids = parse_uuids(match[1] for name in names if (match := _ORIGINAL.fullmatch(name)))
    keys = {name: match[1] for name in names if (match := _SIZE.fullmatch(name))}
    known = set(Photo.objects.filter(pk__in=ids).values_list("original", flat=True))
    known_keys = set(Photo.objects.filter(key__in=keys.values()).values_list("key", flat=True))

    return [name for name in names if name not in known and keys.get(name) not in known_keys]


def _compare_rows(result: AuditResult, names: _StoredNames) -> None:
    """Count the rows, and add to `result` those whose original or sizes are missing."""
    spooled = set(SpooledOriginal.objects.values_list("photo", flat=True))
    result.spooled = len(spooled)
    for photo in Photo.objects.order_by().iterator(BATCH_SIZE):
        result.photos += 1
        result.waiting += photo.state == Photo.State.WAITING
        if _lacks_original(photo, names, spooled):
            result.without_original.append(photo.pk)
        if photo.is_ready and _lacks_sizes(photo, names):
            result.without_sizes.append(photo.pk)


def _lacks_original(photo: Photo, names: _StoredNames, spooled: set[UUID]) -> bool:
    """Return True if the original does not exist; the storage is asked, as it may be new.

    False for a photo whose files were deleted (no `original`), and for a spooled original.
    """
    if not photo.original or photo.pk in spooled or str(photo.pk) in names.originals:
        return False
    return not default_storage.exists(photo.original)


def _lacks_sizes(photo: Photo, names: _StoredNames) -> bool:
    """Return True if one of the sizes does not exist; the storage is asked, as it may be new."""
    if names.sizes[photo.key] >= len(Photo.SIZES):
        return False
    return not all(default_storage.exists(photo.storage_name(size)) for size in Photo.SIZES)


def _delete_files(names: list[str]) -> int:
    """Delete the files and return their number. Raise OSError."""
    for name in names:
        default_storage.delete(name)
    return len(names)
