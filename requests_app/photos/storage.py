"""Originals on their way into the photo storage, which may be slow or away.

    is_stored = storage.offer(name, file)   # to the photo storage; False if it does not take it
    storage.put(photo, file)                # then into the database, with the photo's own row
    storage.move(photo)                     # a worker's: into the photo storage, once it is back
    data = storage.read(photo)              # from wherever it lies

Each megabyte that waits is a megabyte (and a bit) of the database and of its write-ahead log, so
there is a most: beyond it people are told at once that no photo can be kept.
"""

import logging

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lib.breaker import Unavailable
from lib.storage import default_storage
from requests_app.errors import ServerBusy
from requests_app.models import SpooledOriginal

log = logging.getLogger(__name__)


def offer(name, file) -> bool:
    """Have the photo storage take it, if it is there.

    `file` may know a quicker way to there (`move_to`), when it lies in the same bucket already.
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


def put(photo, file) -> None:
    """In the transaction that writes the photo's row. Raises Busy where too much waits already."""
    file.seek(0)
    content = file.read()
    if waiting_bytes() + len(content) > settings.MAX_SPOOLED_BYTES:
        raise ServerBusy(
            _(
                "We can't save photos right now. Send your report without one, or try again in "
                "a few minutes."
            )
        )
    SpooledOriginal.objects.create(photo=photo, content=content, bytes=len(content))


def waiting_bytes() -> int:
    return SpooledOriginal.objects.aggregate(all=Sum("bytes"))["all"] or 0


@transaction.atomic
def move(photo) -> None:
    """Into the photo storage, if it waits here. OSError while that is away. Safe to repeat."""
    waiting = SpooledOriginal.objects.filter(photo=photo)
    if default_storage.is_unavailable and waiting.exists():
        raise Unavailable("s3")  # before its megabytes are read
    found = waiting.select_for_update(skip_locked=True).first()
    if found:
        default_storage.save(photo.original, ContentFile(bytes(found.content)))
        found.delete()


def read(photo) -> bytes:
    """FileNotFoundError if it is nowhere; another OSError if the photo storage is away."""
    try:
        with default_storage.open(photo.original) as original:
            return original.read()
    except OSError:
        found = SpooledOriginal.objects.filter(photo=photo).first()
        if found is None:
            raise
        return bytes(found.content)
