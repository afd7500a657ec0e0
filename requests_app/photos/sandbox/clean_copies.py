"""The public copies of a picture: upright, sRGB, WebP, and nothing in them but pixels."""

import io
from collections.abc import Iterable

from PIL import Image, WebPImagePlugin

from requests_app.photos.sandbox import colour, exif
from requests_app.photos.sandbox.opening import check_shape, decoding, opened
from requests_app.photos.sandbox.redactions import Box, checked, pixels

WRITER = WebPImagePlugin  # without it, Pillow would load all it has to write one
SIZES = (320, 960, 1920)
"""Longest sides in pixels, smallest first."""
QUALITY = {320: 70, 960: 72, 1920: 80}
"""Lower where phones load them in the street: on a dense screen nobody sees the difference."""
EFFORT = {320: 4, 960: 4, 1920: 2}
"""WebP's `method`. For the largest, 4 would save 3 % of its bytes for twice the time."""
_GAP = 2.0
"""A picture is first reduced to this many times its new size, cheaply, and then resampled well."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def make_sizes(data: bytes, redactions: Iterable[Box] = ()) -> dict[int, bytes]:
    """WebP files by longest side, for every one of `SIZES`.

    Nothing is enlarged: sizes beyond the picture's own are the same bytes object. `redactions` are
    drawn black before anything is scaled. Raises `Unreadable`; ValueError for a redaction outside
    the picture.
    """
    redactions = [checked(box) for box in redactions]
    with decoding():
        largest = _largest(opened(data), redactions)
        return _copies(largest)


def _largest(picture, redactions):
    """Scale first and turn afterwards: a large picture never stands in memory twice."""
    scale = SIZES[-1] * _GAP / max(picture.size)
    picture.draft(None, tuple(max(1, int(side * scale)) for side in picture.size))
    picture.load()
    check_shape(*picture.size)
    turn, profile = exif.orientation(picture), picture.info.get("icc_profile")
    picture = colour.plain(picture)
    for box in redactions:
        picture.paste(colour.BLACK[picture.mode], pixels(box, picture.size, turn))
    picture.thumbnail((SIZES[-1], SIZES[-1]), Image.Resampling.LANCZOS, reducing_gap=_GAP)
    picture = colour.to_srgb(picture, profile)
    return picture.transpose(_TURNS[turn]) if turn in _TURNS else picture


def _copies(largest):
    copies, written = {}, {}
    for longest in SIZES:
        copy = largest.copy()
        copy.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=_GAP)
        if copy.size not in written:
            written[copy.size] = _webp(copy, QUALITY[longest], EFFORT[longest])
        copies[longest] = written[copy.size]
    return copies


def _webp(picture, quality, effort):
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=effort)
    return out.getvalue()
