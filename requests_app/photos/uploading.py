"""Photos from upload to public sizes: their rows, their files and their deletion."""

import logging
import uuid
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock, enqueue
from lib.storage import default_storage
from requests_app.errors import FileTooLarge, InvalidInput, ServerBusy, TooManyItems
from requests_app.models import Device, Draft, Photo, SpooledOriginal
from requests_app.models.locks import bump_staff_version, bump_version, lock_row
from requests_app.models.photo import PhotoQuerySet
from requests_app.photos import processing, storage
from requests_app.photos.processing import MAKE_SIZES

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
# A crew does not wait for the decoder. Finished work without a readable photo is returned later.
KINDS_DECODED_LATER = frozenset({Photo.Kind.COMPLETION})
UNREADABLE_MESSAGE = processing.MESSAGES["broken"]
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic", "AVIF": "avif"}


def keep_photo(
    file: File,
    *,
    kind: Photo.Kind,
    draft: Draft | None = None,
    device: Device | None = None,
    user: User | None = None,
    pk: UUID | None = None,
) -> Photo:
    """Check an uploaded file, store it, and enqueue the making of its sizes; return a loose Photo.

    A loose photo is part of no request yet; it belongs to `device` or `user`. If `draft` has the
    same picture already, return its photo. `pk` is an id chosen by the sender. Raise
    InvalidInput("photos", …), FileTooLarge or ServerBusy with a message for the person, and
    IntegrityError if `pk` exists already.
    """
    checked = _check_file(file, is_decoded=kind not in KINDS_DECODED_LATER)
    if draft and (same := draft.photos.filter(digest=checked.digest).first()):
        _discard_upload(file)
        return same
    columns = asdict(checked)
    extension = _EXTENSIONS[columns.pop("format")]
    photo = Photo(
        id=pk or uuid.uuid4(), kind=kind, draft=draft, device=device, user=user, **columns
    )
    photo.key = _compute_key(photo)
    photo.original = _original_name(photo, extension)
    file.seek(0)
    is_stored = storage.store_file(photo.original, file)
    with transaction.atomic():
        photo.save(force_insert=True)
        if not is_stored:
            storage.spool_file(photo, file)
        enqueue.enqueue_on_commit(MAKE_SIZES, str(photo.pk))
    return photo


def check_photo_count(already: int) -> None:
    """Raise TooManyItems if `already` photos are as many as a person may add."""
    if already >= settings.MAX_PHOTOS:
        message = _("You can add up to %(n)s photos.") % {"n": settings.MAX_PHOTOS}
        raise TooManyItems("photos", message)


def _check_file(file: File, is_decoded: bool) -> processing.CheckedPhoto:
    """Return the checked photo. Raise ServerBusy, FileTooLarge or InvalidInput("photos", …).

    A refused direct upload is deleted, except if the server is busy.
    """
    try:
        return processing.check_photo(file, is_decoded=is_decoded)
    except processing.PhotoRefused as refused:
        if refused.code == "busy":
            raise ServerBusy(refused.message) from refused
        _discard_upload(file)
        sort = FileTooLarge if refused.code == "too_big" else InvalidInput
        raise sort("photos", refused.message) from refused


def _discard_upload(file: File) -> None:
    """Delete a direct upload from the bucket; do nothing for another file."""
    if hasattr(file, "discard"):
        file.discard()


def _original_name(photo: Photo, extension: str) -> str:
    """Return the storage name of the original: “originals/<photo id>.<extension>”."""
    return f"originals/{photo.pk}.{extension}"


def _compute_key(photo: Photo) -> str:
    """Return the key that the photo's sizes have in their names, with its current redactions."""
    return processing.public_name(photo.digest, settings.LINK_SECRET, photo.pk, photo.redactions)


def make_sizes(photo_id: UUID | str) -> float | None:
    """Make and store the sizes of a waiting photo, and publish it to open pages. Safe to repeat.

    Return the seconds from the photo's upload until it was ready; None if it did not become ready,
    or is redacted, as agents may do long after the upload.

    The photo becomes ready, or unreadable after MAX_ATTEMPTS, a permanent error or the loss of its
    original. Do nothing for a photo that does not wait. An attempt is counted before it begins, as
    it may kill its worker. Raise OSError if the photo storage is unavailable or no process can be
    started; this is not counted as an attempt.
    """
    photo = Photo.objects.filter(pk=photo_id, state=Photo.State.WAITING).first()
    if photo is None:
        return None
    if photo.attempts >= MAX_ATTEMPTS:
        log.warning("photo %s: none of its tries came to an end", photo_id)
        _set_state(photo, Photo.State.UNREADABLE)
        return None
    storage.move_spooled_original(photo)
    try:
        original = storage.read_original(photo)
    except FileNotFoundError:
        if not Photo.objects.filter(pk=photo_id, original=photo.original).exists():
            return None  # replaced by its clean copy meanwhile: a later task makes the sizes
        log.warning("photo %s has lost its original", photo_id)
        _set_state(photo, Photo.State.UNREADABLE)
        return None
    attempts = photo.attempts + 1
    _row_queryset(photo).update(attempts=attempts)
    try:
        is_ready = _store_sizes(photo, processing.make_sizes_isolated(original, photo.redactions))
    except OSError:
        _row_queryset(photo).update(attempts=photo.attempts)
        raise
    except processing.UnreadableFile as error:
        if not error.is_temporary or attempts >= MAX_ATTEMPTS:
            _set_state(photo, Photo.State.UNREADABLE)
        return None
    if not is_ready or photo.redactions:
        return None
    return (clock.now() - photo.uploaded_at).total_seconds()


def _row_queryset(photo: Photo) -> PhotoQuerySet:
    """Return the photo's row as a queryset, for updates that do not change this instance."""
    return Photo.objects.filter(pk=photo.pk)


def _store_sizes(photo: Photo, sizes: dict[int, bytes]) -> bool:
    """Store the sizes under the photo's current key, and delete those of its former key.

    Return True if the photo is ready. If it was deleted or made unreadable meanwhile, the new sizes
    are deleted. Raise OSError if the photo storage is unavailable.
    """
    old_key, photo.key = photo.key, _compute_key(photo)
    for size, content in sizes.items():
        default_storage.save(photo.storage_name(size), ContentFile(content))
    is_ready = _set_state(photo, Photo.State.READY)
    if is_ready:
        if old_key != photo.key:
            _erase_sizes(old_key)
    elif not Photo.objects.exclude(state=Photo.State.UNREADABLE).filter(pk=photo.pk).exists():
        _erase_sizes(photo.key)  # deleted or made unreadable meanwhile
    return is_ready


@transaction.atomic
def _set_state(photo: Photo, state: Photo.State) -> bool:
    """Set the photo's state and key; return False if it was deleted or redacted again meanwhile.

    The request's row is locked first, as by every verb, and gets a new version. An unreadable photo
    stays unreadable (False), as its content may have been erased.
    """
    current = Photo.objects.filter(pk=photo.pk).first()
    if current is None:
        return False
    row = current.service_request
    if row:
        lock_row(row)
    same = Photo.objects.filter(pk=photo.pk, redactions=photo.redactions)
    same = same.exclude(state=Photo.State.UNREADABLE)
    is_settled = bool(same.update(state=state, key=photo.key))
    if row and is_settled:
        bump_staff_version(row) if current.is_hidden else bump_version(row)
    return is_settled


def _erase_sizes(key: str) -> None:
    """Delete all sizes with this key permanently. Raise OSError."""
    default_storage.delete_permanently([Photo(key=key).storage_name(size) for size in Photo.SIZES])


def _erase_original(photo: Photo, keep: str = "") -> None:
    """Delete the original under every name that the photo ever had, except the file `keep`."""
    names = {_original_name(photo, extension) for extension in _EXTENSIONS.values()}
    default_storage.delete_permanently(names, keep=keep)


def delete_loose_photo(photo: Photo) -> None:
    """Delete the photo and its files, unless it has become part of a request.

    A file that the storage keeps is logged; the audit deletes it later.
    """
    if Photo.objects.unattached().filter(pk=photo.pk).delete()[0]:
        try:
            _erase_original(photo)
            _erase_sizes(photo.key)
        except OSError as error:  # the audit deletes files without a row
            log.warning("the photo storage keeps photo %s for now: %s", photo.pk, error)


def delete_files(photo: Photo) -> None:
    """Delete every file of the photo but not its row, which events may name. Safe to repeat.

    Raise OSError if the photo storage is unavailable.
    """
    SpooledOriginal.objects.filter(photo=photo).delete()
    _erase_original(photo)
    _erase_sizes(photo.key)
    _row_queryset(photo).update(original="", must_clean_original=False)


def replace_original(photo: Photo, copy: ContentFile) -> None:
    """Store a clean WebP `copy` as the original, and delete all earlier files of it.

    The mark `must_clean_original` is removed last, so an interrupted call is repeated as a whole.
    Raise OSError if the photo storage is unavailable.
    """
    name = _original_name(photo, _EXTENSIONS["WEBP"])
    default_storage.save(name, copy)
    _row_queryset(photo).update(original=name)
    _erase_original(photo, keep=name)
    _row_queryset(photo).update(must_clean_original=False)


def reset_to_waiting(photo: Photo) -> None:
    """Set a photo whose sizes are lost to waiting, so that they are made again.

    A photo that was redacted otherwise meanwhile is waiting already.
    """
    same = Photo.objects.filter(pk=photo.pk, key=photo.key).exclude(state=Photo.State.UNREADABLE)
    same.update(state=Photo.State.WAITING, attempts=0)


def mark_as_lost(photo: Photo) -> None:
    """Mark a photo as unreadable and without an original, and save this."""
    _set_state(photo, Photo.State.UNREADABLE)
    _row_queryset(photo).update(original="")


def find_waiting_ids(before: datetime) -> QuerySet[Photo, UUID]:
    """Return the ids of waiting photos uploaded before `before`, whose task was lost or failed."""
    waiting = Photo.objects.filter(state=Photo.State.WAITING, uploaded_at__lt=before)
    return waiting.values_list("pk", flat=True)


def enqueue_waiting(before: datetime, most: int) -> None:
    """Enqueue again the making of sizes for at most `most` photos of `find_waiting_ids`.

    Do nothing if as many tasks wait in the queue.
    """
    enqueue.enqueue_late_again(MAKE_SIZES, [str(pk) for pk in find_waiting_ids(before)[:most]])
