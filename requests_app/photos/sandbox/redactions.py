"""Boxes to be painted black, given on the upright picture."""

import math
from collections.abc import Sequence

Box = Sequence[float]
"""(x, y, width, height) in fractions of the upright picture, from its top left corner."""

_TO_STORED = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (y, 1 - x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (1 - y, x),
}
"""Where a point of the upright picture lies in the picture as stored, by EXIF orientation."""


def clip_box(box: Box) -> tuple[float, float, float, float]:
    """Return the box clipped to the picture. Raise ValueError if it does not begin inside.

    Also raise ValueError for a width or height that is not positive.
    """
    x, y, width, height = map(float, box)
    if not (0 <= x < 1 and 0 <= y < 1 and width > 0 and height > 0):
        raise ValueError(f"a redaction is given in fractions of the picture, not as {box!r}")
    return x, y, min(width, 1 - x), min(height, 1 - y)


def box_pixels(box: Box, size: tuple[int, int], orientation: int) -> tuple[int, int, int, int]:
    """Return (left, upper, right, lower) of the box in the stored picture, rounded outwards."""
    x, y, width, height = box
    corners = (_TO_STORED[orientation](x, y), _TO_STORED[orientation](x + width, y + height))
    across, down = sorted(c[0] * size[0] for c in corners), sorted(c[1] * size[1] for c in corners)
    return (
        math.floor(across[0]),
        math.floor(down[0]),
        min(math.ceil(across[1]), size[0]),
        min(math.ceil(down[1]), size[1]),
    )
