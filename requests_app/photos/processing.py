"""Checking uploaded photos, and making their public sizes.

    checked = processing.check_photo(uploaded)            # in a request; raises PhotoRefused
    key = processing.public_name(checked.digest, secret, photo_id)
    files = processing.make_sizes_isolated(original)      # in a worker; raises UnreadableFile

Photos are decoded in the `sandbox`, in one process each. The original file is evidence and stays
private: it keeps its metadata and what redactions hide.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files import File
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.sandbox import parent
from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox import kinds
from requests_app.photos.sandbox.redactions import Box, clip_box

logger = logging.getLogger(__name__)

SANDBOX = "requests_app.photos.sandbox"
MAKE_SIZES = "requests_app.make_photo_sizes"  # the task that a worker runs
MAX_BYTES = 25 * 2**20
CHECK_SECONDS = 5
MAX_MEGABYTES = 1536
"""A 64-megapixel WebP with transparency, the heaviest thing allowed, needs 1.3 GB; a 12-megapixel
photo from a phone a tenth of that."""

KIND_NAMES = {
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
UNSUPPORTED_PICTURES = frozenset(
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
_CODES_OF_FAILURES = {"died": "broken", "too_slow": "too_heavy"}
"""Failure of the decoding process -> the code of the message to the person."""


class PhotoRefused(Exception):
    """The file is not accepted. `code` is a key of `MESSAGES`, `message` is for the resident."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class CheckedPhoto:
    """Properties of a checked file.

    `format` is JPEG, PNG, WEBP, HEIF or AVIF, as detected. The rest are columns of a Photo: `width`
    and `height` in pixels of the upright picture; `digest` is the SHA-256 of the file in hex;
    `latitude` and `longitude` are degrees WGS 84, both or neither, anywhere on earth; `taken_at` is
    aware.
    """

    format: str
    width: int
    height: int
    digest: str
    latitude: float | None
    longitude: float | None
    taken_at: datetime | None


def check_photo(file: bytes | File | BinaryIO, *, is_decoded: bool = True) -> CheckedPhoto:
    """Check an uploaded file and return its properties. Raise PhotoRefused if it is not accepted.

    `file` is bytes or a file object, which is rewound. The picture is decoded completely, so it can
    be shown: about 0.1 s for a JPEG of 12 megapixels, 0.4 s for a HEIC. Without `is_decoded`, only
    the header and the end of a JPEG are checked, in 1 ms; making its sizes may fail later.
    """
    data = _read_limited(file)
    if not data:
        raise _build_refusal("empty")
    if len(data) > MAX_BYTES:
        raise _build_refusal("too_big")
    kind = kinds.detect_kind(data)
    _require_picture(kind)
    try:
        answer = _inspect(data, is_decoded or kind != "jpeg")
    except UnreadableFile as error:
        logger.info("photo refused: %s (%s)", error.code, error.detail)
        raise _build_refusal(_CODES_OF_FAILURES.get(error.code, error.code)) from error
    except OSError as error:
        logger.warning("no process for a photo: %s", error)
        raise _build_refusal("busy") from error
    return _build_checked_photo(data, answer)


def _inspect(data: bytes, is_decoded: bool) -> dict[str, Any]:
    """Return `format`, `size`, `place` and `taken_at`, in this process if nothing is decoded.

    Raise UnreadableFile, and OSError if no process can be started.
    """
    if not is_decoded:
        # Imported here: only processes that accept photos of crews need Pillow.
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
    """Return WebP files by longest side (320, 960, 1920), in sRGB, upright, without metadata.

    Nothing is enlarged: sizes beyond the picture's own are the same bytes object. `redactions` are
    (x, y, width, height) in fractions of the upright picture and become black. `seconds` and
    `megabytes` limit CPU time and memory.

    Raise UnreadableFile, whose `is_temporary` says whether another try may succeed; OSError if no
    process can be started; ValueError for a redaction outside the picture.
    """
    boxes = [clip_box(box) for box in redactions]
    job = {"redactions": boxes}
    answer, files = parent.run_job(
        SANDBOX, "make_sizes", data, job, seconds=seconds, megabytes=megabytes
    )
    return {int(size): files[index] for size, index in answer["sizes"].items()}


def public_name(digest: str, secret: str, *parts: object) -> str:
    """Return a public name of 32 lower-case letters and digits that cannot be guessed.

    The same arguments give the same name, so a name can be cached for ever. `parts` (such as the
    redactions) distinguish pictures that must not share a name. The name cannot be computed from
    the original without the secret.
    """
    content = "\0".join(["photo", digest, *map(str, parts)])
    mac = hmac.digest(secret.encode(), content.encode(), "sha256")
    return base64.b32encode(mac[:20]).decode().lower()


def _read_limited(file: bytes | File | BinaryIO) -> bytes:
    """Return the content, one byte more than allowed at most, so that it cannot fill the memory.

    A file is rewound before and after; bytes are returned as they are.
    """
    if isinstance(file, bytes):
        return file
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    return data


def _require_picture(kind: str) -> None:
    """Raise PhotoRefused, with the kind's name, if a file of this kind is not accepted."""
    if kind in kinds.PICTURE_FORMATS:
        return
    if kind not in KIND_NAMES:
        raise _build_refusal("unknown")
    code = "format_not_allowed" if kind in UNSUPPORTED_PICTURES else "not_a_picture"
    raise _build_refusal(code, kind=KIND_NAMES[kind])


def _build_refusal(code: str, kind: str | Promise = "") -> PhotoRefused:
    """Return the error with the message of `code`, in which `kind` names the file's kind."""
    return PhotoRefused(code, format_lazy(MESSAGES[code], kind=kind))


def _build_checked_photo(data: bytes, answer: dict[str, Any]) -> CheckedPhoto:
    """Return the properties in the sandbox's `answer`, and the digest of `data`."""
    latitude, longitude = answer["place"] or (None, None)
    taken_at = answer["taken_at"]
    return CheckedPhoto(
        format=answer["format"],
        width=answer["size"][0],
        height=answer["size"][1],
        digest=hashlib.sha256(data).hexdigest(),
        latitude=latitude,
        longitude=longitude,
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
    )
