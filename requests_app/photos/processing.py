"""Photos from strangers: accept or refuse one at once, and make its public copies.

    checked = processing.check(uploaded)                    # in the request; raises Refused
    key = processing.name_for(checked.digest, secret, photo_id)
    files = processing.make_sizes_isolated(original)        # in a worker; raises UnreadableFile

The pictures themselves are decoded in the `sandbox`, a process of their own each. The original file
is evidence and stays private: it keeps its metadata, and whatever was hidden behind its pixels.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.sandbox import parent
from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox import kinds
from requests_app.photos.sandbox.redactions import Box, checked

logger = logging.getLogger(__name__)

SANDBOX = "requests_app.photos.sandbox"
MAKE_SIZES = "requests_app.make_photo_sizes"  # the task that a worker runs
MAX_BYTES = 25 * 2**20
CHECK_SECONDS = 5
MAX_MEGABYTES = 1536
"""A 64-megapixel WebP with transparency, the heaviest thing allowed, needs 1.3 GB; a 12-megapixel
photo from a phone a tenth of that."""

KINDS = {
    "archive": _("an archive of files"),
    "audio": _("a sound recording"),
    "bmp": _("a BMP picture"),
    "document": _("an office document"),
    "gif": _("a GIF picture"),
    "icon": _("an icon file"),
    "jpeg2000": _("a JPEG 2000 picture"),
    "jpegxl": _("a JPEG XL picture"),
    "pdf": _("a PDF document"),
    "photoshop": _("a Photoshop file"),
    "postscript": _("a PostScript (EPS) drawing"),
    "program": _("a program"),
    "svg": _("an SVG drawing"),
    "text": _("a text file"),
    "tiff": _("a TIFF picture or a camera's raw file"),
    "video": _("a video"),
    "web page": _("a web page"),
}
OTHER_PICTURES = frozenset(
    ("bmp", "gif", "icon", "jpeg2000", "jpegxl", "photoshop", "postscript", "svg", "tiff")
)
MESSAGES = {
    "empty": _("This file is empty. Please choose the photo again, or take a new one."),
    "too_big": _(
        "This photo is larger than 25 MB. Please send a smaller copy, or a screenshot of it."
    ),
    "not_a_picture": _(
        "This file is {kind}, not a photo. Please choose a photo (JPEG, PNG, WebP, HEIC or AVIF)."
    ),
    "unknown": _(
        "This file isn't a photo we can read. Please choose a photo (JPEG, PNG, WebP, HEIC or "
        "AVIF)."
    ),
    "format_not_allowed": _(
        "This file is {kind}. Please send the photo as JPEG, PNG, WebP, HEIC or AVIF, "
        "or take a screenshot of it and send that."
    ),
    "broken": _(
        "This photo is damaged or didn't arrive completely. Please choose it again, or take a "
        "new one."
    ),
    "too_many_pixels": _(
        "This photo has more than 64 megapixels. Please send a smaller copy, or a screenshot of it."
    ),
    "absurd_shape": _(
        "This picture is too long and narrow to show anything. Please choose another photo."
    ),
    "too_heavy": _(
        "This photo is too large or too complex for us to open. Please send a smaller copy, or a "
        "screenshot of it."
    ),
    "busy": _("We're getting a lot of photos right now. Please try again in a minute."),
}
_CODES = {"died": "broken", "too_slow": "too_heavy"}
"""What a decoder that died means to the owner of the picture."""


class Refused(Exception):
    """This file is not accepted. `code` is a key of `MESSAGES`, `message` is for the resident."""

    def __init__(self, code: str, message) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file turned out to be.

    `format` is JPEG, PNG, WEBP, HEIF or AVIF, whatever its name said. The rest are columns of a
    Photo: `width` and `height` are pixels of the upright picture; `digest` is the SHA-256 of the
    file in hex; `latitude` and `longitude` are degrees WGS 84, both or neither, anywhere on earth;
    `taken_at` is aware.
    """

    format: str
    width: int
    height: int
    digest: str
    latitude: float | None
    longitude: float | None
    taken_at: datetime | None


def check(file: bytes | BinaryIO, *, is_decoded=True) -> Checked:
    """Look at a file as it arrives; raises `Refused`.

    Takes its bytes or a file object, which is left at its beginning. The picture is
    decoded to its end, so one that passes can be shown. About 0.1 s for a 12-megapixel JPEG, 0.4 s
    for a HEIC. Without `is_decoded`, the header and the end of a JPEG are enough, which takes 1 ms:
    whether it can be shown is known once its sizes are made.
    """
    data = _contents(file)
    if not data:
        raise _refusal("empty")
    if len(data) > MAX_BYTES:
        raise _refusal("too_big")
    kind = kinds.sniff(data)
    _refuse_other_kinds(kind)
    try:
        answer = _inspected(data, is_decoded or kind != "jpeg")
    except UnreadableFile as error:
        logger.info("photo refused: %s (%s)", error.code, error.detail)
        raise _refusal(_CODES.get(error.code, error.code)) from error
    except OSError as error:
        logger.warning("no process for a photo: %s", error)
        raise _refusal("busy") from error
    return _checked(data, answer)


def _inspected(data, is_decoded) -> dict:
    if not is_decoded:
        # Imported here: a process that takes no crew's photos needs no Pillow.
        from requests_app.photos.sandbox import inspection

        return inspection.inspect_header(data)
    answer, _files = parent.run_job(
        SANDBOX, "inspect", data, seconds=CHECK_SECONDS, megabytes=MAX_MEGABYTES
    )
    return answer


def make_sizes_isolated(
    data: bytes,
    redactions: Iterable[Box] = (),
    *,
    seconds: float = 20,
    megabytes: int = MAX_MEGABYTES,
) -> dict[int, bytes]:
    """WebP files by longest side (320, 960, 1920), in sRGB, upright, without metadata.

    Nothing is enlarged: sizes beyond the picture's own are the same bytes object. `redactions` are
    (x, y, width, height) in fractions of the upright picture, drawn black. May use so many
    `seconds` of CPU and `megabytes` of memory. Raises `UnreadableFile`, whose `is_temporary` says
    whether another try makes sense, OSError where the machine starts no process, and ValueError for
    a redaction outside the picture.
    """
    boxes = [checked(box) for box in redactions]
    job = {"redactions": boxes}
    answer, files = parent.run_job(
        SANDBOX, "make_sizes", data, job, seconds=seconds, megabytes=megabytes
    )
    return {int(size): files[index] for size, index in answer["sizes"].items()}


def name_for(digest: str, secret: str, *parts: object) -> str:
    """A public name of 32 lower-case letters and digits that only we can work out.

    The same picture has the same name, so a name can be cached for ever; `parts` (a request, the
    redactions) tell apart what must not share one. Without the secret, even somebody who has the
    original cannot find where its copies are shown.
    """
    content = "\0".join(["photo", digest, *map(str, parts)])
    mac = hmac.digest(secret.encode(), content.encode(), "sha256")
    return base64.b32encode(mac[:20]).decode().lower()


def _contents(file) -> bytes:
    """At most one byte more than is allowed, so that nobody can fill the memory."""
    if isinstance(file, bytes):
        return file
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    return data


def _refuse_other_kinds(kind) -> None:
    if kind in kinds.PICTURES:
        return
    if kind not in KINDS:
        raise _refusal("unknown")
    code = "format_not_allowed" if kind in OTHER_PICTURES else "not_a_picture"
    raise _refusal(code, kind=KINDS[kind])


def _refusal(code: str, kind: str | Promise = "") -> Refused:
    return Refused(code, format_lazy(MESSAGES[code], kind=kind))


def _checked(data, answer) -> Checked:
    latitude, longitude = answer["place"] or (None, None)
    taken_at = answer["taken_at"]
    return Checked(
        format=answer["format"],
        width=answer["size"][0],
        height=answer["size"][1],
        digest=hashlib.sha256(data).hexdigest(),
        latitude=latitude,
        longitude=longitude,
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
    )
