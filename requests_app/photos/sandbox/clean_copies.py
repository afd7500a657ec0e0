"""The public copies of a picture: upright, sRGB, WebP, without metadata."""

import io
from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image, WebPImagePlugin

from requests_app.photos.sandbox import colour, exif
from requests_app.photos.sandbox.opening import check_shape, open_picture, translate_decoder_errors
from requests_app.photos.sandbox.redactions import Box, box_pixels, clip_box

WRITER = WebPImagePlugin  # imported for saving: otherwise, Pillow would import all its plugins


class CopySpec(NamedTuple):
    """A public size: its longest side in pixels, and how it is scaled and encoded.

    `quality` and `effort` are WebP's (`method`). The picture is first reduced fast to `gap` times
    the new size, and then resampled.
    """

    longest: int
    quality: int
    effort: int
    gap: float


COPY_SPECS = (
    CopySpec(1920, quality=78, effort=1, gap=2.0),
    CopySpec(960, quality=72, effort=2, gap=1.0),
    CopySpec(320, quality=70, effort=4, gap=2.0),
)
"""The public sizes, largest first: each copy is scaled from the one before.

Half of 1920 is the mean of four pixels, which costs a fifteenth of resampling. The quality is lower
for the sizes that phones load on mobile networks: dense screens hide the difference. More effort
costs more than it saves (reports/measurements.md), except for the smallest size.
"""
SIZES = tuple(sorted(copy.longest for copy in COPY_SPECS))
"""Longest sides in pixels, smallest first."""
_MAX_LANCZOS = 1.5
"""The factor up to which the largest copy is resampled with Lanczos, which keeps details sharp at
little cost. Beyond this factor, Hamming costs half as much and looks the same."""

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def make_sizes(data: bytes, redactions: Iterable[Box] = ()) -> dict[int, bytes]:
    """Return WebP files by longest side, for each of `SIZES`.

    Nothing is enlarged: sizes beyond the picture's own are the same bytes object. `redactions` are
    painted black before scaling. Raise UnreadableFile, and ValueError for a redaction outside of
    the picture.
    """
    redactions = [clip_box(box) for box in redactions]
    with translate_decoder_errors():
        largest = _make_largest_copy(open_picture(data), redactions)
        return _make_copies(largest)


def _make_largest_copy(picture: Image.Image, redactions: Iterable[Box]) -> Image.Image:
    """Return the picture upright, in sRGB and no larger than the largest copy.

    A JPEG is decoded at half, a quarter or an eighth of its size if that is large enough. The
    picture is scaled before it is rotated, so that a large picture is never in memory twice. Raise
    UnreadableFile for a shape that `check_shape` refuses.
    """
    scale = min(1, SIZES[-1] / max(picture.size))
    width, height = (max(1, int(side * scale)) for side in picture.size)
    picture.draft(None, (width, height))
    picture.load()
    check_shape(*picture.size)
    turn, profile = exif.read_orientation(picture), picture.info.get("icc_profile")
    picture = colour.to_drawable_mode(picture)
    for box in redactions:
        picture.paste(colour.BLACK[picture.mode], box_pixels(box, picture.size, turn))
    picture.thumbnail(
        (SIZES[-1], SIZES[-1]), _choose_filter(picture), reducing_gap=COPY_SPECS[0].gap
    )
    picture = colour.to_srgb(picture, profile)
    return picture.transpose(_TRANSPOSES[turn]) if turn in _TRANSPOSES else picture


def _choose_filter(picture: Image.Image) -> Image.Resampling:
    """Return Lanczos for up to _MAX_LANCZOS times the largest copy, Hamming beyond."""
    if max(picture.size) <= SIZES[-1] * _MAX_LANCZOS:
        return Image.Resampling.LANCZOS
    return Image.Resampling.HAMMING


def _make_copies(picture: Image.Image) -> dict[int, bytes]:
    """Return the files by longest side, smallest first.

    Copies of equal size are one file, encoded as the smallest of them.
    """
    scaled = []
    for copy in COPY_SPECS:
        picture = picture.copy()
        side = (copy.longest, copy.longest)
        picture.thumbnail(side, Image.Resampling.LANCZOS, reducing_gap=copy.gap)
        scaled.append(picture)
    files, by_size = {}, {}
    for copy, picture in zip(reversed(COPY_SPECS), reversed(scaled), strict=True):
        if picture.size not in by_size:
            by_size[picture.size] = _encode_webp(picture, copy.quality, copy.effort)
        files[copy.longest] = by_size[picture.size]
    return files


def _encode_webp(picture: Image.Image, quality: int, effort: int) -> bytes:
    """Return the picture as a WebP file without metadata, which are removed from `picture`."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=effort)
    return out.getvalue()
