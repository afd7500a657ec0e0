"""Originals that hold what a camera wrote (place, time, device), replaced by clean copies.

Whoever deletes the data of a reporter marks the photos (`must_clean_original`) in the same
transaction. A photo keeps its mark until its storage holds the clean copy alone, so a run that
broke off at any step is completed by the next one.
"""

from django.core.files.base import ContentFile

from lib.storage import default_storage
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import uploading

MAX_PHOTOS_PER_RUN = 300


def clean_originals() -> None:
    """Clean the originals of marked photos, oldest first.

    Raises OSError at the first one that the photo storage does not serve.
    """
    for photo in Photo.objects.needing_clean_originals()[:MAX_PHOTOS_PER_RUN]:
        clean_original(photo)


def clean_original(photo: Photo) -> None:
    """Replace the original by the largest public size, and delete all that was there before.

    Parts that were blacked out stay black. The earlier versions are deleted too, where the bucket
    keeps any. Files of an unreadable photo are deleted. Safe to repeat. Raises OSError while the
    photo storage is away.
    """
    if photo.state == Photo.State.UNREADABLE or not photo.original:
        uploading.remove_pictures(photo)
        return
    if SpooledOriginal.objects.filter(photo=photo).exists():
        return  # a worker is about to move it into the photo storage
    try:
        with default_storage.open(photo.storage_name(max(Photo.SIZES))) as picture:
            content = picture.read()
    except FileNotFoundError:
        uploading.make_sizes_again(photo)
        return
    uploading.replace_original(photo, ContentFile(content))
