"""Publishing of the open data files, once a night.

The files of an edition have names of their own, and one row publishes the edition after all files
are stored, so a reader gets either the old or the new edition. If publishing fails, the old edition
stays.
"""

import hashlib
import logging
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from lib import clock
from lib.storage import default_storage
from open311.bulk.export import FORMATS, Format, LockBusy, hold_lock, open_gzip, write_export
from open311.models import OpenDataEdition, OpenDataFile

log = logging.getLogger(__name__)

FOLDER = "open-data"
PUBLISHING_TIME = time(3, 30)  # local time; no change of daylight saving time skips it
RETRY_AFTER = timedelta(hours=1)  # after a failure
EDITIONS_KEPT = 2  # stored; a client may still be loading the one before
MAX_SECONDS_PER_FORMAT = 1800  # for one format: a million requests need 560 rows a second
ADVISORY_LOCK_ID = 311_001


def publish_if_due() -> None:
    """Publish this night's edition if it is missing, and again an hour after a failure.

    Raise the exception that makes it fail.
    """
    current = OpenDataEdition.objects.current()
    latest = OpenDataEdition.objects.order_by("-began_at").first()
    published_at = current.began_at if current else None
    tried_at = latest.began_at if latest else None
    if is_edition_due(clock.localtime(clock.now()), published_at, tried_at):
        publish_edition()


def is_edition_due(now: datetime, made: datetime | None, tried: datetime | None) -> bool:
    """Return True if this night's files are missing and no attempt is younger than RETRY_AFTER.

    `now` is in the city's time zone; `made` and `tried` are when the latest edition and the latest
    attempt began, None for none.
    """
    tonight = datetime.combine(now.date(), PUBLISHING_TIME, now.tzinfo)
    if tonight > now:
        tonight -= timedelta(days=1)
    return (made is None or made < tonight) and (tried is None or now - tried >= RETRY_AFTER)


def publish_edition() -> OpenDataEdition | None:
    """Publish an edition and return it, or None if another process is publishing one.

    Raise the exception that makes it fail, after its name is saved in `problem`. Old editions are
    deleted.
    """
    edition = OpenDataEdition.objects.create()
    try:
        with tempfile.TemporaryDirectory(prefix="open-data-") as folder:
            _make_files(edition, Path(folder))
    except LockBusy:
        edition.delete()
        return None
    except Exception as error:
        edition.problem = type(error).__name__
        edition.save(update_fields=["problem"])
        raise
    _delete_old_editions(edition)
    return edition


def storage_name(file: OpenDataFile) -> str:
    """Return the name of the file in the storage: open-data/<edition>/requests.<format>.gz."""
    return f"{FOLDER}/{file.edition_id}/requests.{file.format}.gz"


def _make_files(edition: OpenDataEdition, folder: Path) -> None:
    """Write the files of the edition, store them, and mark the edition as finished.

    Raise LockBusy if another process is writing files, ExportTimeout if one takes too long.
    """
    with hold_lock(ADVISORY_LOCK_ID):
        files = [_write_file(edition, written, folder) for written in FORMATS.values()]
    for file in files:
        default_storage.save_file(storage_name(file), folder / file.format, "application/gzip")
    with transaction.atomic():
        OpenDataFile.objects.bulk_create(files)
        edition.finished_at = clock.now()
        edition.save(update_fields=["finished_at", "rows"])
    log.info("open data: %s requests", edition.rows)


def _write_file(edition: OpenDataEdition, written: Format, folder: Path) -> OpenDataFile:
    """Write a compressed file in one format into `folder`, and return its unsaved row.

    Set `edition.rows`. Raise ExportTimeout after MAX_SECONDS_PER_FORMAT.
    """
    path = folder / written.name
    with path.open("wb") as file, open_gzip(file) as out:
        edition.rows = write_export(out, written, seconds=MAX_SECONDS_PER_FORMAT)
        size = out.tell()
    with path.open("rb") as compressed:
        digest = hashlib.file_digest(compressed, "sha256").hexdigest()
    return OpenDataFile(
        edition=edition,
        format=written.name,
        bytes=size,
        packed_bytes=path.stat().st_size,
        digest=digest,
    )


def _delete_old_editions(current: OpenDataEdition) -> None:
    """Delete all but EDITIONS_KEPT editions, and failed ones; keep unfinished ones for a day."""
    finished = OpenDataEdition.objects.finished().order_by("-began_at", "-pk")
    is_over = Q(finished_at__isnull=False) | ~Q(problem="")
    is_over |= Q(began_at__lt=current.began_at - timedelta(days=1))
    kept = [edition.pk for edition in finished[:EDITIONS_KEPT]]
    for edition in OpenDataEdition.objects.filter(is_over).exclude(pk__in=kept):
        for name in FORMATS:
            default_storage.delete(storage_name(OpenDataFile(edition=edition, format=name)))
        edition.delete()
