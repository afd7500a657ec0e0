"""The icon on a phone's home screen, drawn in the city's own colors: a map pin over its ground."""

import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

KINDS = {"any", "maskable", "touch"}
SIZES = {96, 180, 192, 512}  # pixels
_FINER = 4  # drawn larger and made small, so that edges are smooth
_CORNER = 0.22  # of the side
_SHARE = {"any": 1.0, "maskable": 0.8, "touch": 0.9}  # a phone may cut off a maskable one's edge


@lru_cache(maxsize=32)
def png(kind, size, ground, dot) -> bytes:
    """A square PNG of `size` pixels. `ground` and `dot` are colors as #rrggbb."""
    side = size * _FINER
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0) if kind == "any" else ground)
    draw = ImageDraw.Draw(picture)
    if kind == "any":
        draw.rounded_rectangle((0, 0, side - 1, side - 1), side * _CORNER, fill=ground)
    _pin(draw, side, _SHARE[kind], dot)
    buffer = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pin(draw, side, share, dot) -> None:
    """A white drop with a dot in it; `share` of the square is its room."""

    def at(x, y) -> tuple:
        return side * (0.5 + (x - 0.5) * share), side * (0.5 + (y - 0.5) * share)

    def disc(x, y, radius, color) -> None:
        draw.circle(at(x, y), side * share * radius, fill=color)

    head, radius, tip = (0.5, 0.41), 0.235, 0.86
    angle = math.acos(radius / (tip - head[1]))  # where the two straight sides leave the head
    across, down = radius * math.sin(angle), radius * math.cos(angle)
    sides = [at(head[0] - across, head[1] + down), at(head[0] + across, head[1] + down)]
    draw.polygon([*sides, at(head[0], tip)], fill="#ffffff")
    disc(*head, radius, "#ffffff")
    disc(*head, 0.1, dot)
