"""Photos that browsers send straight to the bucket, and that are looked at once they lie there.

    offer = direct_upload.offer(owner, "image/jpeg")    # where to send it; None: with its form
    files = direct_upload.files_of(request)             # what came with a form, either way

An offer is good for five minutes, one name, one kind and 25 MB. The name cannot be guessed, and is
no use to anybody but its owner: it carries our signature over both. What lies there is believed as
little as any upload, and what never becomes a photo is swept away.
"""

import hmac
import logging
import secrets

from django.conf import settings
from django.core.files.base import File
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from lib.storage import default_storage
from requests_app.errors import InvalidInput, ServerBusy

log = logging.getLogger(__name__)

FOLDER = "incoming/"
KINDS = frozenset(
    ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif")
)
"""What browsers call the pictures we take. One that a browser cannot name goes by the other way."""


def is_possible() -> bool:
    """Whether browsers can reach the photo storage, and it answers."""
    return bool(default_storage.public_endpoint) and not default_storage.is_unavailable


def offer(owner, kind) -> dict | None:
    """`url` and `fields` of a form that takes the file, and the `name` by which it is ours then."""
    if kind not in KINDS or not is_possible():
        return None
    token = secrets.token_hex(16)
    name = f"{token}{_mark(owner, token)}"
    return default_storage.build_upload_form(FOLDER + name, kind, settings.MAX_PHOTO_BYTES) | {
        "name": name
    }


def owner_of(request) -> str:
    """Who may say that a photo has arrived: whoever was offered its name."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"device {request.device_key}"


def files_of(request) -> MultiValueDict:
    """`request.FILES`, and under "photos" also what the form says lies in the bucket."""
    names = request.POST.getlist("incoming")[: settings.DATA_UPLOAD_MAX_NUMBER_FILES]
    if not names:
        return request.FILES
    files, owner = request.FILES.copy(), owner_of(request)
    for name in names:
        files.appendlist("photos", DirectUpload(name, owner))
    return files


class DirectUpload(File):
    """A file in the bucket, as if it had been uploaded here.

    It is fetched when it is first read; that raises NotThere, also where it is not this
    owner's, and Busy if the bucket does not answer.
    """

    def __init__(self, name, owner) -> None:
        self.name = ""
        self._given, self._owner = name, owner

    @cached_property
    def file(self) -> File:
        token, mark = self._given[:32], self._given[32:]
        if not hmac.compare_digest(mark.encode(), _mark(self._owner, token).encode()):
            raise NotThere()
        try:
            if default_storage.size(self._at) > settings.MAX_PHOTO_BYTES:
                self.discard()
                raise NotThere()
            return default_storage.open(self._at)
        except FileNotFoundError as error:
            raise NotThere() from error
        except OSError as error:
            raise ServerBusy(_("We didn't get this photo. Please send it again.")) from error

    def move_to(self, name) -> None:
        """Into its place in the same bucket: exactly what was read, whatever was sent since."""
        default_storage.move(self._at, name, self.file.etag)

    def discard(self) -> None:
        try:
            default_storage.delete(self._at)
        except OSError as error:  # it is swept away later
            log.warning("%s stays for now: %s", self._at, error)

    @property
    def _at(self) -> str:
        return FOLDER + self._given


class NotThere(InvalidInput):
    """Never sent, sent too late, or taken from there already when its answer was lost."""

    status_code = 410

    def __init__(self) -> None:
        super().__init__("photos", _("This photo didn't arrive. Please choose it again."))


def _mark(owner, token) -> str:
    content = f"incoming\0{owner}\0{token}".encode()
    return hmac.digest(settings.LINK_SECRET.encode(), content, "sha256")[:16].hex()
