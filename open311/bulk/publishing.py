"""The files that everybody is offered, made once a night and stored beside the photos.

Each edition has names of its own, and is offered by one row once all of its files are stored: a
reader gets the whole old one or the whole new one. Where making fails, the old one stays.
"""

import hashlib
import logging
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from lib import clock
from open311.bulk.export import FORMATS, Busy, Format, hold_lock, open_gzip, write_export
from open311.models import OpenDataEdition, OpenDataFile

log = logging.getLogger(__name__)

FOLDER = "open-data"
NIGHT = time(3, 30)  # the city's; no clock change leaves this hour out
AGAIN = timedelta(hours=1)  # after a failure
EDITIONS = 2  # that are stored: somebody may be loading the one before
SECONDS = 1800  # for one format: a million requests need 560 rows a second
LOCK = 311_001


def make_if_due() -> None:
    """Make the files of this night, an hour after a failure again. Raise what makes it fail."""
    current = OpenDataEdition.objects.current()
    latest = OpenDataEdition.objects.order_by("-began_at").first()
    if is_due(
        clock.localtime(clock.now()), current and current.began_at, latest and latest.began_at
    ):
        make()


def is_due(now: datetime, made: datetime | None, tried: datetime | None) -> bool:
    """Return whether the files of this night are missing and no attempt is younger than AGAIN.

    `now` is in the city's time zone; `made` and `tried` are when the latest edition and the latest
    attempt began.
    """
    tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
    if tonight > now:
        tonight -= timedelta(days=1)
    return (made is None or made < tonight) and (tried is None or now - tried >= AGAIN)


def make() -> OpenDataEdition | None:
    """Make the files and return their edition, or None where another process is making one."""
    edition = OpenDataEdition.objects.create()
    try:
        with tempfile.TemporaryDirectory(prefix="open-data-") as folder:
            _make(edition, Path(folder))
    except Busy:
        edition.delete()
        return None
    except Exception as error:
        edition.problem = type(error).__name__
        edition.save(update_fields=["problem"])
        raise
    _delete_older(edition)
    return edition


def stored(file: OpenDataFile) -> str:
    """Return the name of the file in the storage."""
    return f"{FOLDER}/{file.edition_id}/requests.{file.format}.gz"


def _make(edition: OpenDataEdition, folder: Path) -> None:
    with hold_lock(LOCK):
        files = [_write_file(edition, written, folder) for written in FORMATS.values()]
    for file in files:
        default_storage.save_file(stored(file), folder / file.format, "application/gzip")
    with transaction.atomic():
        OpenDataFile.objects.bulk_create(files)
        edition.finished_at = clock.now()
        edition.save(update_fields=["finished_at", "rows"])
    log.info("open data: %s requests", edition.rows)


def _write_file(edition: OpenDataEdition, written: Format, folder: Path) -> OpenDataFile:
    """Write the file, compressed, into `folder` under the name of its format."""
    path = folder / written.name
    with path.open("wb") as file, open_gzip(file) as out:
        edition.rows = write_export(out, written, seconds=SECONDS)
        size = out.tell()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return OpenDataFile(
        edition=edition,
        format=written.name,
        bytes=size,
        packed_bytes=path.stat().st_size,
        digest=digest,
    )


def _delete_older(current: OpenDataEdition) -> None:
    """Delete all but EDITIONS editions, failed ones too; one that is being made stays a day."""
    finished = OpenDataEdition.objects.finished().order_by("-began_at", "-pk")
    is_over = Q(finished_at__isnull=False) | ~Q(problem="")
    is_over |= Q(began_at__lt=current.began_at - timedelta(days=1))
    kept = [edition.pk for edition in finished[:EDITIONS]]
    for edition in OpenDataEdition.objects.filter(is_over).exclude(pk__in=kept):
        for name in FORMATS:
            default_storage.delete(stored(OpenDataFile(edition=edition, format=name)))
        edition.delete()
