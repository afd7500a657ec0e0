"""Photos as files of a form, under whatever name: `media`, `media[]`, `photo1`, `file_1` …"""

import re

from django.utils.translation import gettext as _

from lib.http import list_uploaded_files
from open311.formats import Refused
from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.photos.form_upload import keep_each

_NAMES = re.compile(r"media|photo|image|file", re.IGNORECASE)
_SHORTEST = 200  # letters that no name of a file and no remark has, and every picture in base64


def photos_in(request, kind) -> list[Photo]:
    """Return the photos of the form, checked and stored. Raise Refused with what is wrong.

    What could be kept although others could not is nobody's, and is deleted after a while.
    """
    _refuse_base64(request.POST)
    files = list_uploaded_files(request)
    found = keep_each(files, lambda file: uploading.keep(file, kind=kind), are_named=True)
    if found.problems:
        status = found.refusal.status_code if found.refusal else 400
        raise Refused(status, *found.problems)
    return found.photos


def _refuse_base64(posted) -> None:
    for name, values in posted.lists():
        if any(_is_picture(name, value.strip()) for value in values):
            words = _(
                "%(name)s: send photos as files of a multipart/form-data form, or their addresses "
                "as media_url. We don't read base64."
            )
            raise Refused(400, words % {"name": name[:60]})


def _is_picture(name, value) -> bool:
    if value.startswith("data:"):
        return True
    is_long = len(value) >= _SHORTEST and not value.startswith(("http://", "https://"))
    return bool(_NAMES.match(name)) and is_long
