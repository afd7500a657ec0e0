"""Photos sent as files of a form, in any field: `media`, `media[]`, `photo1` or another."""

import re

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from lib.http import list_uploaded_files
from open311.formats import RequestRefused
from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.photos.form_upload import keep_files

_FIELD_NAMES = re.compile(r"media|photo|image|file", re.IGNORECASE)
_MIN_BASE64_LENGTH = 200  # characters; file names and remarks are shorter


def store_photos(request: HttpRequest, kind: Photo.Kind) -> list[Photo]:
    """Validate and store the photos of the form. Raise RequestRefused with all problems.

    Its status is 413 for a too large photo, 503 for a busy server, else 400. Photos in base64
    are refused too. Photos stored before a problem belong to nobody and are deleted later.
    """
    _refuse_base64(request.POST)
    files = list_uploaded_files(request)
    found = keep_files(files, lambda file: uploading.keep_photo(file, kind=kind), are_named=True)
    if found.problems:
        status = found.refusal.status_code if found.refusal else 400
        raise RequestRefused(status, *found.problems)
    return found.photos


def _refuse_base64(posted: QueryDict) -> None:
    """Raise RequestRefused (400) if a field of the form looks like a photo in base64."""
    for name, values in posted.lists():
        if any(_looks_like_base64(name, value.strip()) for value in values):
            words = _(
                "%(name)s: send photos as files of a multipart/form-data form, or their addresses "
                "as media_url. We don't read base64."
            )
            raise RequestRefused(400, words % {"name": name[:60]})


def _looks_like_base64(name: str, value: str) -> bool:
    """Return True for a data: URL, and for a long text without URL in a photo's field."""
    if value.startswith("data:"):
        return True
    is_long = len(value) >= _MIN_BASE64_LENGTH and not value.startswith(("http://", "https://"))
    return bool(_FIELD_NAMES.match(name)) and is_long
