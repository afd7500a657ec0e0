"""Uploads of photos by browsers directly to the bucket.

    form = direct_upload.create_upload_form(owner, "image/jpeg")  # None if impossible
    files = direct_upload.collect_files(request)                  # direct uploads and other files

An upload form is valid for five minutes, one name, one content type and 25 MB. The name is random
and signed for its owner, so nobody else can use it. A file in the bucket is checked like any
upload, and deleted if it does not become a photo.
"""

import hmac
import logging
import secrets
from typing import Any, cast

from django.conf import settings
from django.core.files.base import File
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from lib.storage import StoredFile, default_storage
from requests_app.errors import InvalidInput, ServerBusy

log = logging.getLogger(__name__)

INCOMING_FOLDER = "incoming/"
CONTENT_TYPES = frozenset(
    ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif")
)
"""The content types of accepted pictures. A file of another type is sent with its form."""


def is_direct_upload_possible() -> bool:
    """Return True if browsers can reach the photo storage, and it is available."""
    return bool(default_storage.public_endpoint) and not default_storage.is_unavailable


def create_upload_form(owner: str, content_type: str) -> dict[str, Any] | None:
    """Return the `url` and `fields` of a form that uploads a file, and the `name` to send later.

    Return None if direct upload is not possible, or not for this content type.
    """
    if content_type not in CONTENT_TYPES or not is_direct_upload_possible():
        return None
    token = secrets.token_hex(16)
    name = f"{token}{_sign_name(owner, token)}"
    form = default_storage.build_upload_form(
        INCOMING_FOLDER + name, content_type, settings.MAX_PHOTO_BYTES
    )
    return form | {"name": name}


def owner_key(request) -> str:
    """Return the key of the user or device to which an upload belongs, such as "user 5"."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"device {request.device_key}"


def collect_files(request) -> MultiValueDict:
    """Return `request.FILES`, with the form's direct uploads added under "photos".

    The names of the uploads are in the POST's `incoming`. The uploads are not opened yet, so a
    missing one is noticed when it is read (DirectUpload).
    """
    names = request.POST.getlist("incoming")[: settings.DATA_UPLOAD_MAX_NUMBER_FILES]
    if not names:
        return request.FILES
    files, owner = request.FILES.copy(), owner_key(request)
    for name in names:
        files.appendlist("photos", DirectUpload(name, owner))
    return files


class DirectUpload(File):
    """A file in the bucket with the interface of an uploaded file.

    The file is opened when it is first read. This raises UploadMissing if there is none with this
    name of this owner, and ServerBusy if the bucket is unavailable.
    """

    def __init__(self, name: str, owner: str) -> None:
        self.name = ""
        self._given, self._owner = name, owner

    @cached_property
    def file(self) -> StoredFile:  # type: ignore[override]  # an attribute in the stubs
        """Open the file in the bucket once, and return it.

        Raise UploadMissing if there is none with this name of this owner, or if it is larger than
        MAX_PHOTO_BYTES, after its deletion. Raise ServerBusy if the bucket is unavailable.
        """
        token, mark = self._given[:32], self._given[32:]
        if not hmac.compare_digest(mark.encode(), _sign_name(self._owner, token).encode()):
            raise UploadMissing()
        try:
            if default_storage.size(self._path) > settings.MAX_PHOTO_BYTES:
                self.discard()
                raise UploadMissing()
            return cast("StoredFile", default_storage.open(self._path))
        except FileNotFoundError as error:
            raise UploadMissing() from error
        except OSError as error:
            raise ServerBusy(_("We didn't get this photo. Please send it again.")) from error

    def move_to(self, name: str) -> None:
        """Move the file within the bucket, if it is still the one that was read.

        Raise FileNotFoundError if it is not, and another OSError if the bucket is unavailable.
        """
        default_storage.move(self._path, name, self.file.etag)

    def discard(self) -> None:
        """Delete the file; if the bucket is unavailable, a later audit deletes it."""
        try:
            default_storage.delete(self._path)
        except OSError as error:  # the audit deletes it later
            log.warning("%s stays for now: %s", self._path, error)

    @property
    def _path(self) -> str:
        """Return the name of the file in the bucket."""
        return INCOMING_FOLDER + self._given


class UploadMissing(InvalidInput):
    """The file was never uploaded, uploaded too late, or has become a photo already."""

    status_code = 410

    def __init__(self) -> None:
        super().__init__("photos", _("This photo didn't arrive. Please choose it again."))


def _sign_name(owner: str, token: str) -> str:
    """Return the signature of `token` for `owner`: an HMAC of 32 hex digits."""
    content = f"incoming\0{owner}\0{token}".encode()
    return hmac.digest(settings.LINK_SECRET.encode(), content, "sha256")[:16].hex()
