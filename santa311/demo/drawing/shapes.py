"""Outlines as lists of (u, v), in whatever unit the caller thinks in."""

from math import cos, pi, sin
from random import Random

type Outline = list[tuple[float, float]]


def oval(u: float, v: float, ru: float, rv: float, *, points=26, start=0.0, stop=360.0) -> Outline:
    """An ellipse, or the part of one between two angles in degrees, counted from the right."""
    first, turn = start * pi / 180, (stop - start) * pi / 180
    steps = points if stop - start >= 360 else points - 1
    return [
        (u + ru * cos(first + turn * i / steps), v + rv * sin(first + turn * i / steps))
        for i in range(points)
    ]


def box(u0: float, v0: float, u1: float, v1: float) -> Outline:
    """A rectangle."""
    return [(u0, v0), (u1, v0), (u1, v1), (u0, v1)]


def rounded(u0: float, v0: float, u1: float, v1: float, radius: float) -> Outline:
    """A rectangle with round corners."""
    corners = (
        (u1 - radius, v1 - radius, 0),
        (u0 + radius, v1 - radius, 90),
        (u0 + radius, v0 + radius, 180),
        (u1 - radius, v0 + radius, 270),
    )
    return [
        point
        for u, v, angle in corners
        for point in oval(u, v, radius, radius, points=6, start=angle, stop=angle + 90)
    ]


def arch(u0: float, u1: float, v0: float, v1: float) -> Outline:
    """A door or window with a round top."""
    radius = (u1 - u0) / 2
    top = oval((u0 + u1) / 2, v1 - radius, radius, radius, points=11, start=0, stop=180)
    return [(u0, v0), (u1, v0), *top]


def loop(points: Outline, steps: int = 5) -> Outline:
    """A smooth closed line through all points (Catmull and Rom)."""
    count = len(points)
    return [
        _between(*(points[(i + k) % count] for k in (-1, 0, 1, 2)), step / steps)
        for i in range(count)
        for step in range(steps)
    ]


def curve(points: Outline, steps: int = 6) -> Outline:
    """A smooth open line through all points."""
    padded = [points[0], *points, points[-1]]
    line = [
        _between(*padded[i : i + 4], step / steps)
        for i in range(len(points) - 1)
        for step in range(steps)
    ]
    return [*line, points[-1]]


def blob(dice: Random, ru: float, rv: float, *, points=9, rough=0.18) -> Outline:
    """An uneven round around the origin: a puddle, a bush, a hole."""
    corners = []
    for i in range(points):
        angle = 2 * pi * (i + dice.uniform(-0.25, 0.25)) / points
        reach = 1 + dice.uniform(-rough, rough)
        corners.append((ru * reach * cos(angle), rv * reach * sin(angle)))
    return loop(corners, 4)


def jagged(dice: Random, ru: float, rv: float, *, points=15, rough=0.18) -> Outline:
    """As a blob, with corners: broken asphalt, broken glass."""
    corners = []
    for i in range(points):
        angle = 2 * pi * (i + dice.uniform(-0.35, 0.35)) / points
        reach = 1 + dice.uniform(-rough, rough)
        corners.append((ru * reach * cos(angle), rv * reach * sin(angle)))
    return corners


def moved(outline: Outline, du: float, dv: float, *, by=1.0, turn=0.0) -> Outline:
    """Scaled by `by`, turned by `turn` degrees, then moved."""
    c, s = cos(turn * pi / 180) * by, sin(turn * pi / 180) * by
    return [(du + u * c - v * s, dv + u * s + v * c) for u, v in outline]


def ribbon(line: Outline, widths) -> Outline:
    """A line with a body: `widths` gives the full width at each of its points."""
    left, right = [], []
    for i, ((u, v), width) in enumerate(zip(line, widths, strict=True)):
        (u0, v0), (u1, v1) = line[max(i - 1, 0)], line[min(i + 1, len(line) - 1)]
        du, dv = u1 - u0, v1 - v0
        length = (du * du + dv * dv) ** 0.5 or 1.0
        nu, nv = -dv / length * width / 2, du / length * width / 2
        left.append((u + nu, v + nv))
        right.append((u - nu, v - nv))
    return left + right[::-1]


def taper(count: int, first: float, last: float) -> list[float]:
    """`count` widths from one to the other."""
    return [first + (last - first) * i / max(count - 1, 1) for i in range(count)]


def _between(a, b, c, d, t: float) -> tuple[float, float]:
    t2, t3 = t * t, t * t * t
    wa, wb = -t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2
    wc, wd = -3 * t3 + 4 * t2 + t, t3 - t2
    return (
        (a[0] * wa + b[0] * wb + c[0] * wc + d[0] * wd) / 2,
        (a[1] * wa + b[1] * wb + c[1] * wc + d[1] * wd) / 2,
    )
