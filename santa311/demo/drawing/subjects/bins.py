"""Bins at the curb and on the corner: full to bursting, or emptied."""

from math import cos, sin
from random import Random

from ..colour import mix, rgb
from ..shapes import box, moved, oval, rounded
from ..stage import Stage
from ..things import PAPER, bag, bottle, can, carton, cup, paper

GRAPHITE, TEAL = rgb("#35434a"), rgb("#00687d")
CARTS = (rgb("#1f6fae"), rgb("#3f8a4f"), rgb("#4a4f52"))


def carts(stage: Stage, dice: Random, fixed: bool) -> None:
    """Wheeled bins: full to bursting and spilled, or closed and in line."""
    order = dice.sample(CARTS, 3)
    for i, tone in enumerate(order):
        x = -1.15 + i * 0.86
        stage.rest(x, x + 0.62, 0.9, 1.6, 0.9)
        _cart(stage, dice, x, 0.9, tone, full=not fixed and i != 2)
    if fixed:
        return
    bag(stage, 1.55, 1.1, dice, size=0.3)
    bag(stage, -1.5, 1.0, dice, size=0.32)
    bag(stage, -0.85, 0.5, dice, size=0.25)
    carton(stage, 0.85, 0.45, dice, size=0.4)
    litter = (
        (paper, 0.0, 0.6),
        (can, 0.45, 0.5),
        (cup, 0.2, 0.36),
        (bottle, -0.35, 0.44),
        (paper, 1.55, 0.62),
    )
    for thing, x, z in litter:
        thing(stage, x, z, dice)


def basket(stage: Stage, dice: Random, fixed: bool) -> None:
    """A public litter bin: overflowing, or emptied."""
    tone, wood = dice.choice((TEAL, rgb("#2f5d50"), rgb("#4a5a60"))), rgb("#a9784a")
    z, at = 0.9, (0, 0, 0.9)
    stage.cast(box(-0.36, 0, 0.36, 1.0), at)
    if not fixed:
        bag(stage, 0.68, 1.0, dice, size=0.27)
        bag(stage, -0.72, 1.05, dice, size=0.24, colour=PAPER)
    stage.post(0, z, 0.0, 0.06, 0.37, GRAPHITE)
    stage.post(0, z, 0.06, 0.86, 0.34, tone)
    for slat in range(7):
        turn = -1.2 + slat * 0.4
        u = 0.345 * sin(turn)
        lit = 1.05 if u * stage.side() > 0 else 0.75
        wide = 0.05 * cos(turn) + 0.006
        stage.card(rounded(u - wide, 0.13, u + wide, 0.78, 0.006), wood, at, lit)
    stage.post(0, z, 0.84, 0.9, 0.37, GRAPHITE)
    _mouth(stage, dice, at, z, tone, fixed)
    if fixed:
        return
    litter = (
        (cup, 0.42, 0.55),
        (paper, -0.3, 0.5),
        (can, 0.15, 0.42),
        (paper, 0.85, 0.6),
        (bottle, -0.75, 0.55),
    )
    for thing, x, at_z in litter:
        thing(stage, x, at_z, dice)


def _cart(stage: Stage, dice: Random, x, z, tone, *, full: bool) -> None:
    deep, high = 0.68, 0.98
    for at in (x + 0.07, x + 0.55):
        stage.flank(oval(z + deep - 0.04, 0.1, 0.1, 0.1, points=16), GRAPHITE, x=at)
    stage.block(x + 0.02, x + 0.6, 0.06, high, z + 0.03, z + deep, tone)
    stage.wall(
        [(x + 0.05, 0.06), (x + 0.57, 0.06), (x + 0.62, high), (x, high)], tone, z=z, lit=0.98
    )
    for u in (0.16, 0.42):
        stage.wall(box(x + u, 0.2, x + u + 0.04, 0.82), tone, z=z - 0.004, lit=0.84)
    stage.wall(moved(_arrows(), x + 0.31, 0.56, by=0.11), PAPER, z=z - 0.006)
    if full:
        _open_lid(stage, dice, x, z, tone)
    else:
        lid = mix(tone, GRAPHITE, 0.25)
        stage.block(x - 0.03, x + 0.65, high, high + 0.07, z - 0.04, z + deep + 0.05, lid)
        grip = rounded(x + 0.2, high - 0.01, x + 0.42, high + 0.04, 0.02)
        stage.wall(grip, tone, z=z - 0.05, lit=1.3)


def _open_lid(stage: Stage, dice: Random, x, z, tone) -> None:
    """The lid thrown back, and what keeps it open."""
    y, back = 0.98, z + 0.68
    lid = [(x - 0.03, y, back), (x + 0.65, y, back), (x + 0.65, y + 0.62, back + 0.3)]
    stage.fill([*lid, (x - 0.03, y + 0.62, back + 0.3)], mix(tone, GRAPHITE, 0.25), 0.85)
    bag(stage, x + 0.2, z + 0.4, dice, size=0.25, y=y - 0.06)
    bag(stage, x + 0.45, z + 0.28, dice, size=0.21, y=y - 0.04)
    carton(stage, x + 0.05, z + 0.12, dice, size=0.24, y=y - 0.03)
    stage.wall(box(x, y - 0.08, x + 0.62, y), tone, z=z - 0.002, lit=1.1)


def _arrows() -> list:
    return [
        (-1, -0.5),
        (-0.45, -0.5),
        (0, 0.3),
        (0.45, -0.5),
        (1, -0.5),
        (0.22, 0.95),
        (-0.22, 0.95),
    ]


def _mouth(stage: Stage, dice: Random, at, z, tone, fixed: bool) -> None:
    if fixed:
        stage.card(oval(0, 0.92, 0.33, 0.05), rgb("#1b2529"), at)
        for u in (-0.3, 0.3):
            stage.card(box(u - 0.02, 0.88, u + 0.02, 1.12), GRAPHITE, at)
        stage.card(
            [(-0.38, 1.1), (0.38, 1.1), *oval(0, 1.1, 0.38, 0.17, points=14, stop=180)], tone, at
        )
        s = stage.side()
        stage.card(
            [(s * 0.1, 1.1), (s * 0.33, 1.1), (s * 0.2, 1.22), (s * 0.06, 1.25)], tone, at, 1.25
        )
        return
    bag(stage, 0.02, z, dice, size=0.3, y=0.82)
    bag(stage, -0.2, z - 0.02, dice, size=0.17, y=0.86, colour=PAPER)
    for thing, u, size in ((cup, 0.22, 0.2), (cup, -0.02, 0.18)):
        thing(stage, u, z - 0.05, dice, size=size, y=0.9, fallen=u < 0)
    paper(stage, 0.26, z - 0.08, dice, size=0.22, y=0.86)
    sheet = [(-0.36, 0.92), (-0.2, 0.98), (-0.1, 0.9), (-0.14, 0.7), (-0.24, 0.62), (-0.34, 0.74)]
    stage.card(sheet, PAPER, at, 0.96)
