"""Boxes to be drawn black, as somebody drew them on the upright picture."""

import math
from collections.abc import Sequence

Box = Sequence[float]
"""(x, y, width, height) in fractions of the upright picture, from its top left corner."""

_STORED = {
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


def checked(box: Box) -> tuple[float, float, float, float]:
    """The box, cut off where the picture ends; ValueError if it has no part in the picture."""
    x, y, width, height = map(float, box)
    if not (0 <= x < 1 and 0 <= y < 1 and width > 0 and height > 0):
        raise ValueError(f"a redaction is given in fractions of the picture, not as {box!r}")
    return x, y, min(width, 1 - x), min(height, 1 - y)


def pixels(box: Box, size: tuple[int, int], orientation: int) -> tuple[int, int, int, int]:
    """(left, upper, right, lower) in the picture as stored: every pixel that the box touches."""
    x, y, width, height = box
    corners = (_STORED[orientation](x, y), _STORED[orientation](x + width, y + height))
    across, down = sorted(c[0] * size[0] for c in corners), sorted(c[1] * size[1] for c in corners)
    return (
        math.floor(across[0]),
        math.floor(down[0]),
        min(math.ceil(across[1]), size[0]),
        min(math.ceil(down[1]), size[1]),
    )
