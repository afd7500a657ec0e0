"""One picture, from nothing to its public sizes. Needs no Django: painters are plain processes.

The sizes are those of `requests_app.photos.sandbox`, which takes no chances with strangers'
files. Here we know what we drew, upright and plain, and encode it with less effort in half
the time.
"""

import io
from dataclasses import dataclass

from PIL import Image

from requests_app.photos.sandbox.sizes import SIZES
from santa311.demo.drawing import draw

SIZE = (960, 720)
_QUALITY = 80
_EFFORT = 2  # of 6; more makes a file little smaller and takes twice as long


@dataclass(frozen=True)
class View:
    """One place that can be drawn, before and after."""

    subject: str
    seed: int


@dataclass(frozen=True)
class Picture:
    """A drawing's bytes: the original (JPEG) and its public sizes (WebP) by longest side."""

    original: bytes
    sizes: dict[int, bytes]


def paint(view: View, fixed: bool) -> Picture:
    original = draw(view.subject, fixed=fixed, seed=view.seed, size=SIZE)
    return Picture(original, _sizes(original))


def _sizes(original) -> dict[int, bytes]:
    """Nothing is enlarged: sizes beyond the drawing's own are the same bytes."""
    drawing = Image.open(io.BytesIO(original)).convert("RGB")
    whole = _webp(drawing)
    return {
        longest: whole if longest >= max(SIZE) else _small(drawing, longest) for longest in SIZES
    }


def _small(drawing, longest):
    copy = drawing.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return _webp(copy)


def _webp(picture):
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=_EFFORT)
    return out.getvalue()
