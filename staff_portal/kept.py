"""The photos of a completion that is not sent yet: loose, and their taker's alone."""

import hashlib
import uuid

from django.conf import settings
from django.db import transaction

from accounts.models import User
from requests_app import uploads
from requests_app.errors import Busy, InvalidInput
from requests_app.models import Completion, Photo
from santa311.lib.words import clean


def chosen(user, raw_ids) -> list[Photo]:
    """Those of `raw_ids` that are this person's loose completion photos, in the order given."""
    ids = list(dict.fromkeys(filter(None, map(as_uuid, raw_ids))))
    mine = Photo.objects.loose().filter(user=user, kind=Photo.Kind.COMPLETION, pk__in=ids)
    found = {photo.pk: photo for photo in mine}
    return [found[pk] for pk in ids if pk in found]


def as_uuid(text):
    """The UUID that was sent, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def add(user, already, files, key) -> tuple[list[Photo], list[str], bool]:
    """`already` with what is new of `files`, why each of the others was refused, in words, and
    whether that lies with us: then they may be sent again as they are.

    `key` is the completion's (UUID, or None where it has none): what a phone sends again with the
    same one is the photo it was.
    """
    photos, problems, is_busy, key = list(already), [], False, key or uuid.uuid4()
    for file in files:
        if len(problems) >= settings.MAX_PHOTOS:
            problems.append(uploads.not_opened())
            break
        try:
            uploads.check_count(len(photos), 1)
            photo = _keep(file, user, key)
        except (InvalidInput, Busy) as refused:
            problems.append(_named(file, refused.message))
            is_busy = is_busy or isinstance(refused, Busy)
            continue
        if photo not in photos:
            photos.append(photo)
    return photos, list(dict.fromkeys(problems)), is_busy


def _keep(file, user, key):
    """One row per picture, person and completion, however often and from wherever it comes."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    pk = uuid.uuid5(key, f"{user.pk} {digest}")
    with transaction.atomic():
        # One at a time: a first try may still be on its way while the phone sends it again.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        same = Photo.objects.filter(pk=pk).first()
        return same or uploads.keep(file, kind=Photo.Kind.COMPLETION, user=user, pk=pk)


def sent_before(user, reference, key) -> Completion | None:
    """This very completion, where it arrived before and only its answer was lost on the way."""
    if key is None:
        return None
    sent = Completion.objects.filter(key=key, service_request__reference=reference)
    return sent.filter(event__actor=user).select_related("event__words", "resolution").first()


def is_another(completion, posted) -> bool:
    """Whether what comes with the same key says something else; what is left out says nothing."""
    told, note = getattr(completion.event, "words", None), clean(posted.get("note", ""))
    is_as_written = told is not None and not (told.is_redacted or told.is_hidden)
    code = posted.get("resolution", "")
    other_words = is_as_written and bool(note) and note != told.body
    return other_words or bool(code and code != completion.resolution.code)


def _named(file, message) -> str:
    name = "".join(c for c in (file.name or "") if c.isprintable())
    return f"{name[:40]}: {message}" if name else str(message)
