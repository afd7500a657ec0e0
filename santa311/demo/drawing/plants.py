"""Palms and the rest of what grows along a street, each a few outlines that face the camera."""

from math import cos, pi, sin
from random import Random

from .camera import Point
from .colour import Colour, mix, rgb
from .shapes import Outline, blob, curve, moved, oval, ribbon, taper
from .stage import Stage

LEAF = (rgb("#3f7d5a"), rgb("#4f8f63"), rgb("#2f6f5c"), rgb("#5b8f4e"))
BARK, STRAW = rgb("#9a7b5f"), rgb("#b39262")


def fan_palm(stage: Stage, x: float, z: float, dice: Random, *, height=13.0, y=0.0) -> None:
    """A Mexican fan palm: a mast with a tuft."""
    bend = dice.uniform(-0.7, 0.7)
    trunk = curve([(0, 0), (bend * 0.35, height * 0.5), (bend, height)], 7)
    stage.card(ribbon(trunk, taper(len(trunk), 0.42, 0.26)), BARK, (x, y, z))
    lit = [(u + stage.side() * 0.06, v) for u, v in trunk]
    stage.card(ribbon(lit, taper(len(lit), 0.14, 0.1)), mix(BARK, STRAW, 0.7), (x, y, z))
    skirt = moved(blob(dice, 0.42, 0.75, points=8), bend, height - 0.75)
    stage.card(skirt, STRAW, (x, y, z), 0.82)
    green = dice.choice(LEAF)
    for lit, reach, turn in ((0.72, 1.55, 0.0), (0.92, 1.35, 8.0), (1.16, 0.95, 3.0)):
        for leaf in _fan(dice, reach, turn):
            stage.card(moved(leaf, bend, height), green, (x, y, z), lit)


def date_palm(stage: Stage, x: float, z: float, dice: Random, *, height=6.5, y=0.0) -> None:
    """A Canary Island date palm: a pillar with a fountain of fronds."""
    stage.card(ribbon([(0, 0), (0, height)], (0.75, 0.6)), BARK, (x, y, z), 0.9)
    side = stage.side()
    stage.card(ribbon([(side * 0.16, 0), (side * 0.14, height)], (0.26, 0.2)), STRAW, (x, y, z))
    for notch in range(int(height * 2)):
        at = 0.3 + notch * 0.5
        stage.card([(-0.33, at), (0.33, at + 0.14), (0.33, at + 0.22)], BARK, (x, y, z), 0.66)
    stage.card(moved(blob(dice, 0.55, 0.5), 0, height), STRAW, (x, y, z), 0.8)
    green = dice.choice(LEAF)
    for layer, lit in ((0, 0.66), (1, 0.88), (2, 1.1)):
        for frond in _fronds(dice, layer):
            stage.card(moved(frond, 0, height + 0.1), green, (x, y, z), lit)


def palm_shadow(dice: Random, height: float) -> list[Outline]:
    """The outlines a fan palm throws on the ground."""
    trunk = ribbon([(0, 0), (0, height)], (0.4, 0.3))
    leaves = (_slimmer(leaf) for leaf in _fan(dice, 1.7, 0.0))
    return [
        trunk,
        moved(blob(dice, 0.55, 0.55), 0, height),
        *(moved(leaf, 0, height) for leaf in leaves),
    ]


def tree(stage: Stage, x, z, dice: Random, *, height=5.5, colour: Colour | None = None) -> None:
    """A round street tree; some are jacarandas."""
    colour = colour or dice.choice((*LEAF, *LEAF, rgb("#8f7fc0")))
    trunk = curve([(0, 0), (0.08, height * 0.3), (0, height * 0.6)], 4)
    stage.card(ribbon(trunk, taper(len(trunk), 0.36, 0.2)), BARK, (x, 0, z), 0.85)
    for lean in (-1, 1):
        bough = [(0, height * 0.36), (lean * height * 0.16, height * 0.58)]
        stage.card(ribbon(bough, (0.18, 0.1)), BARK, (x, 0, z), 0.8)
    side = stage.side()
    crown = height * 0.33
    for lit, shift, up, size in (
        (0.68, 0.0, 0.0, 1.0),
        (0.88, 0.12, 0.1, 0.84),
        (1.1, 0.28, 0.22, 0.55),
    ):
        for lean in (-0.55, 0.5, 0.0):
            clump = blob(dice, crown * 0.72 * size, crown * 0.6 * size, points=8, rough=0.14)
            at = (
                crown * (lean * size + side * shift),
                height * 0.72 + crown * (up + (0.3 if not lean else 0)),
            )
            stage.card(moved(clump, *at), colour, (x, 0, z), lit)


def bush(
    stage: Stage, x, z, dice: Random, *, size=0.6, colour: Colour | None = None, y=0.0
) -> None:
    """A rounded shrub; with flowers when its colour is not green."""
    green, side = dice.choice(LEAF), stage.side()
    stage.veil(
        [(x + u, y, z + v) for u, v in oval(0, 0, size * 1.25, size * 0.5)], stage.mood.ink, 0.3
    )
    for lit, by, shift in ((0.68, 1.0, 0.0), (0.92, 0.8, 0.16), (1.12, 0.5, 0.34)):
        crown = oval(0, 0, size * by, size * 0.85 * by, points=11, start=-8, stop=188)
        rough = [(u * dice.uniform(0.9, 1.1), v * dice.uniform(0.86, 1.1)) for u, v in crown]
        leafy = moved(
            curve([*rough, rough[0]], 2), side * shift * size * 0.8, size * (0.06 + shift * 0.5)
        )
        stage.card(leafy, green, (x, y, z), lit)
    for _ in range(int(16 * bool(colour))):
        angle, far = dice.uniform(0.1, 3.0), size * dice.uniform(0.15, 0.8)
        spot = oval(
            far * cos(angle),
            size * 0.1 + far * sin(angle) * 0.85,
            size * 0.11,
            size * 0.1,
            points=7,
        )
        stage.card(spot, colour, (x, y, z), dice.choice((0.9, 1.1)))


def hedge(stage: Stage, x0, x1, z, dice: Random, *, height=1.0, deep=0.7) -> None:
    """A clipped hedge."""
    green = dice.choice(LEAF)
    stage.block(x0, x1, 0, height, z, z + deep, green)
    for _ in range(int((x1 - x0) * 9)):
        u, v = dice.uniform(x0, x1 - 0.1), dice.uniform(0.08, height - 0.1)
        leaf = [(u, v), (u + 0.09, v + 0.05), (u + 0.02, v + 0.1)]
        stage.wall(leaf, green, z=z, lit=dice.choice((0.76, 1.12)))


def agave(stage: Stage, x, z, dice: Random, *, size=0.6, y=0.0) -> None:
    """A rosette of blue-green blades."""
    green = dice.choice((rgb("#6f9f94"), rgb("#7ba58a"), rgb("#5f8f8a")))
    for lit, by in ((0.7, 1.0), (0.9, 0.85), (1.12, 0.6)):
        for blade in range(7):
            angle = pi * (0.06 + 0.88 * (blade + dice.uniform(-0.25, 0.25)) / 6)
            tip = (size * by * cos(angle), size * by * (0.25 + 0.75 * sin(angle)))
            width = size * 0.11
            leaf = [(-width, 0), (tip[0] * 0.5 - width, tip[1] * 0.55), tip]
            leaf += [(tip[0] * 0.5 + width, tip[1] * 0.5), (width, 0)]
            stage.card(leaf, green, (x, y, z), lit)


def tuft(stage: Stage, at: Point, dice: Random, *, size=0.3, blades=7, colours=LEAF) -> None:
    """A few blades of grass or weed."""
    for _ in range(blades):
        lean, tall = dice.uniform(-0.7, 0.7) * size, size * dice.uniform(0.55, 1.0)
        foot = dice.uniform(-0.2, 0.2) * size
        line = curve([(foot, 0), (foot + lean * 0.3, tall * 0.6), (foot + lean, tall)], 3)
        blade = ribbon(line, taper(len(line), size * 0.1, 0.004))
        stage.card(blade, dice.choice(colours), at, dice.choice((0.78, 0.95, 1.12)))


def _fan(dice: Random, reach: float, turn: float) -> list[Outline]:
    """The pointed leaves of a fan palm's head."""
    leaves = []
    for spoke in range(15):
        angle = (turn + spoke * 24 + dice.uniform(-7, 7)) * pi / 180
        long = reach * dice.uniform(0.82, 1.05) * (0.92 if sin(angle) < -0.3 else 1.0)
        droop = 0.16 * long * abs(cos(angle))
        tip = (long * cos(angle), long * sin(angle) - droop)
        nu, nv = -sin(angle) * long * 0.17, cos(angle) * long * 0.17
        middle = (tip[0] * 0.62, tip[1] * 0.62 + droop * 0.3)
        leaves.append(
            [(0, 0), (middle[0] + nu, middle[1] + nv), tip, (middle[0] - nu, middle[1] - nv)]
        )
    return leaves


def _slimmer(leaf: Outline) -> Outline:
    """A leaf that lets light through to its neighbours."""
    foot, left, tip, right = leaf
    middle = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    sides = [((u + middle[0]) / 2, (v + middle[1]) / 2) for u, v in (left, right)]
    return [foot, sides[0], tip, sides[1]]


def _fronds(dice: Random, layer: int) -> list[Outline]:
    """Arching, feathered fronds; layer 0 hangs, layer 2 stands."""
    fronds = []
    count = (10, 9, 7)[layer]
    for i in range(count):
        side = -1 if i % 2 else 1
        share = (i // 2 + dice.uniform(0.2, 0.8)) / (count / 2)
        out, up = _reach(layer, share)
        spine = curve(
            [(0, 0), (side * out * 0.45, up), (side * out, up - out * (0.95 - 0.25 * layer))], 8
        )
        fronds.append(_feather(spine, 0.62 - 0.06 * layer))
    return fronds


def _reach(layer: int, share: float) -> tuple[float, float]:
    """How far out and how far up a frond arches before it falls."""
    return (
        (2.2 + 0.7 * share, 0.1 + 0.5 * share)
        if layer == 0
        else (
            (1.0 + 1.9 * share, 1.5 - 0.6 * share)
            if layer == 1
            else (0.4 + 1.7 * share, 2.2 - 0.7 * share)
        )
    )


def _feather(spine: Outline, width: float) -> Outline:
    """A frond's outline: smooth above, combed below."""
    count = len(spine)
    under = []
    for i in range(count - 1, 0, -1):
        body = width * (1 - (i / count)) ** 0.6 * min(1.0, i / 3)
        u, v = spine[i]
        u0, v0 = spine[i - 1]
        under += [(u, v - body * 0.35), ((u + u0) / 2 - (u0 - u) * 0.6, (v + v0) / 2 - body)]
    return [*spine, *under]
