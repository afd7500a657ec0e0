"""Photos' rows and their files, side by side: what one side has and the other has not.

    found = audit.compare()     # everything; a few hundred bytes of memory for each photo
    audit.mend(found)
    audit.delete_unknown_files()               # only files that no row knows, a page at a time

A file may lie there for a day before its row does: an upload that was answered too late, or one
that its sender never told us of. Rows are the truth, with one exception: where most of a folder is
unknown to them, the database is more likely to be the wrong one, and nothing is deleted.
"""

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from lib import clock
from lib.http import parse_uuids
from lib.storage import default_storage
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import uploading
from requests_app.photos.direct_upload import FOLDER as INCOMING

log = logging.getLogger(__name__)

ORIGINALS, SIZES = "originals/", "sizes/"
GRACE = timedelta(days=1)
SOME = 100
"""So many unknown files are never a sign of a wrong database."""
AT_A_TIME = 1000
_ORIGINAL = re.compile(ORIGINALS + r"([0-9a-f-]{36})\.\w+")
_SIZE = re.compile(SIZES + r"(\w+)-(\d+)\.webp")


@dataclass
class Found:
    """Counts of what was looked at, and what does not fit: names of files, ids of photos."""

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


def compare() -> Found:
    """OSError if the photo storage is away."""
    found, names = Found(), _Names()
    for folder in (ORIGINALS, SIZES, INCOMING):
        unknown, count, is_wrong = _unknown_in(folder, names.add)
        found.files += count
        found.unknown_files += unknown
        found.is_database_wrong |= is_wrong
    _compare_rows(found, names)
    return found


def mend(found) -> None:
    """Delete what no photo knows, make sizes again, and say of a photo that it is gone.

    An original that is gone while its sizes are there can only come from a backup.
    """
    if not found.is_database_wrong:
        _delete(found.unknown_files)
    for photo in Photo.objects.filter(pk__in=found.without_sizes):
        if photo.original and photo.pk not in found.without_original:
            uploading.make_sizes_again(photo)
        else:
            uploading.give_up(photo)
    for photo in Photo.objects.filter(pk__in=found.without_original).exclude(
        state=Photo.State.READY
    ):
        uploading.give_up(photo)


def delete_unknown_files() -> int:
    """How many files were deleted that no row knows."""
    swept = 0
    for folder in (INCOMING, ORIGINALS, SIZES):
        unknown, count, is_wrong = _unknown_in(folder)
        if is_wrong:
            log.error(
                "%s: %s of %s files have no row; none is deleted", folder, len(unknown), count
            )
        else:
            swept += _delete(unknown)
    return swept


def enqueue_waiting() -> None:
    uploading.enqueue_waiting(clock.now(), most=AT_A_TIME)


class _Names:
    """The names of files, packed: a million photos are some 300 MB and not a gigabyte."""

    def __init__(self) -> None:
        self.originals = set()
        self.sizes = Counter()

    def add(self, name) -> None:
        if match := _ORIGINAL.fullmatch(name):
            self.originals.add(match[1])
        elif match := _SIZE.fullmatch(name):
            self.sizes[match[1]] += 1


def _unknown_in(folder, note=lambda name: None) -> tuple[list, int, bool]:
    """(files older than a day that no row knows, how many there are at all, whether that is odd)"""
    count, unknown, page = 0, [], []
    for name, written in default_storage.list_files(folder):
        count += 1
        note(name)
        if written < clock.now() - GRACE:
            page.append(name)
        if len(page) == AT_A_TIME:
            unknown += _unknown(page)
            page = []
    unknown += _unknown(page)
    is_wrong = folder != INCOMING and len(unknown) > max(SOME, count / 2)
    return unknown, count, is_wrong


def _unknown(names) -> list:
    ids = parse_uuids(match[1] for name in names if (match := _ORIGINAL.fullmatch(name)))
    keys = {name: match[1] for name in names if (match := _SIZE.fullmatch(name))}
    known = set(Photo.objects.filter(pk__in=ids).values_list("original", flat=True))
    known_keys = set(Photo.objects.filter(key__in=keys.values()).values_list("key", flat=True))

    return [name for name in names if name not in known and keys.get(name) not in known_keys]


def _compare_rows(found, names) -> None:
    spooled = set(SpooledOriginal.objects.values_list("photo", flat=True))
    found.spooled = len(spooled)
    for photo in Photo.objects.order_by().iterator(AT_A_TIME):
        found.photos += 1
        found.waiting += photo.state == Photo.State.WAITING
        if _lacks_original(photo, names, spooled):
            found.without_original.append(photo.pk)
        if photo.is_ready and _lacks_sizes(photo, names):
            found.without_sizes.append(photo.pk)


def _lacks_original(photo, names, spooled) -> bool:
    """Asked once more before it is believed: a photo may have come while files were listed."""
    if not photo.original or photo.pk in spooled or str(photo.pk) in names.originals:
        return False
    return not default_storage.exists(photo.original)


def _lacks_sizes(photo, names) -> bool:
    if names.sizes[photo.key] >= len(Photo.SIZES):
        return False
    return not all(default_storage.exists(photo.storage_name(size)) for size in Photo.SIZES)


def _delete(names) -> int:
    for name in names:
        default_storage.delete(name)
    return len(names)
