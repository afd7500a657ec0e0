"""What people leave on the sidewalk, and the sidewalk without it."""

from random import Random

from ..colour import mix, rgb
from ..shapes import blob, box, curve, moved, oval, ribbon, rounded, taper
from ..stage import Stage
from ..street import DROP
from ..things import CARTON, PAPER, bag, bottle, can, carton, cone, cup, leaves, paper

GRAPHITE, STEEL, TEAL = rgb("#35434a"), rgb("#9aa6a8"), rgb("#00687d")
CLOTH = tuple(rgb(c) for c in ("#c8694a", "#d9a441", "#2f7f8c", "#7a5a86", "#6f8a5a", "#c9b79a"))


def sofa(stage: Stage, dice: Random, fixed: bool) -> None:
    """A sofa nobody wants, or the way clear."""
    tone, half, z = dice.choice(CLOTH), dice.uniform(0.95, 1.1), 1.3
    mattress = dice.random() < 0.4
    if fixed:
        return
    stage.rest(-half - 0.2, half + 0.2, z, z + 0.85, 0.8)
    if mattress:
        _mattress(stage, half)
    for x in (-half, half - 0.06):
        stage.block(x, x + 0.06, 0, 0.1, z, z + 0.06, GRAPHITE)
    stage.block(-half, half, 0.1, 0.42, z + 0.02, z + 0.85, tone)
    stage.wall(rounded(-half + 0.02, 0.35, half - 0.02, 0.98, 0.12), tone, z=z + 0.6, lit=0.9)
    for k in (0, 1):
        left = -half + 0.06 + k * (half - 0.03)
        stage.wall(rounded(left, 0.44, left + half - 0.09, 0.9, 0.1), tone, z=z + 0.5, lit=1.02)
        stage.ground(box(left, z + 0.02, left + half - 0.09, z + 0.52), tone, y=0.56, lit=1.18)
        stage.wall(rounded(left, 0.4, left + half - 0.09, 0.56, 0.06), tone, z=z + 0.01, lit=1.0)
    for side in (-1, 1):
        x0, x1 = sorted((side * half, side * (half + 0.2)))
        stage.block(x0, x1, 0.08, 0.66, z - 0.02, z + 0.85, tone)
        stage.wall(oval((x0 + x1) / 2, 0.66, 0.13, 0.1, points=18), tone, z=z - 0.03, lit=1.1)
    _torn(stage, dice, half, z)


def dumping(stage: Stage, dice: Random, fixed: bool) -> None:
    """A heap of bags and boxes, or the way clear."""
    spots = sorted(
        ((dice.uniform(1.1, 2.3), dice.uniform(-1.2, 1.2)) for _ in range(9)), reverse=True
    )
    if fixed:
        return
    _mattress(stage, 0.8)
    carton(stage, -1.55, 1.9, dice, size=0.55)
    carton(stage, 1.0, 1.7, dice, size=0.6)
    for z, x in spots:
        bag(stage, x, z, dice, size=dice.uniform(0.27, 0.38))
    carton(stage, -0.5, 0.8, dice, size=0.42)
    for thing, x, z in (
        (paper, 0.5, 0.75),
        (can, 0.85, 0.62),
        (bottle, -1.2, 0.7),
        (cup, 1.35, 0.9),
        (paper, -1.5, 1.0),
    ):
        thing(stage, x, z, dice)


def scooter(stage: Stage, dice: Random, fixed: bool) -> None:
    """An electric scooter across the way, or parked at the curb."""
    tone = dice.choice((rgb("#2f9e6f"), rgb("#e8622c"), rgb("#00829b"), rgb("#8f4fa8")))
    parts = _scooter(tone)
    stage.ground(box(-1.5, 0.36, 1.5, 0.4), PAPER)
    for x in (-1.5, -0.5, 0.5, 1.5):
        stage.ground(box(x - 0.02, 0.36, x + 0.02, 0.85), PAPER)
    if fixed:
        foot = [(-0.55, 0), (0.6, 0), (0.45, 1.15), (0.3, 1.15), (0.4, 0.2), (-0.5, 0.12)]
        stage.shade([[(u + v * stage.lean[0], 0, 0.62 + v * stage.lean[1]) for u, v in foot]])
        for outline, colour, lit in parts:
            stage.wall(outline, colour, z=0.62, lit=lit)
        return
    lying = [
        (moved(outline, 0.42, 1.5, by=1.3, turn=62), colour, lit) for outline, colour, lit in parts
    ]
    for lift, dark in ((0.0, True), (0.1, False)):
        for outline, colour, lit in lying:
            if dark:
                stage.veil([(u + 0.04, 0, v - 0.03) for u, v in outline], stage.mood.ink, 0.4)
            else:
                stage.ground(outline, colour, y=lift, lit=lit)


def trolley(stage: Stage, dice: Random, fixed: bool) -> None:
    """A shopping cart left behind, or the way clear."""
    handle = dice.choice((rgb("#c8553d"), TEAL, rgb("#e0a92e")))
    full = dice.random() < 0.7
    if fixed:
        return
    z0, z1 = 1.0, 1.5
    stage.rest(-0.45, 0.5, z0, z1, 0.7, strength=0.8)
    _mesh(stage, z1)
    if full:
        bag(stage, -0.02, 1.25, dice, size=0.3, y=0.5)
        bag(stage, 0.24, 1.2, dice, size=0.22, y=0.6, colour=CARTON)
    for x in (-0.34, 0.34):
        for z in (z1, z0):
            stage.wall(oval(x, 0.08, 0.075, 0.08, points=14), GRAPHITE, z=z)
            stage.wall(oval(x, 0.08, 0.03, 0.03, points=8), STEEL, z=z - 0.01)
    for z in (z0, z1):
        stage.line([(-0.42, 0.2, z), (0.42, 0.2, z), (-0.5, 1.0, z)], 0.03, STEEL)
    _mesh(stage, z0)
    stage.line([(-0.56, 1.02, z0), (-0.56, 1.02, z1)], 0.06, handle)
    paper(stage, 0.9, 0.7, dice)


def scene(stage: Stage, dice: Random, fixed: bool) -> None:
    """Any street: with leaves, a cone and a cup, or swept."""
    side = dice.choice((-1, 1))
    if fixed:
        return
    leaves(stage, (-2.2, 2.2, 0.3, 1.6), dice, 60)
    leaves(stage, (-2.5, 2.5, -0.45, -0.05), dice, 45, y=-DROP)
    cone(stage, side * 0.25, 1.0, size=0.8)
    for thing, x, z in ((cup, -0.6, 0.6), (paper, 0.75, 0.5), (paper, -1.2, 1.2), (can, 0.2, 0.45)):
        thing(stage, side * x, z, dice)


def _torn(stage: Stage, dice: Random, half, z) -> None:
    rip = blob(dice, 0.16, 0.07, points=7, rough=0.35)
    stage.wall(rip, PAPER, x=-half * 0.4, y=0.72, z=z + 0.49, lit=0.95)
    stage.wall(moved(rip, 0, 0, by=0.5), rgb("#d9c7a0"), x=-half * 0.4, y=0.71, z=z + 0.485)
    stain = blob(dice, 0.2, 0.12)
    stage.veil([(half * 0.45 + u, 0.562, z + 0.27 + v) for u, v in stain], stage.mood.ink, 0.28)
    tilted = rounded(-0.26, -0.04, 0.26, 0.34, 0.09)
    stage.wall(
        moved(tilted, half * 0.55, 0.62, turn=-16), mix(dice.choice(CLOTH), PAPER, 0.25), z=z + 0.42
    )


def _mattress(stage: Stage, half: float) -> None:
    cloth = rgb("#e9e2d0")
    back = [
        (-half * 1.25, 0, 2.75),
        (half * 0.7, 0, 2.75),
        (half * 0.7, 1.5, 3.05),
        (-half * 1.25, 1.5, 3.05),
    ]
    stage.fill(back, cloth, 0.95)
    for stripe in range(9):
        u = -half * 1.2 + stripe * half * 0.215
        stage.fill(
            [(u, 0.05, 2.74), (u + 0.05, 0.05, 2.74), (u + 0.05, 1.45, 3.03), (u, 1.45, 3.03)],
            rgb("#9fb7bd"),
        )
    top = [
        (-half * 1.25, 1.5, 3.05),
        (half * 0.7, 1.5, 3.05),
        (half * 0.7, 1.56, 3.25),
        (-half * 1.25, 1.56, 3.25),
    ]
    stage.fill(top, cloth, 1.1)


def _scooter(tone) -> list:
    """Outlines, colours and light of a scooter seen from its side, back to front."""
    stem = ribbon([(0.45, 0.16), (0.3, 1.08)], (0.055, 0.045))
    deck = rounded(-0.42, 0.13, 0.36, 0.2, 0.03)
    guard = ribbon(curve([(-0.62, 0.13), (-0.52, 0.25), (-0.38, 0.2)], 4), taper(9, 0.03, 0.03))
    return [
        (oval(-0.48, 0.11, 0.11, 0.11, points=20), GRAPHITE, 1.0),
        (oval(-0.48, 0.11, 0.05, 0.05, points=12), STEEL, 1.0),
        (oval(0.48, 0.11, 0.11, 0.11, points=20), GRAPHITE, 1.0),
        (oval(0.48, 0.11, 0.05, 0.05, points=12), STEEL, 1.0),
        (guard, GRAPHITE, 0.9),
        (deck, tone, 1.0),
        (rounded(-0.4, 0.185, 0.34, 0.21, 0.01), GRAPHITE, 0.85),
        (stem, tone, 0.95),
        (ribbon([(0.37, 0.6), (0.32, 0.92)], (0.09, 0.09)), PAPER, 1.0),
        (ribbon([(0.36, 1.06), (0.16, 1.11)], (0.045, 0.04)), GRAPHITE, 1.0),
        (oval(0.36, 0.98, 0.045, 0.045, points=12), rgb("#ffd34d"), 1.05),
    ]


def _mesh(stage: Stage, z) -> None:
    """One side of the basket."""
    low, high = ((-0.36, 0.42), (0.44, 0.5)), ((-0.5, 0.98), (0.56, 0.92))
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        a, b = (_mid(low[k], high[k], share) for k in (0, 1))
        stage.line([(*a, z), (*b, z)], 0.022 if share in (0, 1) else 0.014, STEEL)
    for share in range(12):
        a, b = (_mid(edge[0], edge[1], share / 11) for edge in (low, high))
        stage.line([(*a, z), (*b, z)], 0.014, STEEL, 1.1)


def _mid(a, b, share):
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
