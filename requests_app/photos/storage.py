"""Storage of originals, also while the photo storage is slow or unavailable.

    is_stored = storage.store_file(name, file)  # in the photo storage; False if unavailable
    storage.spool_file(photo, file)             # then in the database, with the photo's row
    storage.move_spooled_original(photo)        # by a worker, once the photo storage is back
    data = storage.read_original(photo)         # from the photo storage or the database

Spooled originals load the database and its write-ahead log. Beyond MAX_SPOOLED_BYTES, further
photos are refused (ServerBusy).
"""

import logging

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lib.breaker import Unavailable
from lib.storage import default_storage
from requests_app.errors import ServerBusy
from requests_app.models import Photo, SpooledOriginal

log = logging.getLogger(__name__)


def store_file(name: str, file: File) -> bool:
    """Store the file in the photo storage; return False if that is unavailable.

    A file with a method `move_to` is already in the same bucket and is moved. Any OSError is
    logged, not raised.
    """
    try:
        if hasattr(file, "move_to"):
            file.move_to(name)
        else:
            default_storage.save(name, file)
    except OSError as error:
        log.warning("the photo storage did not take %s: %s", name, error)
        return False
    return True


def spool_file(photo: Photo, file: File) -> None:
    """Store the file in the database, in the transaction that inserts the photo's row.

    Raise ServerBusy if MAX_SPOOLED_BYTES would be exceeded.
    """
    file.seek(0)
    content = file.read()
    if spooled_bytes() + len(content) > settings.MAX_SPOOLED_BYTES:
        raise ServerBusy(
            _(
                "We can't save photos right now. Send your report without one, or try again in "
                "a few minutes."
            )
        )
    SpooledOriginal.objects.create(photo=photo, content=content, bytes=len(content))


def spooled_bytes() -> int:
    """Return the total size of the spooled originals in bytes."""
    return SpooledOriginal.objects.aggregate(all=Sum("bytes"))["all"] or 0


@transaction.atomic
def move_spooled_original(photo: Photo) -> None:
    """Move the original from the database to the photo storage, if it is spooled. Safe to repeat.

    Do nothing if another worker is moving it. Raise OSError if the photo storage is unavailable.
    """
    waiting = SpooledOriginal.objects.filter(photo=photo)
    if default_storage.is_unavailable and waiting.exists():
        raise Unavailable("s3")  # raised here, before the content is read from the database
    found = waiting.select_for_update(skip_locked=True).first()
    if found:
        default_storage.save(photo.original, ContentFile(bytes(found.content)))
        found.delete()


def read_original(photo: Photo) -> bytes:
    """Return the original from the photo storage or the database.

    Raise FileNotFoundError if there is none, another OSError if the photo storage is unavailable.
    """
    try:
        with default_storage.open(photo.original) as original:
            return original.read()
    except OSError:
        found = SpooledOriginal.objects.filter(photo=photo).first()
        if found is None:
            raise
        return bytes(found.content)
