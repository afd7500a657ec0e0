"""Small things people leave lying about, and the cone that stands beside them."""

from math import cos, pi, sin
from random import Random

from .camera import Point
from .colour import Colour, mix, rgb
from .shapes import Outline, box, jagged, moved, oval, rounded
from .stage import Stage

CARTON, PAPER = rgb("#c99a63"), rgb("#f6f1e4")
BAGS = (rgb("#2f3b40"), rgb("#3b4a50"), rgb("#23424a"))
BRIGHT = (rgb("#c8553d"), rgb("#00829b"), rgb("#e0a92e"), rgb("#d8dfe0"), rgb("#4f8f63"))
FALLEN = (rgb("#b9762f"), rgb("#8f7a35"), rgb("#6f8a3f"), rgb("#a4552f"))


def bag(
    stage: Stage, x, z, dice: Random, *, size=0.35, y=0.0, colour: Colour | None = None
) -> None:
    """A full, tied rubbish bag."""
    tone, side = colour or dice.choice(BAGS), stage.side()
    foot = oval(0, 0, size * 1.15, size * 0.5)
    stage.shade([[(x + u + stage.lean[0] * size * 0.4, y, z + v) for u, v in foot]])
    body = [(-1, 0.05), (-1.02, 0.5), (-0.72, 1.05), (-0.14, 1.42), (0.14, 1.42), (0.74, 1.0)]
    body += [(1.02, 0.5), (0.98, 0.05), (0.5, -0.06), (-0.5, -0.06)]
    body = [(u * size * dice.uniform(0.93, 1.07), v * size) for u, v in body]
    stage.card(body, tone, (x, y, z))
    dark = [(u * 0.5 - side * size * 0.45, v * 0.78) for u, v in body]
    stage.card(dark, tone, (x, y, z), 0.78)
    for fold in (0.25, 0.5, 0.72):
        line = [(side * fold * size, 0.35 * size), (side * 0.1 * size, 1.3 * size)]
        crease = [line[0], (line[0][0] + 0.1 * size, line[0][1] + 0.2 * size), line[1]]
        stage.card(crease, tone, (x, y, z), 1.5)
    ears = [(-0.1, 1.36), (-0.3, 1.75), (-0.02, 1.5), (0.26, 1.78), (0.1, 1.36)]
    stage.card([(u * size, v * size) for u, v in ears], tone, (x, y, z), 1.12)


def carton(stage: Stage, x, z, dice: Random, *, size=0.45, y=0.0) -> None:
    """A cardboard box with its flaps open."""
    wide, high, deep = size, size * dice.uniform(0.7, 0.95), size * 0.8
    stage.rest(x, x + wide, z, z + deep, high, y=y)
    stage.block(x, x + wide, y, y + high, z, z + deep, CARTON)
    stage.ground(
        box(x + 0.03, z + 0.03, x + wide - 0.03, z + deep - 0.03), CARTON, y=y + high, lit=0.6
    )
    flap = [(x, y + high, z), (x + wide, y + high, z), (x + wide + 0.04, y + high - 0.13, z - 0.12)]
    stage.fill([*flap, (x - 0.04, y + high - 0.13, z - 0.12)], CARTON, 1.12)
    stage.wall(box(x + wide * 0.44, y, x + wide * 0.56, y + high), mix(CARTON, PAPER, 0.4), z=z)


def cup(stage: Stage, x, z, dice: Random, *, size=0.16, y=0.0, fallen=True) -> None:
    """A paper cup with a band, standing or lying."""
    band = dice.choice(BRIGHT)
    turn = dice.choice((78, 96, -84, -100)) if fallen else dice.uniform(-8, 8)
    at = (x, y + (size * 0.34 if fallen else 0), z)
    _contact(stage, x, z, size, y)
    stage.card(
        moved([(-0.26, 0), (0.26, 0), (0.4, 1), (-0.4, 1)], 0, 0, by=size, turn=turn), PAPER, at
    )
    stage.card(
        moved([(-0.3, 0.3), (0.3, 0.3), (0.35, 0.68), (-0.35, 0.68)], 0, 0, by=size, turn=turn),
        band,
        at,
    )
    stage.card(moved(box(-0.45, 0.94, 0.45, 1.1), 0, 0, by=size, turn=turn), PAPER, at, 0.85)


def can(stage: Stage, x, z, dice: Random, *, size=0.14, y=0.0) -> None:
    """A drinks can, lying."""
    tone, turn = dice.choice(BRIGHT[:3]), dice.uniform(60, 120)
    _contact(stage, x, z, size, y)
    at = (x, y + size * 0.32, z)
    stage.card(moved(rounded(-0.3, -0.5, 0.3, 0.5, 0.1), 0, 0, by=size, turn=turn), tone, at)
    stage.card(moved(box(0.06, -0.44, 0.18, 0.44), 0, 0, by=size, turn=turn), PAPER, at, 0.95)
    stage.card(
        moved(oval(0, 0.5, 0.28, 0.08, points=12), 0, 0, by=size, turn=turn), rgb("#cfd6d8"), at
    )


def bottle(stage: Stage, x, z, dice: Random, *, size=0.3, y=0.0) -> None:
    """A plastic bottle, lying."""
    tone = dice.choice((rgb("#9fd0d6"), rgb("#bfe0d0"), rgb("#7fb0a0")))
    turn = dice.choice((80, 100, -80, -104))
    _contact(stage, x, z, size * 0.8, y)
    shape = [(-0.16, -0.5), (0.16, -0.5), (0.16, 0.1), (0.07, 0.34), (0.07, 0.46), (-0.07, 0.46)]
    at = (x, y + size * 0.16, z)
    stage.card(moved([*shape, (-0.07, 0.34), (-0.16, 0.1)], 0, 0, by=size, turn=turn), tone, at)
    stage.card(
        moved(box(-0.16, -0.3, 0.16, 0.0), 0, 0, by=size, turn=turn), dice.choice(BRIGHT), at
    )
    stage.card(moved(box(-0.08, 0.44, 0.08, 0.54), 0, 0, by=size, turn=turn), rgb("#00687d"), at)


def paper(stage: Stage, x, z, dice: Random, *, size=0.2, y=0.0) -> None:
    """A crumpled sheet."""
    _contact(stage, x, z, size * 0.8, y)
    sheet = jagged(dice, size * 0.55, size * 0.34, points=7, rough=0.25)
    at = (x, y + size * 0.25, z)
    stage.card(sheet, PAPER, at)
    stage.card(
        [(u * 0.7 - stage.side() * size * 0.1, v * 0.5 - size * 0.07) for u, v in sheet],
        PAPER,
        at,
        0.82,
    )


def leaves(stage: Stage, area, dice: Random, count: int, *, y=0.0, size=0.07) -> None:
    """Fallen leaves; `area` is (x0, x1, z0, z1)."""
    x0, x1, z0, z1 = area
    for _ in range(count):
        turn = dice.uniform(0, pi)
        leaf = [(-1, 0), (0, 0.5), (1, 0.1), (0, -0.45)]
        c, s = cos(turn) * size, sin(turn) * size
        outline = [(u * c - v * s, u * s + v * c) for u, v in leaf]
        spot = dice.uniform(x0, x1), dice.uniform(z0, z1)
        stage.ground(
            outline, dice.choice(FALLEN), x=spot[0], z=spot[1], y=y, lit=dice.uniform(0.85, 1.1)
        )


def puddle(stage: Stage, outline: Outline, x, z, *, y=0.0) -> None:
    """Water on the ground, with the sky in it."""
    mood = stage.mood
    wet = [(x + u * 1.08, y, z + v * 1.12) for u, v in outline]
    stage.veil(wet, mood.ink, 0.35)
    water = mix(mix(mood.sky[1], mood.sea[1], 0.4), mood.ink, 0.12)
    stage.fill([(x + u, y, z + v) for u, v in outline], water)
    shine = [(x + u * 0.62 - 0.05, y, z + v * 0.42 + 0.02) for u, v in outline]
    stage.fill(shine, mix(water, mood.sky[-1], 0.5))


def cone(stage: Stage, x, z, *, y=0.0, size=0.7) -> None:
    """A traffic cone."""
    orange, white = rgb("#e8622c"), rgb("#f7f3ea")
    foot = size * 0.3
    outline = [(-foot, 0), (foot, 0), (0.05, size), (-0.05, size)]
    stage.cast(outline, (x, y, z), y=y)
    stage.block(x - foot, x + foot, y, y + 0.05, z - foot, z + foot, orange)
    at: Point = (x, y + 0.05, z)
    wide = foot * 0.78
    for low, high, tone in ((0, 1, orange), (0.3, 0.5, white), (0.66, 0.82, white)):
        a, b = wide * (1 - low * 0.82), wide * (1 - high * 0.82)
        stage.card(
            [(-a, low * size), (a, low * size), (b, high * size), (-b, high * size)], tone, at
        )
    s = -stage.side()
    edge = [(s * wide * 0.3, 0), (s * wide, 0), (s * wide * 0.18, size), (0, size)]
    stage.veil(stage.facing(edge, at), stage.mood.ink, 0.25)


def _contact(stage: Stage, x, z, size, y) -> None:
    foot = oval(0, 0, size * 0.75, size * 0.3, points=14)
    stage.veil(
        [(x + u + stage.lean[0] * size * 0.25, y, z + v - 0.01) for u, v in foot],
        stage.mood.ink,
        0.34,
    )
