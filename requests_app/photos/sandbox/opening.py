"""Open a picture without believing it: its format, size and shape are checked before a decode."""

import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox import kinds

MAX_PIXELS = 64_499_999
"""64 megapixels as cameras count them: a "64 MP" phone makes 9248 x 6944 = 64.2 million."""
MAX_SIDE = 20_000
MAX_ASPECT = 20

# What knows each kind of picture. All of them take longer to import than most photos to decode.
_PLUGINS = {
    "jpeg": "PIL.JpegImagePlugin",
    "png": "PIL.PngImagePlugin",
    "webp": "PIL.WebPImagePlugin",
    "heif": "pillow_heif",
    "avif": "PIL.AvifImagePlugin",
}


@contextmanager
def decoding() -> Iterator[None]:
    """Whatever a decoder raises inside becomes `UnreadableFile`: they raise every type there is."""
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


def opened(data: bytes) -> Image.Image:
    """The first picture in `data`: its header is read and acceptable, its pixels are not decoded.

    Raises `UnreadableFile`.
    """
    kind = kinds.sniff(data)
    if kind not in kinds.PICTURES:
        raise UnreadableFile("not_allowed", kind)
    if kind in {"heif", "avif"}:
        _check_boxes(data)
    _learn(kind)
    with decoding():
        picture = Image.open(io.BytesIO(data), formats=[kinds.PICTURES[kind]])
    check_shape(*picture.size)
    return picture


def _learn(kind) -> None:
    """Pillow then knows this kind, and looks for no other."""
    plugin = importlib.import_module(_PLUGINS[kind])
    if kind == "heif":
        plugin.register_heif_opener(
            thumbnails=False, depth_images=False, aux_images=False, decode_threads=2
        )


def check_shape(width: int, height: int) -> None:
    """Raise `UnreadableFile` for more pixels than a camera makes, or a shape that shows nothing."""
    longest, shortest = max(width, height), min(width, height)
    if shortest < 1:
        raise UnreadableFile("broken", f"{width} x {height}")
    if longest > MAX_SIDE or longest > MAX_ASPECT * shortest:
        raise UnreadableFile("absurd_shape", f"{width} x {height}")
    if width * height > MAX_PIXELS:
        raise UnreadableFile("too_many_pixels", f"{width} x {height}")


def _check_boxes(data) -> None:
    """Find a HEIC that ends too early: libheif fills what is missing with grey and says nothing.

    The file is a row of boxes (ISO/IEC 14496-12, 4.2), each with its length in front. A box whose
    length is 0 reaches to the end of the file.
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
