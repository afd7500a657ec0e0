"""The photos of a completion that is not sent yet: loose, and their taker's alone."""

import uuid

from requests_app import uploads
from requests_app.errors import InvalidInput
from requests_app.models import Photo


def chosen(user, raw_ids) -> list[Photo]:
    """Those of `raw_ids` that are this person's loose completion photos, in the order given."""
    ids = list(dict.fromkeys(filter(None, map(_uuid, raw_ids))))
    mine = Photo.objects.loose().filter(user=user, kind=Photo.Kind.COMPLETION, pk__in=ids)
    found = {photo.pk: photo for photo in mine}
    return [found[pk] for pk in ids if pk in found]


def _uuid(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def add(user, already, files) -> tuple[list[Photo], list[str]]:
    """`already` with what is new of `files`, and why each of the others was refused, in words."""
    photos, problems = list(already), []
    for file in files:
        try:
            uploads.check_count(len(photos), 1)
            photo = uploads.keep(file, kind=Photo.Kind.COMPLETION, user=user)
        except InvalidInput as refused:
            problems.append(_named(file, refused.message))
            continue
        if any(photo.digest == other.digest for other in photos):
            uploads.remove(photo)
        else:
            photos.append(photo)
    return photos, list(dict.fromkeys(problems))


def _named(file, message) -> str:
    name = "".join(c for c in (file.name or "") if c.isprintable())
    return f"{name[:40]}: {message}" if name else str(message)
