"""What stands on one post: road signs and parking meters."""

from math import cos, pi, sin
from random import Random

from ..colour import rgb
from ..shapes import box, moved, oval, ribbon, rounded
from ..stage import Stage

STEEL, GRAPHITE, WHITE = rgb("#98a4a6"), rgb("#3d4c51"), rgb("#fbf8f0")
TEAL, RED, SUN = rgb("#00687d"), rgb("#c0392b"), rgb("#ffd34d")


def sign(stage: Stage, dice: Random, fixed: bool) -> None:
    """A road sign: knocked over, or upright again."""
    plate = dice.choice((_stop, _stop, _yield, _warning, _parking))
    lean = dice.choice((-1, 1)) * dice.uniform(38, 50)
    at, z = (0, 0, 0.7), 0.7
    stage.ground(oval(0, z, 0.16, 0.12), rgb("#a79d8d"))
    hinge = 0.75
    upper = box(-0.035, 0, 0.035, 2.15 - hinge)
    if fixed:
        stage.cast(moved(oval(0, 0, 0.42, 0.42), 0, 2.3), at)
        stage.post(0, z, 0, 2.75, 0.036, STEEL)
        plate(stage, at, 0, 2.3, 0)
        return
    stage.post(0, z, 0, hinge, 0.036, STEEL)
    stage.card(moved(upper, 0, hinge, turn=lean), STEEL, at, 0.9)
    stage.card(oval(0, hinge, 0.055, 0.05, points=10), STEEL, at, 0.7)
    far = 2.3 - hinge - 0.25
    plate(stage, at, -sin(lean * pi / 180) * far, hinge + cos(lean * pi / 180) * far, lean)


def meter(stage: Stage, dice: Random, fixed: bool) -> None:
    """A parking meter, close: dead and taped over, or counting again."""
    body = dice.choice((GRAPHITE, rgb("#2f5f6b"), rgb("#6f7b7d"), rgb("#8c5a3c")))
    at, z, s = (0, 0, 0.5), 0.5, stage.side()
    stage.post(0, z, 0, 1.1, 0.035, STEEL)
    stage.card(rounded(-0.075, 1.04, 0.075, 1.12, 0.02), body, at, 0.7)
    shell = [
        (-0.15, 1.1),
        (0.15, 1.1),
        (0.17, 1.42),
        *oval(0, 1.42, 0.17, 0.19, points=15, stop=180),
        (-0.17, 1.42),
    ]
    stage.card(shell, body, at)
    stage.card(
        [(-s * 0.15, 1.1), (-s * 0.09, 1.1), (-s * 0.11, 1.5), (-s * 0.165, 1.46)], body, at, 0.74
    )
    stage.card(
        [(s * 0.125, 1.13), (s * 0.14, 1.13), (s * 0.158, 1.44), (s * 0.14, 1.47)], body, at, 1.4
    )
    stage.card(oval(0, 1.43, 0.135, 0.145, points=24, stop=180), rgb("#1b2a30"), at)
    stage.card(box(-0.135, 1.36, 0.135, 1.435), rgb("#1b2a30"), at)
    _keys(stage, at)
    _screen(stage, dice, at, fixed)
    if not fixed:
        _tape(stage, at)


def _stop(stage, at, u, v, turn) -> None:
    octagon = [(cos(pi * (k + 0.5) / 4), sin(pi * (k + 0.5) / 4)) for k in range(8)]
    stage.card(moved(octagon, u, v, by=0.45, turn=turn), WHITE, at)
    stage.card(moved(octagon, u, v, by=0.415, turn=turn), RED, at)
    for i, letter in enumerate("STOP"):
        for stroke in LETTERS[letter]:
            line = [(-0.27 + i * 0.18 + x * 0.12 - 0.06, y * 0.24 - 0.12) for x, y in stroke]
            body = stage.read(ribbon(line, [0.036] * len(line)))
            stage.card(moved(body, u, v, turn=turn), WHITE, at)


def _yield(stage, at, u, v, turn) -> None:
    triangle = [(-1, 0.62), (1, 0.62), (0, -1.0)]
    for by, tone in ((0.5, WHITE), (0.465, RED), (0.27, WHITE)):
        stage.card(moved(triangle, u, v, by=by, turn=turn), tone, at)


def _warning(stage, at, u, v, turn) -> None:
    diamond = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    for by, tone in ((0.52, rgb("#1c2428")), (0.485, rgb("#ffc629"))):
        stage.card(moved(diamond, u, v, by=by, turn=turn), tone, at)
    figure = [
        (-0.06, -0.2),
        (0.0, 0.02),
        (-0.05, 0.14),
        (0.07, 0.14),
        (0.16, 0.0),
        (0.05, 0.03),
        (0.1, -0.2),
    ]
    stage.card(moved([(a * 1.1, b * 1.1) for a, b in figure], u, v, turn=turn), rgb("#1c2428"), at)
    head = moved(oval(0.01, 0.22, 0.055, 0.055, points=12), u, v, turn=turn)
    stage.card(head, rgb("#1c2428"), at)


def _parking(stage, at, u, v, turn) -> None:
    stage.card(moved(rounded(-0.3, -0.42, 0.3, 0.42, 0.05), u, v, turn=turn), WHITE, at)
    stage.card(moved(oval(0, 0.14, 0.21, 0.21), u, v, turn=turn), rgb("#1f7a4d"), at)
    for stroke in LETTERS["P"]:
        line = [(x * 0.16 - 0.07, 0.14 + y * 0.26 - 0.13) for x, y in stroke]
        body = stage.read(ribbon(line, [0.045] * len(line)))
        stage.card(moved(body, u, v, turn=turn), WHITE, at)
    for y, wide in ((-0.18, 0.2), (-0.27, 0.14)):
        stage.card(moved(box(-wide, y, wide, y + 0.04), u, v, turn=turn), rgb("#1f7a4d"), at)


def _keys(stage, at) -> None:
    stage.card(rounded(-0.115, 1.135, 0.115, 1.32, 0.015), rgb("#c9d2d2"), at, 0.86)
    for row in range(2):
        for key in range(3):
            u, v = -0.1 + key * 0.045, 1.155 + row * 0.05
            stage.card(rounded(u, v, u + 0.034, v + 0.036, 0.006), WHITE, at)
    stage.card(rounded(0.05, 1.155, 0.095, 1.24, 0.008), TEAL, at)
    stage.card(box(-0.1, 1.275, 0.03, 1.287), rgb("#1b2a30"), at)
    stage.card(box(0.062, 1.262, 0.072, 1.302), rgb("#1b2a30"), at)


def _screen(stage, dice, at, fixed) -> None:
    glass = rounded(-0.1, 1.385, 0.1, 1.5, 0.01)
    if not fixed:
        stage.card(glass, rgb("#3a474a"), at)
        heart = (0.03, 1.45)
        for ray in range(8):
            angle = 2 * pi * (ray + dice.uniform(-0.3, 0.3)) / 8
            far = dice.uniform(0.03, 0.06)
            end = (
                max(-0.1, min(0.1, heart[0] + far * 1.5 * cos(angle))),
                max(1.385, min(1.5, heart[1] + far * sin(angle))),
            )
            stage.card(ribbon([heart, end], (0.006, 0.001)), WHITE, at, 0.9)
        stage.card(oval(0, 1.56, 0.018, 0.018, points=14), RED, at, 1.2)
        return
    stage.card(glass, rgb("#c7e8b5"), at, 1.2 if stage.mood.lamps else 1.0)
    check = [(-0.04, 1.445), (-0.012, 1.415), (0.045, 1.475)]
    stage.card(stage.read(ribbon(check, (0.017, 0.02, 0.017))), rgb("#2c5a3c"), at)
    stage.card(oval(0, 1.56, 0.018, 0.018, points=14), rgb("#4cc96f"), at, 1.25)
    stage.glow((at[0], 1.56, at[2]), 0.05, rgb("#7ff0a0"), 0.5)


def _tape(stage, at) -> None:
    for turn, v in ((24, 1.36), (-20, 1.33)):
        strip = box(-0.21, -0.028, 0.21, 0.028)
        stage.card(moved(strip, 0, v, turn=turn), SUN, at, 1.0)
        for k in range(6):
            u = -0.19 + k * 0.066
            dash = [(u, -0.028), (u + 0.026, -0.028), (u + 0.046, 0.028), (u + 0.02, 0.028)]
            stage.card(moved(dash, 0, v, turn=turn), rgb("#1c2428"), at)


LETTERS = {
    "S": [[(0.95, 0.88), (0.2, 0.95), (0.08, 0.62), (0.92, 0.42), (0.84, 0.06), (0.05, 0.1)]],
    "T": [[(0, 0.94), (1, 0.94)], [(0.5, 0.94), (0.5, 0)]],
    "O": [
        [(0.5, 0.97), (0.08, 0.7), (0.08, 0.3), (0.5, 0.03), (0.92, 0.3), (0.92, 0.7), (0.5, 0.97)]
    ],
    "P": [[(0.1, 0), (0.1, 0.94), (0.75, 0.92), (0.92, 0.7), (0.75, 0.46), (0.1, 0.44)]],
}
