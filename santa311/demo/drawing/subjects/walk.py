"""What goes wrong with the sidewalk itself and what grows beside it."""

from math import cos, pi, sin
from random import Random

from ..colour import mix, rgb
from ..plants import BARK, LEAF, STRAW, tuft
from ..shapes import blob, box, curve, moved, oval, ribbon, taper
from ..stage import Stage
from ..street import JOINT, WALK, speckle
from ..things import leaves

SOIL, WOOD = rgb("#6a4f38"), rgb("#e3c08c")


def slab(stage: Stage, dice: Random, fixed: bool) -> None:
    """A slab that a root has lifted, or a level new one."""
    half, z0, z1, rise = 0.8, 0.34, 1.72, dice.uniform(0.24, 0.32)
    _trunk(stage, dice, 1.75, 2.35)
    if fixed:
        stage.ground(box(-half, z0, half, z1), WALK, lit=1.13)
        stage.ground(box(-half, z0, half, z0 + 0.03), JOINT)
        for stroke in range(16):
            z = z0 + 0.08 + stroke * (z1 - z0 - 0.12) / 16
            stage.ground(box(-half + 0.06, z, half - 0.06, z + 0.014), WALK, lit=1.05)
        for x in (-half, half):
            stage.ground(box(x - 0.015, z0, x + 0.015, z1), JOINT)
        return
    _lifted(stage, dice, half, z0, z1, rise)
    leaves(stage, (-1.8, 1.8, 0.3, 2.6), dice, 22)


def weeds(stage: Stage, dice: Random, fixed: bool) -> None:
    """A strip gone wild, or cut back."""
    stage.ground(box(-9, 2.1, 9, 3.15), mix(SOIL, WALK, 0.25))
    stage.ground(box(-9, 2.06, 9, 2.14), JOINT)
    greens = (*LEAF, rgb("#8a9a45"), rgb("#a7a353"))
    if fixed:
        for row in range(3):
            for clump in range(64):
                at = (-5.7 + clump * 0.18 + 0.09 * (row % 2), 0, 2.95 - row * 0.33)
                tuft(stage, at, dice, size=0.16, blades=3, colours=LEAF[:2])
        return
    for row in range(5):
        z = 3.1 - row * 0.24
        for _ in range(13):
            x = dice.uniform(-3.2, 3.2)
            tall = dice.uniform(0.4, 1.1) * (1.15 - abs(x) / 5)
            tuft(stage, (x, 0, z), dice, size=tall, blades=6, colours=greens)
        for _ in range(5):
            _flower(stage, dice, dice.uniform(-2.6, 2.6), z - 0.02)
    for x, z in ((-1.6, 1.75), (0.02, 1.75), (0.01, 0.9), (1.61, 1.4), (-0.8, 1.76), (1.0, 1.75)):
        tuft(stage, (x, 0, z), dice, size=dice.uniform(0.22, 0.4), blades=7, colours=greens)


def branch(stage: Stage, dice: Random, fixed: bool) -> None:
    """A limb across the sidewalk, or a clean cut and a clear way."""
    green = dice.choice(LEAF)
    _trunk(stage, dice, 2.1, 2.5, tall=6.0)
    _stub(stage, dice, fixed)
    if fixed:
        return
    limb = curve([(-2.0, 0.12), (-0.9, 0.4), (0.3, 0.42), (1.5, 0.14)], 6)
    stage.rest(-2.1, 1.5, 0.9, 1.4, 0.35, strength=0.9)
    _foliage(stage, dice, green, ((-1.5, 0.42), (-0.75, 0.75), (-2.1, 0.3)), 1.45, 0.6)
    stage.card(ribbon(limb, taper(len(limb), 0.14, 0.3)), BARK, (0, 0, 1.15), 0.85)
    lit = [(u, v + 0.05) for u, v in limb]
    stage.card(ribbon(lit, taper(len(lit), 0.04, 0.09)), STRAW, (0, 0, 1.15), 1.02)
    stage.card(oval(1.5, 0.14, 0.09, 0.16, points=12), WOOD, (0, 0, 1.14))
    for root, tip in (
        ((-0.6, 0.4), (-0.2, 1.1)),
        ((-1.2, 0.3), (-1.6, 1.0)),
        ((0.3, 0.4), (0.75, 0.85)),
    ):
        stage.card(ribbon([root, tip], (0.1, 0.03)), BARK, (0, 0, 1.14), 0.78)
    _foliage(
        stage,
        dice,
        green,
        ((-0.2, 1.1), (-1.6, 1.0), (0.75, 0.85), (-1.0, 0.36), (-1.9, 0.4)),
        1.12,
        0.42,
    )
    leaves(stage, (-2.5, 1.9, 0.3, 1.9), dice, 40, size=0.08)


def tree_pit(stage: Stage, dice: Random, fixed: bool) -> None:
    """A dead young tree, or a new one between its stakes."""
    stage.ground(box(-0.75, 0.4, 0.75, 1.8), JOINT)
    stage.ground(box(-0.68, 0.47, 0.68, 1.73), SOIL if fixed else mix(SOIL, WALK, 0.4))
    z = 1.1
    for x in (-0.42, 0.42):
        stage.post(x, z + 0.1, 0, 1.5, 0.035, WOOD)
    if fixed:
        stem, green = [(0, 0), (0.03, 0.8), (0, 1.7)], dice.choice(LEAF)
        stage.card(ribbon(curve(stem, 4), taper(9, 0.09, 0.05)), BARK, (0, 0, z))
        _foliage(stage, dice, green, ((-0.3, 1.75), (0.32, 1.8), (0.0, 2.15), (0.0, 1.7)), z, 0.52)
        speckle(
            stage, dice, (-0.6, 0.6, 0.55, 1.6), (rgb("#8a6544"), rgb("#543d2b")), 50, size=0.03
        )
        stage.line([(-0.42, 1.2, z), (0.42, 1.2, z)], 0.03, rgb("#2f6f5c"))
        return
    stem = curve([(0, 0), (0.12, 0.7), (0.38, 1.35), (0.75, 1.75)], 4)
    stage.card(ribbon(stem, taper(len(stem), 0.09, 0.03)), rgb("#8a8073"), (0, 0, z))
    for foot, tip in (
        ((0.1, 0.6), (-0.42, 1.15)),
        ((0.3, 1.2), (0.2, 1.85)),
        ((0.42, 1.4), (0.95, 1.4)),
    ):
        stage.card(ribbon([foot, tip], (0.05, 0.015)), rgb("#8a8073"), (0, 0, z), 0.85)
    for at in ((-0.42, 1.1), (0.2, 1.8), (0.9, 1.35), (0.72, 1.7)):
        stage.card(
            moved([(-0.09, 0), (0, 0.05), (0.09, -0.1), (0, -0.16)], *at), rgb("#b9762f"), (0, 0, z)
        )
    leaves(stage, (-1.2, 1.5, 0.4, 1.9), dice, 34)


def _lifted(stage: Stage, dice: Random, half, z0, z1, rise) -> None:
    """Two halves of a slab, hinged at the far edge and held up by a root."""
    foot = [(-half - 0.1, 0, z0 - 0.22), (half + 0.1, 0, z0 - 0.14), (half, 0, z0), (-half, 0, z0)]
    stage.shade([foot])
    _root(stage)
    stage.fill([(-half, 0, z0), (half, 0, z0), (half, 0, z1), (-half, 0, z1)], SOIL, 0.5)
    near, far = (-half, 0.06), (-half, 0.12)
    _half_slab(stage, near, far, (rise, rise * 0.86), (z0, z1), 1.12)
    near, far = (0.1, half), (0.16, half)
    _half_slab(stage, near, far, (rise * 0.72, rise * 0.36), (z0, z1), 1.0)
    for x in (-0.55, -0.2, 0.3):
        tuft(stage, (x, 0, z0 - 0.03), dice, size=0.16, blades=5)


def _half_slab(stage: Stage, near, far, rises, depths, lit) -> None:
    """One piece: x of its near and far corners, heights of the near ones, z of both edges."""
    (x0, x1), (y0, y1), (z0, z1), thick = near, rises, depths, 0.1
    stage.fill([(x0, 0, z0), (x1, 0, z0), (x1, y1, z0), (x0, y0, z0)], SOIL, 0.6)
    stage.fill([(x0, y0 - thick, z0), (x1, y1 - thick, z0), (x1, y1, z0), (x0, y0, z0)], WALK, 0.7)
    for x, y, back, seen in (
        (x0, y0, far[0], stage.camera.x < x0),
        (x1, y1, far[1], stage.camera.x > x1),
    ):
        if seen:
            stage.fill([(x, 0, z0), (x, y, z0), (back, 0, z1)], WALK, 0.66)
    stage.fill([(x0, y0, z0), (x1, y1, z0), (far[1], 0, z1), (far[0], 0, z1)], WALK, lit)


def _root(stage: Stage) -> None:
    root = curve([(1.7, 2.3), (1.1, 2.05), (0.3, 1.85), (-0.5, 1.95), (-1.2, 1.8)], 5)
    stage.ground(ribbon(root, taper(len(root), 0.26, 0.07)), BARK, y=0.03, lit=0.8)
    stage.ground(
        [(u, v + 0.03) for u, v in ribbon(root, taper(len(root), 0.12, 0.03))], STRAW, y=0.05
    )


def _trunk(stage: Stage, dice: Random, x, z, *, tall=4.5) -> None:
    """A tree whose crown is above the picture."""
    stage.ground(blob(dice, 0.85, 0.45), SOIL, x=x, z=z)
    foot = [(-0.55, 0), (-0.3, 0.3), (-0.24, tall), (0.24, tall), (0.3, 0.3), (0.58, 0)]
    stage.cast(foot, (x, 0, z), strength=0.8)
    stage.card(foot, BARK, (x, 0, z), 0.9)
    side = stage.side()
    stage.card(
        [(side * 0.06, 0.1), (side * 0.24, 0.25), (side * 0.18, tall), (side * 0.05, tall)],
        STRAW,
        (x, 0, z),
        0.95,
    )
    for groove in range(5):
        u, v = -0.18 + groove * 0.09, 0.3 + 0.5 * ((groove * 7) % 5)
        stage.card([(u, v), (u + 0.03, v + 0.5), (u - 0.01, v + 0.9)], BARK, (x, 0, z), 0.66)


def _stub(stage: Stage, dice: Random, fixed: bool) -> None:
    """Where the limb was: torn, or sawn."""
    at = (2.1, 0, 2.45)
    stage.card([(-0.1, 1.75), (-0.15, 2.25), (-0.72, 2.6), (-0.66, 2.2)], BARK, at, 0.78)
    if fixed:
        stage.card(moved(oval(0, 0, 0.11, 0.23, points=14), -0.69, 2.4, turn=12), WOOD, at, 1.05)
        stage.card(moved(oval(0, 0, 0.05, 0.11, points=10), -0.69, 2.4, turn=12), WOOD, at, 0.85)
    else:
        torn = [
            (-0.6, 2.16),
            (-0.95, 2.2),
            (-0.7, 2.3),
            (-1.08, 2.42),
            (-0.74, 2.46),
            (-0.98, 2.66),
            (-0.62, 2.62),
        ]
        stage.card([(u * dice.uniform(0.98, 1.02), v) for u, v in torn], WOOD, at, 1.02)


def _foliage(stage: Stage, dice: Random, green, spots, z, size) -> None:
    """Leafy clumps, dark ones first."""
    side = stage.side()
    for lit, by, shift in ((0.68, 1.0, 0.0), (0.9, 0.78, 0.1), (1.12, 0.45, 0.2)):
        for u, v in spots:
            clump = blob(dice, size * by, size * by * 0.78, points=11, rough=0.2)
            stage.card(
                moved(clump, u + side * shift * size, max(v, size * 0.5) + shift * size),
                green,
                (0, 0, z),
                lit,
            )


def _flower(stage: Stage, dice: Random, x, z) -> None:
    tall = dice.uniform(0.25, 0.65)
    stage.card([(-0.008, 0), (0.008, 0), (0.03, tall)], LEAF[3], (x, 0, z))
    tone = dice.choice((rgb("#ffd34d"), rgb("#ffd34d"), rgb("#f7f3ea")))
    for petal in range(5):
        angle = 2 * pi * petal / 5
        spot = oval(0.03 + 0.035 * cos(angle), tall + 0.035 * sin(angle), 0.03, 0.03, points=7)
        stage.card(spot, tone, (x, 0, z))
