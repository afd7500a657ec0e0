"""The icon on a phone's home screen: a map pin on a plain background, in the city's colors."""

import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

ICON_KINDS = {"any", "maskable", "touch"}
ICON_SIZES = {96, 180, 192, 512}  # pixels
_OVERSAMPLING = 4  # drawn larger and made small, so that edges are smooth
_CORNER_RADIUS = 0.22  # of the side
_PIN_SCALE = {
    "any": 1.0,
    "maskable": 0.8,
    "touch": 0.9,
}  # the scale of the pin; phones may crop the edge of a maskable icon


@lru_cache(maxsize=32)
def render_icon(kind: str, size: int, ground: str, dot: str) -> bytes:
    """Return a square PNG of `size` pixels.

    `ground` (the background) and `dot` are colors as #rrggbb. `kind` is one of ICON_KINDS, else
    KeyError is raised: "any" has transparent rounded corners, the others fill the square. The last
    32 icons are cached.
    """
    side = size * _OVERSAMPLING
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0) if kind == "any" else ground)
    draw = ImageDraw.Draw(picture)
    if kind == "any":
        draw.rounded_rectangle((0, 0, side - 1, side - 1), side * _CORNER_RADIUS, fill=ground)
    _paint_pin(draw, side, _PIN_SCALE[kind], dot)
    buffer = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _paint_pin(draw: ImageDraw.ImageDraw, side: int, scale: float, dot: str) -> None:
    """Paint a white drop with a dot, in the middle of the square, at `scale` of its size."""

    def at(x: float, y: float) -> tuple[float, float]:
        return side * (0.5 + (x - 0.5) * scale), side * (0.5 + (y - 0.5) * scale)

    def disc(x: float, y: float, radius: float, color: str) -> None:
        draw.circle(at(x, y), side * scale * radius, fill=color)

    head, radius, tip = (0.5, 0.41), 0.235, 0.86
    angle = math.acos(radius / (tip - head[1]))  # where the two straight sides leave the head
    across, down = radius * math.sin(angle), radius * math.cos(angle)
    sides = [at(head[0] - across, head[1] + down), at(head[0] + across, head[1] + down)]
    draw.polygon([*sides, at(head[0], tip)], fill="#ffffff")
    disc(*head, radius, "#ffffff")
    disc(*head, 0.1, dot)
