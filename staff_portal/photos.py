"""Photos of forms that are not submitted yet; only their uploader can see them."""

import hashlib
import uuid
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from accounts.signed_in_request import SignedInRequest
from lib.http import parse_uuid
from requests_app.errors import InvalidInput
from requests_app.models import Photo
from requests_app.photos import direct_upload, form_upload, uploading
from requests_app.photos.form_upload import FormPhotos


def save_form_photos(user: User, data: QueryDict, files: MultiValueDict) -> FormPhotos:
    """Store the uploaded files of a form; return all its photos and the problems.

    The photos are one list, earlier ones first. `data` has the ids of earlier photos, and the
    form's key. Earlier photos are completion photos of `user` that belong to no job yet; if any
    of them could not be read, they are dropped with one problem. With a key, a file that is
    uploaded again is not stored twice.
    """
    before = form_upload.find_earlier_photos(
        data.getlist("photo"), Photo.Kind.COMPLETION, user=user
    )
    keep = partial(_save_photo_once, user=user, key=parse_uuid(data.get("key", "")) or uuid.uuid4())
    readable = [photo for photo in before if photo.state != Photo.State.UNREADABLE]
    found = form_upload.keep_files(files.getlist("photos"), keep, readable, are_named=True)
    if len(readable) < len(before):
        found.problems.append(str(uploading.UNREADABLE_MESSAGE))
    return found


def read_form_key(request: HttpRequest) -> uuid.UUID | None:
    """Return the idempotency key in a submitted form, or None if it is missing or malformed."""
    return parse_uuid(request.POST.get("key", ""))


def save_request_photos(request: SignedInRequest) -> FormPhotos:
    """Store the photos uploaded with a request; return them with earlier photos and problems."""
    return save_form_photos(request.user, request.POST, direct_upload.collect_files(request))


def _save_photo_once(file: UploadedFile, user: User, key: uuid.UUID) -> Photo:
    """Store a photo, or return the one already stored for the same picture, user and form key.

    Raise InvalidInput if that one could not be read or the file is invalid, ServerBusy if the
    server is. The user's row is locked meanwhile.
    """
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    pk = uuid.uuid5(key, f"{user.pk} {digest}")
    with transaction.atomic():
        # Lock the user's row: an earlier attempt may still run when the phone sends it again.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        same = Photo.objects.filter(pk=pk).first()
        if same and same.state == Photo.State.UNREADABLE:
            raise InvalidInput("photos", uploading.UNREADABLE_MESSAGE)
        return same or uploading.keep_photo(file, kind=Photo.Kind.COMPLETION, user=user, pk=pk)
