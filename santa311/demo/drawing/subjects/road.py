"""What goes wrong in the roadway, and how it looks once it is mended."""

from math import cos, pi, sin
from random import Random

from ..colour import mix, rgb
from ..shapes import Outline, blob, box, jagged, moved, rounded
from ..stage import Stage
from ..street import CURB, DROP, GUTTER, ROAD, WALK, speckle
from ..things import bottle, leaves, paper, puddle

BLACKTOP, BASE, IRON = rgb("#4a4f53"), rgb("#5a5148"), rgb("#4d4744")
STEEL = rgb("#77858a")
Y = -DROP


def pothole(stage: Stage, dice: Random, fixed: bool) -> None:
    """A hole down to the gravel, or a square of new asphalt."""
    wide, deep = dice.uniform(0.85, 1.05), dice.uniform(0.55, 0.7)
    hole = jagged(dice, wide, deep, points=17, rough=0.16)
    if fixed:
        _patch(stage, dice, 0, -2.3, wide * 1.18, deep * 1.25)
    else:
        _hole(stage, dice, hole, -2.3)


def crosswalk(stage: Stage, dice: Random, fixed: bool) -> None:
    """Bars across the lane: worn to a shadow, or freshly painted."""
    tint = dice.choice((rgb("#fbfaf4"), rgb("#fbfaf4"), rgb("#ffd86b")))
    z0, z1, start = -4.1, -0.75, dice.uniform(-0.4, 0.4)
    _ramp(stage)
    for bar in range(-5, 6):
        x = start + bar * 1.05
        outline = box(x, z0, x + 0.56, z1)
        if fixed:
            stage.ground(outline, tint, y=Y, lit=1.04)
        else:
            _worn(stage, dice, outline, tint)
    if not fixed:
        leaves(stage, (-3, 3, -1.3, -0.7), dice, 12, y=Y)


def drain(stage: Stage, dice: Random, fixed: bool) -> None:
    """A grate at the curb: broken and full of leaves, or new."""
    half, z0, z1, count = 0.72, -1.12, -0.2, 9
    _frame(stage, half, z0, z1, worn=not fixed)
    for bar in range(count):
        x = -half + (bar + 0.5) * 2 * half / count
        if fixed:
            _bar(stage, x, z0, z1, STEEL)
        else:
            _broken_bar(stage, dice, bar, x, z0, z1)
    if fixed:
        for z in (z0 + 0.3, z1 - 0.3):
            stage.ground(box(-half, z - 0.03, half, z + 0.03), STEEL, y=Y, lit=0.9)
        return
    _crack(stage, dice, half + 0.1, z0 + 0.3, 0.3, 0.9)
    _crack(stage, dice, -half - 0.1, z0 + 0.2, 2.9, 0.8)
    leaves(stage, (-1.5, 1.5, -1.3, -0.1), dice, 70, y=Y, size=0.075)
    paper(stage, -0.75, -0.6, dice, y=Y)
    bottle(stage, 0.95, -0.45, dice, y=Y, size=0.32)


def leak(stage: Stage, dice: Random, fixed: bool) -> None:
    """Water that wells up through the road, or a dry new patch."""
    pool = blob(dice, 1.35, 0.72, points=10, rough=0.16)
    if fixed:
        _patch(stage, dice, 0, -2.3, 0.95, 0.62)
        return
    stream = [(-0.4, -0.2), (0.5, -0.3), (2.2, 0.9), (9, 1.2), (9, 1.62), (2.0, 1.6), (0.2, 0.6)]
    puddle(stage, moved(stream, 0, 0), 0.3, -2.2, y=Y)
    puddle(stage, pool, 0, -2.35, y=Y)
    for angle in (0.4, 1.5, 2.6, 3.9, 5.4):
        _crack(stage, dice, 0.2 * cos(angle), -2.3 + 0.14 * sin(angle), angle, 0.9)
    foam = mix(stage.mood.cloud, stage.mood.sky[1], 0.25)
    for size, lift, lit in ((0.36, 0.0, 0.92), (0.26, 0.06, 1.0), (0.15, 0.12, 1.08)):
        stage.card(moved(blob(dice, size, size * 0.55), 0, lift), foam, (0, Y, -2.3), lit)
    for _ in range(16):
        reach = dice.uniform(0.1, 0.42)
        drop = moved(blob(dice, 0.025, 0.03, points=5), dice.uniform(-0.4, 0.4), reach)
        stage.card(drop, foam, (0, Y, -2.3), 1.06)


def _patch(stage: Stage, dice: Random, x, z, wide, deep) -> None:
    """A square of asphalt, sealed at its edge."""
    outline = _cut(dice, wide, deep)
    sealed = [(u * (1 + 0.035 / wide), v * (1 + 0.03 / deep)) for u, v in outline]
    stage.ground(sealed, BLACKTOP, x=x, z=z, y=Y, lit=0.74)
    stage.ground(outline, BLACKTOP, x=x, z=z, y=Y)
    area = (x - wide * 0.94, x + wide * 0.94, z - deep * 0.92, z + deep * 0.92)
    tones = (mix(BLACKTOP, ROAD, 0.5), mix(BLACKTOP, rgb("#15191c"), 0.5))
    speckle(stage, dice, area, tones, 130, y=Y, size=0.018)


def _cut(dice: Random, wide, deep) -> Outline:
    """A rectangle cut by hand: its edges waver by a finger's breadth."""
    corners = [(-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep)]
    outline = []
    for (u0, v0), (u1, v1) in zip(corners, corners[1:] + corners[:1], strict=True):
        for step in range(7):
            share, sway = step / 7, dice.uniform(-0.014, 0.014)
            outline.append((u0 + (u1 - u0) * share + sway, v0 + (v1 - v0) * share + sway))
    return outline


def _hole(stage: Stage, dice: Random, hole, z: float) -> None:
    stage.ground([(u * 1.32, v * 1.36) for u, v in hole], ROAD, z=z, y=Y, lit=0.86)
    stage.ground([(u * 1.13, v * 1.15) for u, v in hole], ROAD, z=z, y=Y, lit=1.16)
    for spoke in range(7):
        angle = 2 * pi * (spoke + dice.uniform(-0.3, 0.3)) / 7
        _crack(stage, dice, 1.05 * cos(angle), z + 0.72 * sin(angle), angle, dice.uniform(0.5, 1.1))
    stage.ground(hole, BASE, z=z, y=Y, lit=0.78)
    stage.ground([(u * 0.95, v * 0.86) for u, v in hole], BASE, z=z - 0.01, y=Y - 0.03, lit=0.56)
    stage.ground([(u * 0.86, v * 0.74) for u, v in hole], rgb("#2e2a28"), z=z + 0.02, y=Y - 0.1)
    puddle(stage, [(u * 0.62, v * 0.42) for u, v in hole], 0.08, z + 0.02, y=Y - 0.11)
    for _ in range(15):
        angle, far = dice.uniform(0, 2 * pi), dice.uniform(0.7, 1.55)
        size = dice.uniform(0.03, 0.085)
        x, at = far * 0.95 * cos(angle), z + far * 0.66 * sin(angle)
        lump = jagged(dice, size, size * 0.7, points=6)
        stage.ground(lump, stage.mood.ink, x=x - 0.02, z=at - 0.02, y=Y, lit=0.8)
        stage.card(moved(lump, 0, size * 0.5), ROAD, (x, Y, at), dice.choice((0.75, 1.15)))


def _crack(stage: Stage, dice: Random, x, z, angle, length) -> None:
    """A line that wanders outwards and thins."""
    steps, spine = 5, []
    for step in range(steps + 1):
        far = length * step / steps
        bend = angle + dice.uniform(-0.35, 0.35)
        spine.append((x + far * cos(bend), z + far * 0.75 * sin(bend)))
    near, far_side = [], []
    for i, (u, v) in enumerate(spine):
        half = 0.024 * (1 - i / steps) + 0.003
        near.append((u, v - half))
        far_side.append((u + half, v + half))
    stage.ground(near + far_side[::-1], rgb("#2f3437"), y=Y)


def _worn(stage: Stage, dice: Random, outline, tint) -> None:
    points = [(x, Y, z) for x, z in outline]
    stage.veil(points, mix(tint, ROAD, 0.15), dice.uniform(0.14, 0.3))
    (x0, z0), (x1, z1) = outline[0], outline[2]
    for _ in range(5):
        flake = jagged(dice, dice.uniform(0.06, 0.2), dice.uniform(0.1, 0.35), points=9, rough=0.4)
        at = (dice.uniform(x0 + 0.1, x1 - 0.1), dice.uniform(z0 + 0.2, z1 - 0.2))
        inside = [(min(max(at[0] + u, x0), x1), min(max(at[1] + v, z0), z1)) for u, v in flake]
        stage.veil([(x, Y, z) for x, z in inside], mix(tint, ROAD, 0.2), dice.uniform(0.2, 0.4))


def _ramp(stage: Stage) -> None:
    """The curb lowered, with the yellow pad for feet and canes."""
    half = 1.15
    slope = [(-half, Y + 0.01, -0.02), (half, Y + 0.01, -0.02), (half, 0, 0.95), (-half, 0, 0.95)]
    stage.fill(slope, WALK, 1.06)
    for side in (-1, 1):
        wing = [(side * half, Y, -0.02), (side * (half + 0.5), 0, 0), (side * half, 0, 0.95)]
        stage.fill(wing, WALK, 0.9)
    stage.fill(
        [(-half, Y + 0.03, 0.08), (half, Y + 0.03, 0.08), (half, -0.03, 0.7), (-half, -0.03, 0.7)],
        rgb("#e8b93c"),
    )
    for row in range(4):
        for dot in range(12):
            x, z = -half + 0.1 + dot * 0.187, 0.15 + row * 0.15
            y = Y + 0.04 + (z / 0.95) * DROP * 0.8
            stage.fill(
                [(x - 0.05, y, z), (x, y, z - 0.03), (x + 0.05, y, z), (x, y, z + 0.03)],
                rgb("#c9992a"),
            )


def _frame(stage: Stage, half, z0, z1, *, worn: bool) -> None:
    """The concrete collar, the iron rim and the dark below."""
    collar = rounded(-half - 0.22, z0 - 0.2, half + 0.22, -0.01, 0.04)
    stage.ground(collar, mix(GUTTER, CURB, 0.4), y=Y, lit=0.9 if worn else 1.08)
    rim = box(-half - 0.06, z0 - 0.06, half + 0.06, z1 + 0.06)
    stage.ground(rim, IRON, y=Y, lit=1.0 if worn else 1.25)
    stage.ground(box(-half, z0, half, z1), rgb("#141c1f"), y=Y)
    stage.ground(box(-half, z1 - 0.12, half, z1), rgb("#2a3336"), y=Y)


def _bar(stage: Stage, x, z0, z1, colour, lit=1.0) -> None:
    stage.ground(box(x - 0.042, z0, x + 0.042, z1), colour, y=Y + 0.01, lit=lit)
    stage.ground(box(x - 0.042, z0, x - 0.022, z1), colour, y=Y + 0.012, lit=lit * 1.25)


def _broken_bar(stage: Stage, dice: Random, bar: int, x, z0, z1) -> None:
    rust = mix(rgb("#77655a"), IRON, dice.uniform(0, 0.5))
    middle = z0 + (z1 - z0) * dice.uniform(0.35, 0.6)
    if bar in (3, 4):
        _bar(stage, x, z0, middle - 0.22, rust)
        _bar(stage, x, middle + 0.34, z1, rust)
    elif bar == 5:
        lost = [(x - 0.04, z0), (x + 0.04, z0), (x - 0.3, middle + 0.1), (x - 0.38, middle + 0.05)]
        stage.ground(lost, rust, y=Y + 0.01, lit=1.1)
    else:
        _bar(stage, x, z0, z1, rust)
