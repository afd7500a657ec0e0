"""Photos between a browser, the photo storage and the rows that know them."""

import logging
import uuid
from dataclasses import asdict

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lib import enqueue
from lib.storage import default_storage
from requests_app.errors import FileTooLarge, InvalidInput, ServerBusy, TooManyItems
from requests_app.models import Photo, SpooledOriginal
from requests_app.models.locks import bump_staff_version, bump_version, lock_row
from requests_app.models.photo import PhotoQuerySet
from requests_app.photos import processing, storage
from requests_app.photos.processing import MAKE_SIZES

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
# A crew doesn't wait for the decoder: work whose photos turn out to be unreadable goes back to it.
DECODED_LATER = frozenset({Photo.Kind.COMPLETION})
UNREADABLE = processing.MESSAGES["broken"]
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic", "AVIF": "avif"}


def keep(file, *, kind, draft=None, device=None, user=None, pk=None) -> Photo:
    """Check an uploaded file at once, store the original, and let a worker make the sizes.

    Returns a loose Photo owned by `device` or `user`; the same picture twice in one draft is one.
    A sender who may send it again gives it a `pk` (UUID) by which it is known.
    Raises InvalidInput("photos") with words for the person.
    """
    checked = _check(file, is_decoded=kind not in DECODED_LATER)
    if draft and (same := draft.photos.filter(digest=checked.digest).first()):
        _discard(file)
        return same
    columns = asdict(checked)
    extension = _EXTENSIONS[columns.pop("format")]
    photo = Photo(
        id=pk or uuid.uuid4(), kind=kind, draft=draft, device=device, user=user, **columns
    )
    photo.key = _key_of(photo)
    photo.original = _original_name(photo, extension)
    file.seek(0)
    is_stored = storage.offer(photo.original, file)
    with transaction.atomic():
        photo.save(force_insert=True)
        if not is_stored:
            storage.put(photo, file)
        enqueue.enqueue_on_commit(MAKE_SIZES, str(photo.pk))
    return photo


def check_count(already) -> None:
    """A person may add so many photos and no more: raises TooMany where that many are there."""
    if already >= settings.MAX_PHOTOS:
        message = _("You can add up to %(n)s photos.") % {"n": settings.MAX_PHOTOS}
        raise TooManyItems("photos", message)


def _check(file, is_decoded):
    try:
        return processing.check(file, is_decoded=is_decoded)
    except processing.Refused as refused:
        if refused.code == "busy":
            raise ServerBusy(refused.message) from refused
        _discard(file)
        sort = FileTooLarge if refused.code == "too_big" else InvalidInput
        raise sort("photos", refused.message) from refused


def _discard(file) -> None:
    """What lies in the bucket and will be no photo does not lie there for long."""
    if hasattr(file, "discard"):
        file.discard()


def _original_name(photo: Photo, extension: str) -> str:
    return f"originals/{photo.pk}.{extension}"


def _key_of(photo) -> str:
    return processing.name_for(photo.digest, settings.LINK_SECRET, photo.pk, photo.redactions)


def make_sizes(photo_id) -> None:
    """Make and store the sizes of a waiting photo, then tell its watchers. Safe to repeat.

    A try is counted before it begins: one that takes its worker along says nothing afterwards.
    OSError while the photo storage is away, or the machine has no room for a process: that is no
    fault of the photo, counts as no try, and is tried again for as long as it takes.
    """
    photo = Photo.objects.filter(pk=photo_id, state=Photo.State.WAITING).first()
    if photo is None:
        return
    if photo.attempts >= MAX_ATTEMPTS:
        log.warning("photo %s: none of its tries came to an end", photo_id)
        _settle(photo, Photo.State.UNREADABLE)
        return
    storage.move(photo)
    try:
        original = storage.read(photo)
    except FileNotFoundError:
        if not Photo.objects.filter(pk=photo_id, original=photo.original).exists():
            return  # replaced by its clean copy meanwhile: the photo waits for its next turn
        log.warning("photo %s has lost its original", photo_id)
        _settle(photo, Photo.State.UNREADABLE)
        return
    attempts = photo.attempts + 1
    _row_of(photo).update(attempts=attempts)
    try:
        _store(photo, processing.make_sizes_isolated(original, photo.redactions))
    except OSError:
        _row_of(photo).update(attempts=photo.attempts)
        raise
    except processing.UnreadableFile as error:
        if not error.is_temporary or attempts >= MAX_ATTEMPTS:
            _settle(photo, Photo.State.UNREADABLE)


def _row_of(photo: Photo) -> PhotoQuerySet:
    """Return the row alone, for an update that leaves this instance as it is."""
    return Photo.objects.filter(pk=photo.pk)


def _store(photo, sizes) -> None:
    old_key, photo.key = photo.key, _key_of(photo)
    for size, content in sizes.items():
        default_storage.save(photo.storage_name(size), ContentFile(content))
    if _settle(photo, Photo.State.READY):
        if old_key != photo.key:
            _forget_sizes(old_key)
    elif not Photo.objects.exclude(state=Photo.State.UNREADABLE).filter(pk=photo.pk).exists():
        _forget_sizes(photo.key)  # taken out or forgotten meanwhile: nothing of it stays


@transaction.atomic
def _settle(photo, state) -> bool:
    """The request's row first, as every verb locks it, then the photo.

    False where it was taken out, forgotten or drawn on otherwise meanwhile. What is unreadable
    stays so: somebody's words and pictures may have been erased.
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


def _forget_sizes(key: str) -> None:
    default_storage.delete_permanently([Photo(key=key).storage_name(size) for size in Photo.SIZES])


def _erase_original(photo: Photo, keep: str = "") -> None:
    """Delete the original under every name that the photo ever had, except the file `keep`."""
    names = {_original_name(photo, extension) for extension in _EXTENSIONS.values()}
    default_storage.delete_permanently(names, keep=keep)


def remove(photo) -> None:
    """Forget a photo, if it is still loose: one that was sent meanwhile is part of a request."""
    if Photo.objects.unattached().filter(pk=photo.pk).delete()[0]:
        try:
            _erase_original(photo)
            _forget_sizes(photo.key)
        except OSError as error:  # what nobody knows any more is swept away
            log.warning("the photo storage keeps photo %s for now: %s", photo.pk, error)


def remove_pictures(photo) -> None:
    """Delete every file of the photo; the row stays, since the log may name it. Safe to repeat.

    Raises OSError while the photo storage is away.
    """
    SpooledOriginal.objects.filter(photo=photo).delete()
    _erase_original(photo)
    _forget_sizes(photo.key)
    _row_of(photo).update(original="", must_clean_original=False)


def replace_original(photo: Photo, copy: ContentFile) -> None:
    """Store a clean WebP `copy` as the original, and delete all that was there before.

    The mark goes last: what breaks off is done again as a whole. Raises OSError while the photo
    storage is away.
    """
    name = _original_name(photo, _EXTENSIONS["WEBP"])
    default_storage.save(name, copy)
    _row_of(photo).update(original=name)
    _erase_original(photo, keep=name)
    _row_of(photo).update(must_clean_original=False)


def make_sizes_again(photo) -> None:
    """Of a ready photo whose sizes were lost: it waits, as a new one does.

    One that was blacked out otherwise meanwhile waits already.
    """
    same = Photo.objects.filter(pk=photo.pk, key=photo.key).exclude(state=Photo.State.UNREADABLE)
    same.update(state=Photo.State.WAITING, attempts=0)


def give_up(photo) -> None:
    """Say of a photo that nothing is left of it."""
    _settle(photo, Photo.State.UNREADABLE)
    _row_of(photo).update(original="")


def waiting_too_long(before) -> QuerySet:
    """Ids of photos uploaded before `before` whose task was lost, or whose verdict is missing."""
    waiting = Photo.objects.filter(state=Photo.State.WAITING, uploaded_at__lt=before)
    return waiting.values_list("pk", flat=True)


def enqueue_waiting(before, most) -> None:
    enqueue.enqueue_late_again(MAKE_SIZES, [str(pk) for pk in waiting_too_long(before)[:most]])
