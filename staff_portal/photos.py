"""The photos of a completion that is not sent yet: loose, and their taker's alone."""

import hashlib
import uuid
from functools import partial

from django.db import transaction

from accounts.models import User
from requests_app.errors import InvalidInput
from requests_app.models import Completion, CrewNote, Handover, Photo
from requests_app.photos import direct_upload, form_upload, uploading
from requests_app.photos.form_upload import FormPhotos
from santa311.lib.http import as_uuid
from santa311.lib.text import clean


def add(user, raw_ids, files, key) -> FormPhotos:
    """The photos that came before, by the ids (text) sent along, with what is new of `files`.

    `key` is the completion's (UUID, or None where it has none): what a phone sends again with the
    same one is the photo it was.
    """
    before = form_upload.from_before(raw_ids, Photo.Kind.COMPLETION, user=user)
    key = key or uuid.uuid4()
    keep = partial(_keep, user=user, key=key)
    readable = [photo for photo in before if photo.state != Photo.State.UNREADABLE]
    found = form_upload.keep_each(files, keep, readable, are_named=True)
    if len(readable) < len(before):
        found.problems.append(str(uploading.UNREADABLE))
    return found


def key_of(request) -> uuid.UUID | None:
    """The key of the completion that a form belongs to, if it has one."""
    return as_uuid(request.POST.get("key", ""))


def of_request(request) -> FormPhotos:
    """`add` for what came with a form that is not a form of this page: its ids, its files."""
    files = direct_upload.files_of(request).getlist("photos")
    return add(request.user, request.POST.getlist("photo"), files, key_of(request))


def _keep(file, user, key):
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


def sent_before(user, reference, key) -> Completion | None:
    """This very completion, where it arrived before and only its answer was lost on the way."""
    if key is None:
        return None
    sent = Completion.objects.filter(key=key, service_request__reference=reference)
    return sent.filter(event__actor=user).select_related("event__words").first()


def handed_over_before(user, reference, key) -> bool:
    """Whether this very work was sent to the holder before, and only the answer was lost."""
    sent = Handover.objects.filter(event__actor=user, event__service_request__reference=reference)
    return key is not None and sent.filter(key=key).exists()


def noted_before(user, reference, key) -> CrewNote | None:
    """This very note, where it arrived before and only its answer was lost on the way."""
    if key is None:
        return None
    sent = CrewNote.objects.filter(key=key, event__service_request__reference=reference)
    return sent.filter(event__actor=user).select_related("event__words").first()


def is_another(completion, posted) -> bool:
    """Whether what comes with the same key says something else; what is left out says nothing."""
    code = posted.get("resolution", "")
    is_otherwise_done = bool(code and code != completion.resolution.code)
    return is_otherwise_done or are_others(completion.event, posted.get("note", ""))


def are_others(event, typed) -> bool:
    """Whether the words `typed` are not those of the event, as far as these are as written."""
    told, typed = event.comment, clean(typed)
    is_as_written = told is not None and not (told.is_redacted or told.is_hidden)
    return is_as_written and bool(typed) and typed != told.body
