"""Litter on the sand, or sand that has been raked."""

from math import cos, sin
from random import Random

from ..beach import SAND
from ..shapes import box, oval
from ..stage import Stage
from ..things import bag, bottle, can, carton, cup, paper


def litter(stage: Stage, dice: Random, fixed: bool) -> None:
    """What a Sunday leaves behind, or the tracks of the rake."""
    if fixed:
        _raked(stage)
        return
    things = (bottle, can, cup, paper, cup, bottle, can, paper, bottle, paper, cup)
    spots = sorted(
        ((dice.uniform(-0.9, 2.4), dice.uniform(-1.9, 1.9)) for _ in things), reverse=True
    )
    bag(stage, -0.35, 1.5, dice, size=0.42)
    carton(stage, 0.35, 1.1, dice, size=0.5)
    for thing, (z, x) in zip(things, spots, strict=True):
        size = {bottle: 0.42, can: 0.24, cup: 0.28, paper: 0.3}[thing]
        thing(stage, x, z, dice, size=size)
    _footprints(stage, dice)


def _raked(stage: Stage) -> None:
    for track in range(15):
        x = -2.9 + track * 0.4
        for step in range(7):
            z0, z1 = -2.4 + step * 1.2, -1.2 + step * 1.2
            sway = 0.09 * sin(z0 * 0.9), 0.09 * sin(z1 * 0.9)
            line = [
                (x + sway[0], z0),
                (x + 0.06 + sway[0], z0),
                (x + 0.06 + sway[1], z1),
                (x + sway[1], z1),
            ]
            stage.ground(line, SAND, lit=0.9)
            light = [(u + 0.06, v) for u, v in line]
            stage.ground(light, SAND, lit=1.06)


def _footprints(stage: Stage, dice: Random) -> None:
    x, z, turn = dice.uniform(-2.2, -1.4), -1.6, dice.uniform(0.5, 0.9)
    for step in range(9):
        side = 0.11 if step % 2 else -0.11
        u, v = x + side * sin(turn), z - side * cos(turn)
        stage.ground(oval(u, v, 0.07, 0.12, points=12), SAND, lit=0.82)
        stage.ground(box(u - 0.03, v - 0.17, u + 0.03, v - 0.11), SAND, lit=0.82)
        x, z = x + 0.42 * cos(turn), z + 0.42 * sin(turn)
