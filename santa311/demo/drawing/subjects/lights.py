"""Lamps and signals: dark, or lit."""

from random import Random

from ..colour import mix, rgb
from ..shapes import box, curve, moved, oval, ribbon, rounded, taper
from ..stage import Stage

IRON, GLASS, WARM = rgb("#2f3f45"), rgb("#8fa3a6"), rgb("#ffe2a0")
HOOD = rgb("#e0a92e")
DEAD = rgb("#2a3236")


def streetlight(stage: Stage, dice: Random, fixed: bool) -> None:
    """A lamp at dusk, out or burning."""
    dice.choice((_globes, _globes, _lantern, _arm))(stage, fixed)


def signal(stage: Stage, dice: Random, fixed: bool) -> None:
    """A traffic signal, black or green."""
    case = dice.choice((HOOD, IRON, rgb("#2f5d50")))
    walk = dice.random() < 0.7
    at = (0.0, 0.0, 0.7)
    stage.post(0, 0.72, 0, 4.9, 0.07, rgb("#6f7d80"), top=0.06)
    stage.card(rounded(-0.3, 3.0, 0.3, 4.42, 0.1), mix(case, IRON, 0.85), at)
    stage.card(rounded(-0.22, 3.06, 0.22, 4.36, 0.08), case, at)
    for k, tone in enumerate((rgb("#e03a2f"), rgb("#ffbf2f"), rgb("#2fe08a"))):
        _lens(stage, at, 4.14 - k * 0.43, tone, lit=fixed and k == 2, case=case)
    if walk:
        _walker(stage, at, fixed, case)
    if fixed:
        stage.glow((0, 3.28, 0.7), 0.85, rgb("#7fffc0"), 0.75)


def _globes(stage: Stage, fixed: bool) -> None:
    """Three globes on one post."""
    at, z = (0, 0, 0.7), 0.7
    stage.post(0, z, 0, 0.5, 0.16, IRON, top=0.1)
    stage.post(0, z, 0.5, 3.5, 0.065, IRON, top=0.05)
    for side in (-1, 1):
        arm = curve([(0, 3.0), (side * 0.4, 2.95), (side * 0.62, 3.2)], 6)
        stage.card(ribbon(arm, taper(len(arm), 0.07, 0.05)), IRON, at)
    for u, v in ((-0.62, 3.45), (0.62, 3.45), (0.0, 3.82)):
        stage.card(moved([(-0.1, 0), (0.1, 0), (0.07, 0.1), (-0.07, 0.1)], u, v - 0.32), IRON, at)
        if fixed:
            stage.glow((u * stage.camera.cosine, v, z - u * stage.camera.sine), 1.35, WARM, 0.8)
        _globe(stage, at, u, v, 0.25, fixed)
    if fixed:
        _pool(stage, 0, z, 3.4)


def _lantern(stage: Stage, fixed: bool) -> None:
    """One tall lantern with a hat."""
    at, z = (0, 0, 0.7), 0.7
    stage.post(0, z, 0, 0.6, 0.15, IRON, top=0.09)
    stage.post(0, z, 0.6, 3.1, 0.06, IRON, top=0.05)
    if fixed:
        stage.glow((0, 3.45, z), 2.0, WARM, 0.9)
    tone = WARM if fixed else GLASS
    stage.card(
        [(-0.2, 3.12), (0.2, 3.12), (0.32, 3.7), (-0.32, 3.7)], tone, at, 1.7 if fixed else 0.8
    )
    for u, top in ((-0.21, -0.33), (0.0, 0.0), (0.21, 0.33)):
        stage.card(ribbon([(u, 3.1), (top, 3.72)], (0.03, 0.03)), IRON, at)
    stage.card([(-0.4, 3.68), (0.4, 3.68), (0.12, 3.95), (0.0, 4.15), (-0.12, 3.95)], IRON, at)
    stage.card(rounded(-0.24, 3.04, 0.24, 3.14, 0.03), IRON, at)
    if fixed:
        _pool(stage, 0, z, 3.6)


def _arm(stage: Stage, fixed: bool) -> None:
    """A head on a long arm, with its cone of light."""
    at, z, side = (-0.9, 0, 0.7), 0.7, 1
    stage.post(-0.9, z, 0, 4.1, 0.09, rgb("#7d8a8c"), top=0.06)
    arm = curve([(0, 3.7), (side * 0.35, 4.25), (side * 1.2, 4.4)], 7)
    stage.card(ribbon(arm, taper(len(arm), 0.08, 0.055)), rgb("#7d8a8c"), at, 0.9)
    head = [(1.0, 4.36), (1.1, 4.48), (1.55, 4.5), (1.78, 4.38), (1.78, 4.32), (1.0, 4.32)]
    lens = [(1.12, 4.32), (1.72, 4.32), (1.64, 4.23), (1.2, 4.23)]
    if fixed:
        _beam(stage, at, 1.42, 4.26)
    stage.card(head, rgb("#8f9b9d"), at)
    stage.card(lens, WARM if fixed else GLASS, at, 1.8 if fixed else 0.7)
    if fixed:
        c, s = stage.camera.cosine, stage.camera.sine
        stage.glow((at[0] + 1.42 * c, 4.26, z - 1.42 * s), 1.5, WARM, 0.95)
        _pool(stage, at[0] + 1.42, z, 3.0)


def _globe(stage: Stage, at, u, v, radius, fixed: bool) -> None:
    if fixed:
        stage.card(oval(u, v, radius, radius, points=32), WARM, at, 1.65)
        stage.card(oval(u, v, radius * 0.7, radius * 0.7, points=28), rgb("#fff6dc"), at, 1.8)
        return
    s = stage.side()
    stage.card(oval(u, v, radius, radius, points=32), GLASS, at, 0.72)
    stage.card(
        oval(u + s * 0.05, v + 0.05, radius * 0.72, radius * 0.72, points=28), GLASS, at, 0.9
    )
    stage.card(
        oval(u + s * 0.1, v + 0.11, radius * 0.2, radius * 0.16, points=14),
        stage.mood.sky[-1],
        at,
        1.3,
    )


def _pool(stage: Stage, x, z, radius) -> None:
    """Light on the ground under the lamp."""
    for share in (1.0, 0.78, 0.56, 0.34):
        outline = oval(x, z, radius * share, radius * share * 0.55, points=36)
        stage.veil([(u, 0.0, v) for u, v in outline], rgb("#ffd98f"), 0.17)


def _beam(stage: Stage, at, u, v) -> None:
    for spread, strength in ((1.9, 0.14), (1.35, 0.15), (0.85, 0.17)):
        cone = [(u - 0.22, v), (u + 0.22, v), (u + spread, 0), (u - spread, 0)]
        stage.veil(stage.facing(cone, at), rgb("#ffdf9f"), strength)


def _lens(stage: Stage, at, v, tone, *, lit: bool, case) -> None:
    stage.card(oval(0, v, 0.185, 0.185, points=30), mix(case, IRON, 0.8), at)
    glass = tone if lit else mix(tone, DEAD, 0.8)
    stage.card(
        oval(0, v, 0.155, 0.155, points=28), glass, at, 1.75 if lit and stage.mood.lamps else 1.0
    )
    if lit:
        stage.card(oval(0, v, 0.08, 0.08, points=20), mix(tone, rgb("#ffffff"), 0.6), at, 1.5)
    visor = [
        *oval(0, v, 0.2, 0.2, points=16, start=8, stop=172),
        *oval(0, v - 0.03, 0.2, 0.13, points=16, start=172, stop=8),
    ]
    stage.card(visor, mix(case, IRON, 0.9), at, 0.8)


def _walker(stage: Stage, at, fixed: bool, case) -> None:
    u, v = 0.62, 2.72
    stage.card(box(0.05, v - 0.03, u - 0.2, v + 0.03), rgb("#6f7d80"), at, 0.9)
    stage.card(rounded(u - 0.26, v - 0.28, u + 0.26, v + 0.28, 0.05), case, at)
    stage.card(rounded(u - 0.2, v - 0.22, u + 0.2, v + 0.22, 0.03), rgb("#12191c"), at)
    tone = rgb("#f4f8f0") if fixed else rgb("#2b3337")
    lit = 1.6 if fixed else 1.0
    stage.card(oval(u, v + 0.15, 0.035, 0.035, points=12), tone, at, lit)
    for line, width in WALKING:
        stage.card(ribbon([(u + a, v + b) for a, b in line], [width] * len(line)), tone, at, lit)


WALKING = (
    ([(0.0, 0.1), (-0.01, -0.02)], 0.07),
    ([(-0.01, -0.02), (0.05, -0.09), (0.07, -0.18)], 0.036),
    ([(-0.01, -0.02), (-0.05, -0.1), (-0.1, -0.16)], 0.036),
    ([(0.0, 0.09), (0.07, 0.03), (0.11, 0.03)], 0.03),
    ([(0.0, 0.09), (-0.07, 0.04), (-0.09, -0.02)], 0.03),
)
