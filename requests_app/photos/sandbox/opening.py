"""Opening of pictures: format, size and shape are checked before anything is decoded."""

import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox import kinds

MAX_PIXELS = 64_499_999
"""64 megapixels as cameras count them: a "64 MP" phone makes 9248 x 6944 = 64.2 million."""
MAX_SIDE = 20_000
MAX_ASPECT = 20

# The module for each kind of picture. To import all takes longer than to decode most photos.
_PLUGINS = {
    "jpeg": "PIL.JpegImagePlugin",
    "png": "PIL.PngImagePlugin",
    "webp": "PIL.WebPImagePlugin",
    "heif": "pillow_heif",
    "avif": "PIL.AvifImagePlugin",
}


@contextmanager
def translate_decoder_errors() -> Iterator[None]:
    """Raise `UnreadableFile` in place of any error inside; decoders raise errors of many types.

    The code is too_many_pixels, too_heavy (MemoryError) or broken; an UnreadableFile stays as it
    is.
    """
    try:
        yield
    except UnreadableFile:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableFile("too_many_pixels", repr(error)) from error
    except MemoryError as error:
        raise UnreadableFile("too_heavy", repr(error)) from error
    except Exception as error:
        raise UnreadableFile("broken", repr(error)) from error


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """Return the first picture in `data`, with a valid header and not decoded yet.

    Raise UnreadableFile with the code not_allowed, broken, too_many_pixels or absurd_shape.
    """
    kind = kinds.detect_kind(data)
    if kind not in kinds.PICTURE_FORMATS:
        raise UnreadableFile("not_allowed", kind)
    if kind in {"heif", "avif"}:
        _check_boxes(data)
    _register_plugin(kind)
    with translate_decoder_errors():
        picture = Image.open(io.BytesIO(data), formats=[kinds.PICTURE_FORMATS[kind]])
    check_shape(*picture.size)
    return picture


def _register_plugin(kind: str) -> None:
    """Import Pillow's plugin for this kind alone."""
    plugin = importlib.import_module(_PLUGINS[kind])
    if kind == "heif":
        plugin.register_heif_opener(
            thumbnails=False, depth_images=False, aux_images=False, decode_threads=2
        )


def check_shape(width: int, height: int) -> None:
    """Raise UnreadableFile for more pixels than a camera makes, or a shape that is too narrow.

    The codes are too_many_pixels, absurd_shape, and broken for a side of 0.
    """
    longest, shortest = max(width, height), min(width, height)
    if shortest < 1:
        raise UnreadableFile("broken", f"{width} x {height}")
    if longest > MAX_SIDE or longest > MAX_ASPECT * shortest:
        raise UnreadableFile("absurd_shape", f"{width} x {height}")
    if width * height > MAX_PIXELS:
        raise UnreadableFile("too_many_pixels", f"{width} x {height}")


def _check_boxes(data: bytes) -> None:
    """Raise UnreadableFile for a truncated HEIC, whose missing parts libheif fills with grey.

    The file is a sequence of boxes (ISO/IEC 14496-12, 4.2), each preceded by its length. A box of
    length 0 extends to the end of the file.
    """
    at = 0
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16])
        if length == 0:
            return
        if at + length > len(data) and name in {b"ftyp", b"meta", b"mdat", b"moov"}:
            raise UnreadableFile(
                "broken", f"{name.decode()} ends {at + length - len(data)} bytes late"
            )
        if length < 8:
            return
        at += length
