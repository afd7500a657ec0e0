"""House fronts, each a lot wide: stucco and tile, bungalows, flats of the fifties, shops."""

from random import Random

from .colour import Colour, mix, rgb
from .plants import agave, bush
from .shapes import arch, box, oval, rounded
from .stage import Stage

STUCCO = tuple(
    rgb(code)
    for code in (
        "#f3e6cf", "#eecdb4", "#e2a98f", "#c4ded2", "#c2dbe1", "#f0d795", "#f6f2e8",
        "#b9cbb0", "#e8c7c4",
    )
)  # fmt: skip
TILE = (rgb("#c8694a"), rgb("#b75b41"), rgb("#d07a55"))
SLATE = (rgb("#5d6b70"), rgb("#6f7f7c"), rgb("#7a6a62"))
DOOR = (rgb("#0e5f70"), rgb("#8f3f33"), rgb("#2f5d50"), rgb("#6b4a35"), rgb("#d9a441"))
AWNING = (rgb("#00687d"), rgb("#c8553d"), rgb("#2f6f5c"), rgb("#d99a2b"), rgb("#6a5a86"))
TRIM, GLASS, WARM = rgb("#fbf7ee"), rgb("#35626d"), rgb("#ffd27a")


def window(stage: Stage, x, y, z, wide, high, dice: Random, *, frame: Colour = TRIM) -> None:
    """Frame, glass with the sky in it, a bar; some are lit in the evening."""
    warm = stage.mood.lamps and dice.random() < 0.6
    edge = 0.09
    stage.wall(box(-edge, -edge, wide + edge, high + edge), frame, x=x, y=y, z=z)
    lit = 1.6 if warm else 1.0
    stage.wall(box(0, 0, wide, high), WARM if warm else GLASS, x=x, y=y, z=z, lit=lit)
    if not warm:
        shine = [(0, high * 0.35), (wide * 0.75, high), (wide * 0.3, high), (0, high * 0.62)]
        stage.wall(shine, mix(GLASS, stage.mood.sky[1], 0.45), x=x, y=y, z=z)
    stage.wall(box(wide * 0.48, 0, wide * 0.52, high), frame, x=x, y=y, z=z)
    stage.wall(box(-edge, -edge - 0.1, wide + edge, -edge), frame, x=x, y=y, z=z, lit=0.8)


def casita(stage: Stage, x0: float, x1: float, z: float, dice: Random) -> None:
    """Stucco, a tiled roof, an arched door."""
    wall, tile = dice.choice(STUCCO), dice.choice(TILE)
    high, middle = dice.uniform(3.1, 3.7), (x0 + x1) / 2
    stage.block(x0, x1, 0, high, z, z + 7, wall)
    stage.wall(box(x0, high - 0.42, x1, high), wall, z=z, lit=0.74)
    _tiles(stage, x0 - 0.35, x1 + 0.35, high, z, tile)
    door = middle + dice.uniform(-0.8, 0.8)
    stage.wall(arch(door - 0.68, door + 0.68, 0, 2.55), wall, z=z, lit=0.66)
    stage.wall(arch(door - 0.52, door + 0.52, 0, 2.35), dice.choice(DOOR), z=z)
    window(stage, x0 + 0.8, 0.95, z, 1.5, 1.35, dice)
    window(stage, x1 - 2.3, 0.95, z, 1.5, 1.35, dice)
    blossom = dice.choice((None, rgb("#c94f86"), rgb("#d9683f"), None))
    for at in (x0 + 0.7, x0 + 1.7, x1 - 1.6, x1 - 0.6):
        bush(stage, at, z - 0.4, dice, size=dice.uniform(0.4, 0.65), colour=blossom)


def bungalow(stage: Stage, x0: float, x1: float, z: float, dice: Random) -> None:
    """A gable, a porch on posts, boards."""
    wall, roof = dice.choice(STUCCO), dice.choice((*SLATE, *TILE))
    middle, eave, ridge = (x0 + x1) / 2, 2.9, dice.uniform(4.7, 5.4)
    stage.block(x0, x1, 0, eave, z, z + 7, wall)
    stage.wall([(x0 - 0.4, eave), (x1 + 0.4, eave), (middle, ridge)], wall, z=z, lit=0.98)
    for side in (-1, 1):
        edge = middle + side * ((x1 - x0) / 2 + 0.6)
        rake = [
            (edge, eave - 0.25),
            (edge, eave + 0.1),
            (middle, ridge + 0.3),
            (middle, ridge - 0.05),
        ]
        stage.wall(rake, roof, z=z - 0.1, lit=1.05 if side == stage.sun_from else 0.82)
    window(stage, middle - 0.55, eave + 0.35, z, 1.1, 0.8, dice)
    stage.wall(box(x0, 2.3, x1, eave), wall, z=z, lit=0.72)
    stage.wall(box(middle - 0.55, 0.3, middle + 0.55, 2.3), dice.choice(DOOR), z=z)
    window(stage, x0 + 0.6, 0.95, z, 1.9, 1.2, dice)
    window(stage, x1 - 2.5, 0.95, z, 1.9, 1.2, dice)
    stage.block(x0 + 0.2, x1 - 0.2, 2.45, 2.7, z - 1.2, z, TRIM)
    for post in (x0 + 0.45, middle - 1.0, middle + 1.0, x1 - 0.45):
        stage.wall(box(post - 0.11, 0, post + 0.11, 2.5), TRIM, z=z - 1.2)
    for at in (x0 + 0.9, x0 + 1.9, x1 - 1.9, x1 - 0.9):
        bush(stage, at, z - 1.5, dice, size=dice.uniform(0.4, 0.6))


def flats(stage: Stage, x0: float, x1: float, z: float, dice: Random) -> None:
    """Two floors and a carport, with a star on the wall."""
    wall, accent = dice.choice(STUCCO), dice.choice(AWNING)
    high = 6.4
    stage.block(x0, x1, 0, high, z, z + 9, wall)
    stage.wall(box(x0, 0, x1, 0.5), wall, z=z, lit=0.8)
    stage.block(x0 - 0.2, x1 + 0.2, high, high + 0.35, z - 0.35, z + 9, mix(wall, TRIM, 0.5))
    stage.wall(box(x0, high - 0.5, x1, high), wall, z=z, lit=0.74)
    bay = (x1 - x0) / 4
    for column in range(4):
        at = x0 + column * bay + bay / 2 - 0.75
        window(stage, at, 3.9, z, 1.5, 1.25, dice)
        if column != 1:
            window(stage, at, 0.95, z, 1.5, 1.25, dice)
    stage.wall(box(x0 + bay * 1.5 - 0.55, 0, x0 + bay * 1.5 + 0.55, 2.2), dice.choice(DOOR), z=z)
    balcony = (x0 + bay * 2.05, x1 - 0.2)
    stage.block(*balcony, 3.2, 3.35, z - 1.0, z, TRIM)
    stage.wall(box(balcony[0], 3.35, balcony[1], 4.15), accent, z=z - 1.0, lit=0.95)
    _star(stage, x0 + bay * 0.55, 3.3, z, accent)
    for at in (x0 + 0.6, x0 + 1.9, x1 - 1.2):
        agave(stage, at, z - 0.5, dice, size=dice.uniform(0.5, 0.85))


def shop(stage: Stage, x0: float, x1: float, z: float, dice: Random) -> None:
    """A window, a striped awning, a sign without words."""
    wall, accent, high = dice.choice(STUCCO), dice.choice(AWNING), dice.uniform(4.6, 6.8)
    stage.block(x0, x1, 0, high, z, z + 9, wall)
    stage.block(x0 - 0.05, x1 + 0.05, high, high + 0.3, z - 0.2, z + 9, mix(wall, accent, 0.35))
    stage.wall(box(x0 + 0.4, 0, x1 - 0.4, 2.9), accent, z=z, lit=0.72)
    window(stage, x0 + 0.6, 0.6, z, (x1 - x0) * 0.52, 2.1, dice, frame=accent)
    door = x1 - 0.7 - 1.3
    window(stage, door, 0.1, z, 1.2, 2.6, dice, frame=accent)
    stage.wall(rounded(x0 + 0.9, 3.75, x1 - 0.9, 4.3, 0.1), accent, z=z)
    stage.wall(rounded(x0 + 1.5, 3.95, x1 - 2.2, 4.1, 0.05), TRIM, z=z)
    if high > 6.2:
        for at in (x0 + 1.0, x1 - 2.4):
            window(stage, at, 4.7, z, 1.4, 1.1, dice)
    _awning(stage, x0 + 0.3, x1 - 0.3, z, accent)


def loft(stage: Stage, x0: float, x1: float, z: float, dice: Random) -> None:
    """White cubes, wood and large glass."""
    wood = mix(rgb("#b98a5e"), dice.choice(STUCCO), 0.15)
    middle = x0 + (x1 - x0) * dice.choice((0.42, 0.58))
    stage.block(x0, middle, 0, 3.3, z, z + 8, rgb("#f4f0e6"))
    stage.block(middle, x1, 0, 6.1, z + 0.6, z + 8, wood)
    for board in range(12):
        stage.wall(box(middle, 0.5 * board, x1, 0.5 * board + 0.04), wood, z=z + 0.6, lit=0.8)
    stage.block(x0 + 0.4, middle + 1.2, 3.3, 5.9, z + 0.2, z + 8, rgb("#f8f5ee"))
    window(stage, x0 + 0.9, 3.9, z + 0.2, middle - x0 - 0.4, 1.5, dice, frame=SLATE[0])
    window(stage, x0 + 0.7, 0.4, z, middle - x0 - 1.4, 2.2, dice, frame=SLATE[0])
    window(stage, middle + 1.5, 3.7, z + 0.6, x1 - middle - 2.2, 1.6, dice, frame=SLATE[0])
    stage.wall(box(middle + 0.5, 0, middle + 1.7, 2.4), dice.choice(DOOR), z=z + 0.6)
    for at in (x0 + 0.5, x0 + 1.6, x1 - 0.8):
        agave(stage, at, z - 0.4, dice, size=dice.uniform(0.5, 0.8))


def _tiles(stage: Stage, x0, x1, y, z, tile: Colour) -> None:
    """A roof that slopes back, in rows."""
    front, back, rise, rows = z - 0.4, z + 2.6, 1.15, 5
    for row in range(rows):
        z0, z1 = (front + (back - front) * k / rows for k in (row, row + 1))
        y0, y1 = (y + rise * k / rows for k in (row, row + 1))
        lit = 1.08 if row % 2 else 0.98
        stage.fill([(x0, y0, z0), (x1, y0, z0), (x1, y1, z1), (x0, y1, z1)], tile, lit)
    stage.wall(box(x0, y - 0.16, x1, y + 0.02), tile, z=front, lit=0.7)
    for i in range(int((x1 - x0) / 0.42)):
        stage.wall(
            oval(x0 + 0.21 + i * 0.42, y - 0.02, 0.16, 0.13, points=8), tile, z=front, lit=0.92
        )


def _star(stage: Stage, x, y, z, colour: Colour) -> None:
    for turn in (0, 45, 90, 135):
        ray = oval(0, 0, 0.62 if turn % 90 == 0 else 0.4, 0.05, points=8)
        c, s = {0: (1, 0), 45: (0.7, 0.7), 90: (0, 1), 135: (-0.7, 0.7)}[turn]
        stage.wall([(u * c - v * s, u * s + v * c) for u, v in ray], colour, x=x, y=y, z=z - 0.02)


def _awning(stage: Stage, x0, x1, z, colour: Colour) -> None:
    """Stripes that come down over the window, with a scalloped edge."""
    count = max(4, int((x1 - x0) / 0.55))
    step = (x1 - x0) / count
    stage.wall(box(x0, 1.95, x1, 2.55), colour, z=z, lit=0.5)
    for i in range(count):
        tone = colour if i % 2 == 0 else TRIM
        a, b = x0 + i * step, x0 + (i + 1) * step
        stage.fill([(a, 3.3, z), (b, 3.3, z), (b, 2.5, z - 1.1), (a, 2.5, z - 1.1)], tone, 1.05)
        stage.wall(
            [
                (a, 2.5),
                (b, 2.5),
                *oval((a + b) / 2, 2.34, step / 2, 0.16, points=7, start=0, stop=-180),
            ],
            tone,
            z=z - 1.1,
            lit=0.86,
        )
