"""What the city has put on the sidewalk: hydrants, benches, bus shelters."""

from math import cos, pi, sin
from random import Random

from ..colour import mix, rgb
from ..shapes import blob, box, curve, jagged, moved, oval, ribbon, rounded, taper
from ..stage import Stage
from ..street import DROP
from ..things import puddle

STEEL, GRAPHITE, WHITE = rgb("#98a4a6"), rgb("#3d4c51"), rgb("#fbf8f0")
TEAL = rgb("#00687d")
SPRAY = (rgb("#d6336c"), rgb("#2f9e44"), rgb("#7048e8"), rgb("#e8590c"), rgb("#1098ad"))


def hydrant(stage: Stage, dice: Random, fixed: bool) -> None:
    """A hydrant that gushes, or stands dry."""
    tone = dice.choice((rgb("#f0b429"), rgb("#f0b429"), rgb("#d94f3a"), rgb("#e9e4d6")))
    at, z, side = (0, 0, 0.8), 0.8, dice.choice((-1, 1))
    if not fixed:
        pool = blob(dice, 1.5, 0.42, points=11)
        puddle(stage, pool, side * 0.5, 0.75)
        puddle(stage, [(-1.3, 0), (1.2, 0), (4.5, -0.5), (-2.0, -0.5)], side * 0.4, -0.04, y=-DROP)
    stage.cast([(-0.16, 0), (0.16, 0), (0.16, 0.85), (-0.16, 0.85)], at)
    _body(stage, at, z, tone)
    if not fixed:
        _gush(stage, dice, at, side)


def bench(stage: Stage, dice: Random, fixed: bool) -> None:
    """A bench somebody has sprayed on, or a clean one."""
    wood = dice.choice((rgb("#b5814f"), rgb("#8f6746"), rgb("#2f6f6b"), rgb("#c49a63")))
    half, z = 1.0, 1.5
    stage.rest(-half, half, z, z + 0.5, 0.7)
    for x in (-half + 0.15, half - 0.15):
        stage.block(x - 0.04, x + 0.04, 0, 0.9, z + 0.46, z + 0.52, GRAPHITE)
        stage.block(x - 0.04, x + 0.04, 0, 0.42, z, z + 0.05, GRAPHITE)
    for slat in range(4):
        y = 0.52 + slat * 0.12
        stage.block(-half, half, y, y + 0.095, z + 0.46, z + 0.5, wood)
    if not fixed:
        _tags(stage, dice, half, z + 0.455)
    for slat in range(4):
        z0 = z + 0.37 - slat * 0.12
        stage.block(-half, half, 0.42, 0.46, z0, z0 + 0.1, wood)
    for x in (-half + 0.15, half - 0.15):
        stage.block(x - 0.04, x + 0.04, 0.62, 0.67, z - 0.02, z + 0.5, GRAPHITE)
        stage.block(x - 0.04, x + 0.04, 0.42, 0.62, z - 0.02, z + 0.03, GRAPHITE)
    if not fixed:
        drip = ribbon(curve([(-0.5, 0), (-0.1, 0.06), (0.3, -0.04), (0.65, 0.03)], 5), [0.06] * 16)
        stage.ground([(u, z + 0.2 + v) for u, v in drip], dice.choice(SPRAY), y=0.462)


def shelter(stage: Stage, dice: Random, fixed: bool) -> None:
    """A bus shelter with a smashed pane, or whole."""
    half, z0, z1, high = 1.7, 1.1, 2.35, 2.45
    accent = dice.choice((TEAL, rgb("#1f5fa8"), rgb("#2f6f5c")))
    panes = [(-half + i * 2 * half / 3, -half + (i + 1) * 2 * half / 3) for i in range(3)]
    stage.rest(-half, half, z0, z1, 1.2, strength=0.7)
    for i, (x0, x1) in enumerate(panes):
        _pane(
            stage,
            x0 + 0.04,
            x1 - 0.04,
            z1,
            0.3,
            high - 0.12,
            broken=not fixed and i == 1,
            dice=dice,
        )
    for x in (-half, panes[1][0], panes[1][1], half):
        stage.block(x - 0.035, x + 0.035, 0, high, z1 - 0.04, z1 + 0.04, GRAPHITE)
    _seat(stage, z1)
    for x in (-half, half):
        stage.block(x - 0.035, x + 0.035, 0, high, z0, z0 + 0.07, GRAPHITE)
    stage.block(-half - 0.2, half + 0.2, high, high + 0.16, z0 - 0.25, z1 + 0.15, accent)
    stage.wall(rounded(-0.5, high + 0.03, 0.5, high + 0.13, 0.03), WHITE, z=z0 - 0.26)
    if not fixed:
        _shards(stage, dice, z1)
    _stop_flag(stage, half + 0.45, 0.6, accent)


def _body(stage, at, z, tone) -> None:
    stage.card(oval(0, 0.05, 0.22, 0.07), tone, at, 0.75)
    stage.post(0, z, 0.04, 0.1, 0.22, tone)
    stage.post(0, z, 0.1, 0.64, 0.14, tone)
    for y in (0.6, 0.14):
        stage.post(0, z, y, y + 0.06, 0.17, tone)
    dome = oval(0, 0.66, 0.15, 0.15, points=14, stop=180)
    stage.card(dome, tone, at, 0.95)
    s = stage.side()
    stage.card(
        [(s * 0.04, 0.67), *oval(0, 0.66, s * 0.13, 0.13, points=8, start=10, stop=70)],
        tone,
        at,
        1.18,
    )
    stage.card(box(-0.035, 0.8, 0.035, 0.87), tone, at, 0.8)
    for side in (-1, 1):
        stage.card(box(side * 0.13, 0.4, side * 0.22, 0.54), tone, at, 1.05 if side == s else 0.75)
        stage.card(box(side * 0.22, 0.42, side * 0.25, 0.52), STEEL, at, 0.9)
    for radius, lit in ((0.1, 0.78), (0.075, 1.08), (0.03, 0.7)):
        stage.card(oval(0, 0.42, radius, radius, points=18), tone, at, lit)


def _gush(stage, dice, at, side) -> None:
    """A jet from the side, a fountain above, drops all round."""
    water = mix(stage.mood.cloud, stage.mood.sky[1], 0.3)
    for reach, width, lit in ((1.35, 0.26, 0.88), (1.2, 0.17, 1.0), (1.05, 0.08, 1.1)):
        fall = [(0.2, 0.5), (0.6 * reach, 0.62), (0.98 * reach, 0.34), (1.2 * reach, 0.0)]
        arc = curve([(side * u, v) for u, v in fall], 6)
        stage.card(ribbon(arc, taper(len(arc), 0.09, width)), water, at, lit)
    for plume in range(5):
        lean = (plume - 2) * 0.14
        jet = curve([(0, 0.86), (lean, 1.25 + 0.12 * (plume % 2)), (lean * 2.6, 0.95)], 5)
        stage.card(ribbon(jet, taper(len(jet), 0.06, 0.015)), water, at, 1.0 + 0.06 * (plume % 2))
    for _ in range(34):
        u, v = side * dice.uniform(0.3, 1.9), dice.uniform(0.02, 0.75)
        stage.card(moved(oval(0, 0, 0.02, 0.026, points=6), u, v), water, at, 1.08)
    splash = moved(blob(dice, 0.42, 0.13, points=10, rough=0.3), side * 1.5, 0.05)
    stage.card(splash, water, at, 1.06)


def _tags(stage, dice, half, z) -> None:
    for _ in range(3):
        u, tone = dice.uniform(-half + 0.3, half - 0.8), dice.choice(SPRAY)
        knots = [
            (u + k * 0.14, 0.76 + (0.17 if k % 2 else -0.15) * dice.uniform(0.6, 1.1))
            for k in range(6)
        ]
        line = curve(knots, 5)
        stage.wall(ribbon(line, [0.055] * len(line)), tone, z=z)
        for k in (1, 3):
            x, y = knots[k]
            stage.wall(box(x, y - 0.34, x + 0.02, y), tone, z=z)


def _pane(stage, x0, x1, z, y0, y1, *, broken, dice) -> None:
    glass = mix(stage.mood.sky[1], rgb("#bfe6ea"), 0.5)
    sheet = [(x, y, z) for x, y in box(x0, y0, x1, y1)]
    if not broken:
        stage.veil(sheet, glass, 0.5)
        for u in (0.12, 0.3):
            a, b = x0 + (x1 - x0) * u, x0 + (x1 - x0) * (u + 0.1)
            shine = [(a, y0, z), (b, y0, z), (b + 0.35, y1, z), (a + 0.35, y1, z)]
            stage.veil(shine, rgb("#ffffff"), 0.35)
        return
    _smashed(stage, dice, x0, x1, z, y0, y1)


def _smashed(stage, dice, x0, x1, z, y0, y1) -> None:
    """Milky with cracks, and a hole one can look through."""
    middle, high = (x0 + x1) / 2, (y0 + y1) / 2 + 0.15
    hole = moved(jagged(dice, 0.34, 0.5, points=13, rough=0.34), middle, high)
    corners = box(x0, y0, x1, y1)
    ring = [*corners, corners[0], *hole, hole[0], corners[0]]
    stage.veil([(x, y, z) for x, y in ring], mix(stage.mood.sky[1], WHITE, 0.7), 0.78)
    for ray in range(15):
        angle = 2 * pi * (ray + dice.uniform(-0.3, 0.3)) / 15
        near = (middle + 0.36 * cos(angle), high + 0.52 * sin(angle))
        far = (middle + 1.4 * cos(angle), high + 1.4 * sin(angle))
        end = (max(x0, min(x1, far[0])), max(y0, min(y1, far[1])))
        stage.wall(ribbon([near, end], (0.03, 0.008)), WHITE, z=z - 0.01)
    for reach in (0.66, 0.9):
        web = jagged(dice, reach * 0.62, reach, points=12, rough=0.1)
        web = [(max(x0, min(x1, middle + u)), max(y0, min(y1, high + v))) for u, v in web]
        stage.line([(u, v, z - 0.01) for u, v in [*web, web[0]]], 0.014, WHITE)
    stage.line([(u, v, z - 0.012) for u, v in [*hole, hole[0]]], 0.035, WHITE, 1.1)


def _shards(stage, dice, z) -> None:
    for _ in range(34):
        x, at = dice.gauss(0, 0.55), z - abs(dice.gauss(0.3, 0.35)) - 0.35
        size = dice.uniform(0.03, 0.11)
        shard = jagged(dice, size, size * 0.6, points=4, rough=0.4)
        stage.ground(
            shard, rgb("#dff3f2"), x=x, z=max(at, 0.35), y=0.005, lit=dice.choice((0.86, 1.0, 1.1))
        )


def _seat(stage, z) -> None:
    for x in (-0.95, 0.95):
        stage.block(x - 0.03, x + 0.03, 0, 0.44, z - 0.42, z - 0.36, GRAPHITE)
    stage.block(-1.15, 1.15, 0.44, 0.52, z - 0.55, z - 0.15, rgb("#b5814f"))


def _stop_flag(stage, x, z, accent) -> None:
    stage.post(x, z, 0, 2.7, 0.035, STEEL)
    at = (x, 0, z)
    stage.card(rounded(-0.24, 2.1, 0.24, 2.68, 0.05), accent, at)
    stage.card(rounded(-0.15, 2.3, 0.15, 2.56, 0.04), WHITE, at)
    stage.card(box(-0.11, 2.42, 0.11, 2.51), accent, at)
    for u in (-0.09, 0.09):
        stage.card(oval(u, 2.3, 0.035, 0.035, points=10), WHITE, at)
