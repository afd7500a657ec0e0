"""The photos of a completion that is not sent yet: loose, and their taker's alone."""

import hashlib
import uuid
from functools import partial

from django.db import transaction

from accounts.models import User
from lib.http import parse_uuid
from requests_app.errors import InvalidInput
from requests_app.models import Photo
from requests_app.photos import direct_upload, form_upload, uploading
from requests_app.photos.form_upload import FormPhotos


def add(user, data, files) -> FormPhotos:
    """The photos that came before, by the ids in a form's `data`, with what is new of its `files`.

    What a phone sends again for the same completion (its `key`, if it has one) is the photo it was.
    """
    before = form_upload.from_before(data.getlist("photo"), Photo.Kind.COMPLETION, user=user)
    keep = partial(_keep, user=user, key=parse_uuid(data.get("key", "")) or uuid.uuid4())
    readable = [photo for photo in before if photo.state != Photo.State.UNREADABLE]
    found = form_upload.keep_each(files.getlist("photos"), keep, readable, are_named=True)
    if len(readable) < len(before):
        found.problems.append(str(uploading.UNREADABLE))
    return found


def key_of(request) -> uuid.UUID | None:
    """The key of the completion that a form belongs to, if it has one."""
    return parse_uuid(request.POST.get("key", ""))


def of_request(request) -> FormPhotos:
    """`add` for what came with a form that is not a form of this page."""
    return add(request.user, request.POST, direct_upload.files_of(request))


def _keep(file, user, key) -> Photo:
    """One row per picture, person and completion, however often and from wherever it comes."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    pk = uuid.uuid5(key, f"{user.pk} {digest}")
    with transaction.atomic():
        # One at a time: a first try may still be on its way while the phone sends it again.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        same = Photo.objects.filter(pk=pk).first()
        if same and same.state == Photo.State.UNREADABLE:
            raise InvalidInput("photos", uploading.UNREADABLE)
        return same or uploading.keep(file, kind=Photo.Kind.COMPLETION, user=user, pk=pk)
