"""The beach: sky, mountains, pier, water, sand and a lifeguard's tower."""

from random import Random

from .camera import View
from .colour import mix, rgb
from .shapes import box, curve, oval
from .sky import hills, ocean, pier, sky
from .stage import Stage

SAND, WET, TOWER = rgb("#ecd9ae"), rgb("#c9ae82"), rgb("#8fc4cf")
FROM_THE_SAND = View(distance=4.4, eye=1.7, focal=0.95, horizon=0.28, yaw=8, least_yaw=0)
SHORE = 16.0


def beach(stage: Stage, dice: Random) -> None:
    """The whole place without its subject."""
    sky(stage, dice)
    hills(stage, dice)
    line = stage.camera.pixel((0, 0, SHORE))[1]
    ocean(stage, dice, line + 12)
    if dice.random() < 0.7:
        pier(stage, dice)
    _sand(stage, dice)
    side = dice.choice((-1, 1))
    _tower(stage, side * dice.uniform(3.4, 4.6), dice.uniform(8.5, 11.5))
    if dice.random() < 0.7:
        _umbrella(stage, dice, -side * dice.uniform(2.2, 3.4), dice.uniform(6.5, 9))


def _sand(stage: Stage, dice: Random) -> None:
    edge = [(-60 + i * 4, SHORE + dice.uniform(-0.7, 0.7)) for i in range(31)]
    smooth = curve(edge, 4)
    foam = mix(stage.mood.cloud, SAND, 0.1)
    for lift, tone in ((0.8, foam), (0.0, WET), (-2.0, SAND)):
        stage.ground([(x, z + lift) for x, z in smooth] + [(60, -8), (-60, -8)], tone)
    for _ in range(26):
        x, z = dice.uniform(-7, 7), dice.uniform(-2, 12)
        long, bow = dice.uniform(0.4, 1.6), dice.uniform(0.03, 0.1)
        ripple = [(x - long, z), (x, z + bow), (x + long, z), (x, z + bow * 0.2)]
        stage.ground(ripple, SAND, lit=dice.choice((0.93, 1.05)))
    for _ in range(90):
        x, z = dice.uniform(-5, 5), dice.uniform(-2.5, 7)
        stage.ground(oval(x, z, 0.03, 0.02, points=5), SAND, lit=dice.choice((0.85, 1.1)))


def _tower(stage: Stage, x, z) -> None:
    """A lifeguard tower on its stilts, with a ramp."""
    roof = rgb("#f2ede0")
    stage.rest(x - 1.1, x + 1.1, z, z + 2, 2.2)
    for u in (-0.95, 0.95):
        for w in (1.9, 0.1):
            stage.block(x + u - 0.07, x + u + 0.07, 0, 1.3, z + w, z + w + 0.12, roof)
    stage.fill(
        [
            (x + 1.2, 1.2, z + 0.3),
            (x + 3.2, 0, z + 0.3),
            (x + 3.2, 0.12, z + 0.3),
            (x + 1.2, 1.35, z + 0.3),
        ],
        roof,
        0.85,
    )
    stage.block(x - 1.5, x + 1.5, 1.25, 1.4, z - 0.5, z + 2.2, roof)
    stage.block(x - 1.0, x + 1.0, 1.4, 3.1, z + 0.2, z + 2.0, TOWER)
    stage.wall(box(x - 0.8, 2.05, x + 0.8, 2.8), rgb("#2f5d68"), z=z + 0.19)
    for u in (-0.8, -0.27, 0.27, 0.76):
        stage.wall(box(x + u, 2.05, x + u + 0.05, 2.8), roof, z=z + 0.18)
    stage.wall(box(x - 1.0, 2.92, x + 1.0, 3.1), TOWER, z=z + 0.18, lit=0.7)
    stage.block(x - 1.3, x + 1.3, 3.1, 3.28, z - 0.1, z + 2.2, roof)
    for u in (-1.45, -0.5, 0.5, 1.4):
        stage.wall(box(x + u, 1.4, x + u + 0.05, 1.95), roof, z=z - 0.5)
    stage.wall(box(x - 1.45, 1.9, x + 1.45, 1.97), roof, z=z - 0.5)
    stage.post(x + 1.2, z, 3.2, 4.5, 0.03, roof)
    stage.wall([(x + 1.2, 4.45), (x + 1.85, 4.3), (x + 1.2, 4.1)], rgb("#ffd34d"), z=z)


def _umbrella(stage: Stage, dice: Random, x, z) -> None:
    tones = (dice.choice((rgb("#c8553d"), rgb("#00829b"), rgb("#e0a92e"))), rgb("#fbf6ea"))
    stage.cast(oval(0, 1.7, 1.0, 0.4), (x, 0, z), strength=0.8)
    stage.ground(
        [(x + 0.3, z - 0.9), (x + 1.1, z - 0.8), (x + 1.0, z + 0.5), (x + 0.2, z + 0.4)],
        tones[0],
        lit=1.1,
    )
    stage.card([(-0.03, 0), (0.03, 0), (0.03, 2.1), (-0.03, 2.1)], rgb("#b5814f"), (x, 0, z))
    for k in range(6):
        a, b = -1.15 + k * 0.383, -1.15 + (k + 1) * 0.383
        rim = [
            (a, 1.62 + 0.1 * (1 - (a / 1.15) ** 2)),
            ((a + b) / 2, 1.56),
            (b, 1.62 + 0.1 * (1 - (b / 1.15) ** 2)),
        ]
        top = [(b * 0.6, 2.0), (0, 2.2), (a * 0.6, 2.0)]
        lit = 1.08 if (a + b) * stage.side() > 0 else 0.86
        stage.card([*rim, *top], tones[k % 2], (x, 0, z), lit)
