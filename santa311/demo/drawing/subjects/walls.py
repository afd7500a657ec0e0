"""Walls and cabinets: sprayed on, or clean."""

from math import pi, sin
from random import Random

from ..buildings import STUCCO, TILE
from ..colour import mix, rgb
from ..plants import agave, bush, fan_palm
from ..shapes import Outline, blob, box, curve, moved, oval, ribbon, rounded, taper
from ..stage import Stage
from ..street import reach

INK, WHITE = rgb("#1d2430"), rgb("#fdfaf2")
PAINTS = tuple(
    (rgb(a), rgb(b))
    for a, b in (
        ("#e8467c", "#ff9fb2"), ("#1f9fb5", "#8fe3dc"), ("#f08a24", "#ffd34d"),
        ("#7a4fc0", "#c3a3f0"), ("#3fa34d", "#b7e07a"),
    )
)  # fmt: skip


def wall(stage: Stage, dice: Random, fixed: bool) -> None:
    """A long wall along the sidewalk."""
    tone, high = dice.choice(STUCCO), dice.uniform(2.5, 2.9)
    make = dice.choice((_stucco, _brick, _planks))
    left, right = reach(stage, 3.2)
    make(stage, dice, left - 3, right + 3, high, tone)
    stage.shade(
        [[(left, 0, 3.2), (right, 0, 3.2), (right, 0, 2.95), (left, 0, 2.95)]], strength=0.8
    )
    for at in (-3.4, -2.9, 3.1, 3.7):
        dice.choice((agave, bush))(stage, at, 3.05, dice, size=dice.uniform(0.35, 0.55))
    if not fixed:
        _piece(stage, dice, 0.0, 0.42, 3.19, wide=3.5, high=1.45)
        _tag(stage, dice, dice.choice((-2.6, 1.75)), 1.95, 3.19, 0.9)


def cabinet(stage: Stage, dice: Random, fixed: bool) -> None:
    """A utility box on the sidewalk."""
    tone = dice.choice((rgb("#9fb0a3"), rgb("#b9b3a2"), rgb("#8fa5ac"), rgb("#c9bfa8")))
    x0, x1, z, high = -0.75, 0.75, 1.5, 1.5
    stage.rest(x0, x1, z, z + 0.6, high)
    stage.block(x0 - 0.08, x1 + 0.08, 0, 0.1, z - 0.08, z + 0.68, rgb("#b8ad9a"))
    stage.block(x0, x1, 0.1, high, z, z + 0.6, tone)
    stage.block(x0 - 0.04, x1 + 0.04, high, high + 0.07, z - 0.05, z + 0.64, tone)
    stage.wall(box(-0.008, 0.16, 0.008, high - 0.06), tone, z=z - 0.003, lit=0.6)
    for door in (-1, 1):
        for slot in range(5):
            y = 0.26 + slot * 0.055
            stage.wall(
                box(door * 0.38 - 0.2, y, door * 0.38 + 0.2, y + 0.022), tone, z=z - 0.004, lit=0.62
            )
        stage.wall(
            rounded(door * 0.09 - 0.02, 0.78, door * 0.09 + 0.02, 0.95, 0.01),
            rgb("#4a565a"),
            z=z - 0.006,
        )
    if not fixed:
        _piece(stage, dice, 0.0, 0.52, z - 0.01, wide=1.3, high=0.72)
        _tag(stage, dice, -0.62, 1.3, z - 0.01, 0.45)


def _stucco(stage, dice, left, right, high, tone) -> None:
    stage.wall(box(left, 0, right, high), tone, z=3.2)
    stage.wall(box(left, 0, right, 0.3), tone, z=3.19, lit=0.86)
    cap = dice.choice(TILE)
    stage.wall(box(left, high, right, high + 0.14), cap, z=3.12, lit=0.95)
    for x in range(int(left * 2.5), int(right * 2.5)):
        stage.wall(oval(x * 0.4, high + 0.07, 0.17, 0.12, points=9), cap, z=3.1, lit=1.08)
    stage.wall(box(left, high - 0.16, right, high), tone, z=3.19, lit=0.76)
    if dice.random() < 0.6:
        for x in (-7.5, 6.0):
            fan_palm(stage, x, 5.0, dice, height=4.5)


def _brick(stage, dice, left, right, high, tone) -> None:
    clay = mix(dice.choice(TILE), tone, 0.35)
    stage.wall(box(left, 0, right, high), clay, z=3.2, lit=0.86)
    row, y = 0, 0.02
    while y < high - 0.1:
        x = max(left, -5.0) - 0.2 * (row % 2)
        while x < min(right, 5.0):
            if dice.random() < 0.72:
                stage.wall(
                    box(x, y, x + 0.37, y + 0.145),
                    clay,
                    z=3.195,
                    lit=dice.choice((0.93, 0.99, 1.05)),
                )
            x += 0.4
        row, y = row + 1, y + 0.175
    stage.wall(box(left, high, right, high + 0.12), mix(tone, clay, 0.3), z=3.12)


def _planks(stage, dice, left, right, high, tone) -> None:
    paint = mix(tone, dice.choice((rgb("#7fa3a6"), rgb("#c9a27a"), rgb("#e9e2d0"))), 0.6)
    stage.wall(box(left, 0, right, high), paint, z=3.2, lit=0.8)
    x = left
    while x < right:
        stage.wall(box(x, 0.06, x + 0.34, high), paint, z=3.195, lit=dice.choice((0.94, 1.0, 1.04)))
        x += 0.36
    stage.wall(box(left, high, right, high + 0.1), paint, z=3.15, lit=1.12)


def _piece(stage: Stage, dice: Random, x, y, z, *, wide, high) -> None:
    """Swollen letters of no alphabet: haze, outline, fill, shine, drips."""
    deep, bright = dice.choice(PAINTS)
    count = dice.choice((4, 5))
    step = wide / count
    letters = []
    for k in range(count):
        u = x - wide / 2 + step * (k + 0.5)
        v = y + high * (0.5 + 0.1 * sin(k * 2.1 + dice.random()))
        letters.append(
            moved(_letter(dice, step * 0.62, high * 0.5), u, v, turn=dice.uniform(-12, 12))
        )
    haze = [
        (u * 1.12, y + high / 2 + (v - high / 2) * 1.0)
        for u, v in blob(dice, wide * 0.53, high * 0.6)
    ]
    stage.veil([(x + u, v + high * 0.48, z) for u, v in haze], bright, 0.3)
    for grow, tone in ((1.2, WHITE), (1.13, INK)):
        for letter in letters:
            stage.wall(_grown(letter, grow), tone, z=z)
    for letter in letters:
        stage.wall(letter, deep, z=z)
        _inside(stage, letter, bright, z)
    for letter in letters:
        u, v = min(letter, key=lambda point: point[1] + dice.uniform(0, 0.08))
        drop = dice.uniform(0.12, 0.3) * high
        stage.wall(ribbon([(u, v + 0.03), (u, v - drop)], (0.03, 0.018)), INK, z=z)


def _letter(dice: Random, half: float, tall: float) -> Outline:
    """A cushion with two bites taken out of it."""
    points = []
    bite = dice.randint(1, 3)
    for k in range(10):
        angle = 2 * pi * k / 10
        far = 0.52 if k in (bite, bite + 4) else dice.uniform(0.92, 1.1)
        points.append((angle, far))
    return _closed([(far, angle) for angle, far in points], half, tall)


def _closed(polar, half, tall) -> Outline:
    corners = [
        (u * half * far, v * tall * far) for (far, angle) in polar for u, v in [_superoval(angle)]
    ]
    doubled = corners + corners[:1]
    return curve(doubled, 4)[:-1]


def _superoval(angle: float) -> tuple[float, float]:
    u, v = sin(angle + pi / 2), sin(angle)
    return abs(u) ** 0.7 * (1 if u > 0 else -1), abs(v) ** 0.7 * (1 if v > 0 else -1)


def _grown(outline: Outline, by: float) -> Outline:
    u = sum(point[0] for point in outline) / len(outline)
    v = sum(point[1] for point in outline) / len(outline)
    return [(u + (a - u) * by, v + (b - v) * by) for a, b in outline]


def _inside(stage: Stage, letter: Outline, bright, z) -> None:
    u = sum(point[0] for point in letter) / len(letter)
    low, top = min(p[1] for p in letter), max(p[1] for p in letter)
    upper = [(a, max(b, (low + top) / 2 + 0.06 * (a - u))) for a, b in _grown(letter, 0.9)]
    stage.wall(upper, bright, z=z)
    wide = max(p[0] for p in letter) - u
    shine = curve(
        [
            (u - wide * 0.6, top - wide * 0.75),
            (u - wide * 0.3, top - wide * 0.42),
            (u + wide * 0.1, top - wide * 0.36),
        ],
        4,
    )
    stage.wall(ribbon(shine, taper(len(shine), wide * 0.1, wide * 0.2)), WHITE, z=z)
    hole = oval(u, (low + top) / 2 - 0.02, wide * 0.15, wide * 0.24, points=14)
    stage.wall(hole, INK, z=z)


def _tag(stage: Stage, dice: Random, x, y, z, wide) -> None:
    """A quick signature in one line."""
    tone = dice.choice((INK, dice.choice(PAINTS)[0]))
    knots = [
        (x + k * wide / 7, y + (0.16 if k % 2 else -0.14) * wide * dice.uniform(0.5, 1.2))
        for k in range(8)
    ]
    line = curve([*knots, (x + wide * 0.3, y - 0.28 * wide)], 5)
    stage.wall(ribbon(line, taper(len(line), 0.05 * wide, 0.035 * wide)), tone, z=z)
