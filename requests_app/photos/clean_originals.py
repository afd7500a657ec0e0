"""Replacement of originals with metadata (place, time, device) by clean copies.

Deleting a reporter's data marks their photos (`must_clean_original`) in the same transaction. A
photo keeps its mark until its storage has only the clean copy, so an interrupted run is completed
by the next one.
"""

from django.core.files.base import ContentFile

from lib.storage import default_storage
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import uploading

MAX_PHOTOS_PER_RUN = 300


def clean_originals() -> None:
    """Clean the originals of marked photos, oldest first, MAX_PHOTOS_PER_RUN at most.

    Raise OSError at the first photo that the photo storage does not return.
    """
    for photo in Photo.objects.needing_clean_originals()[:MAX_PHOTOS_PER_RUN]:
        clean_original(photo)


def clean_original(photo: Photo) -> None:
    """Replace the original by the largest public size, and delete all earlier files.

    Redacted areas stay black. Earlier versions are deleted, too, in a bucket that keeps versions.
    All files of an unreadable photo are deleted. Nothing happens while the original is spooled; if
    the public size is missing, the photo is set to waiting. Safe to repeat. Raise OSError if the
    photo storage is unavailable.
    """
    if photo.state == Photo.State.UNREADABLE or not photo.original:
        uploading.delete_files(photo)
        return
    if SpooledOriginal.objects.filter(photo=photo).exists():
        return  # a worker is about to move it into the photo storage
    try:
        with default_storage.open(photo.storage_name(max(Photo.SIZES))) as picture:
            content = picture.read()
    except FileNotFoundError:
        uploading.reset_to_waiting(photo)
        return
    uploading.replace_original(photo, ContentFile(content))
