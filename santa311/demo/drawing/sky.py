"""Everything further away than the houses: air, sun, clouds, mountains, the ocean."""

from itertools import pairwise
from random import Random

from .colour import mix, rgb
from .shapes import Outline, loop, rounded
from .stage import Stage


def sky(stage: Stage, dice: Random) -> None:
    """The air down to the horizon, and a little below it so that no seam can show."""
    camera, mood = stage.camera, stage.mood
    top = min(0.0, camera.horizon - camera.height * 0.42)
    stage.gradient(mood.sky, top, camera.horizon + 2)
    _sun(stage, dice)
    for _ in range(dice.randint(1, 4)):
        _cloud(stage, dice)
    if dice.random() < 0.5:
        _gulls(stage, dice)


def hills(stage: Stage, dice: Random) -> None:
    """The mountains behind the city, in two sheets of haze."""
    camera, mood = stage.camera, stage.mood
    width, unit = camera.width, camera.height / 960
    rising = dice.choice((-1, 1))
    for sheet, tall in ((0, 105), (1, 62)):
        points = [(-width * 0.1, camera.horizon + 4)]
        for step in range(9):
            share = step / 8
            slope = share if rising > 0 else 1 - share
            height = tall * unit * (0.25 + 0.75 * slope) * dice.uniform(0.72, 1.12)
            points.append((width * (share * 1.2 - 0.1), camera.horizon - height))
        points.append((width * 1.1, camera.horizon + 4))
        tone = mix(mood.haze, mood.hills, 0.55 + 0.4 * sheet)
        stage.pen.polygon(points[:1] + _eased(points[1:-1]) + points[-1:], fill=tone)


def ocean(stage: Stage, dice: Random, bottom: float) -> None:
    """Water from the horizon down to `bottom` (pixels), with the light lying on it."""
    camera, mood = stage.camera, stage.mood
    if bottom <= camera.horizon:
        return
    stage.gradient(mood.sea, camera.horizon, bottom)
    line = mix(mood.sea[0], mood.cloud, 0.45)
    stage.pen.line((0, camera.horizon, camera.width, camera.horizon), fill=line, width=2)
    for _ in range(70):
        share = dice.random() ** 1.7
        y = camera.horizon + 3 + share * (bottom - camera.horizon)
        length = (10 + 150 * share) * camera.width / 2560
        x = dice.uniform(-0.05, 1.0) * camera.width
        tone = mix(mix(mood.sea[0], mood.sea[1], share), mood.cloud, dice.uniform(0.10, 0.34))
        thick = max(1, int((1 + 4 * share) * camera.height / 1920))
        stage.pen.line((x, y, x + length, y), fill=tone, width=thick)
    if dice.random() < 0.4:
        _sail(stage, dice)


def pier(stage: Stage, dice: Random) -> None:
    """The pier with its wheel, small and far away."""
    camera, mood = stage.camera, stage.mood
    unit = camera.width / 2560
    side = dice.choice((-1, 1))
    x, y = camera.width * dice.uniform(0.2, 0.34) * (1 if side < 0 else 0), camera.horizon
    x = x if side < 0 else camera.width * dice.uniform(0.66, 0.8)
    dark = mix(mood.hills, mood.ink, 0.45)
    deck = (x - 420 * unit, x + 170 * unit) if side < 0 else (x - 170 * unit, x + 420 * unit)
    stage.pen.rectangle((deck[0], y - 14 * unit, deck[1], y - 4 * unit), fill=dark)
    for post in range(14):
        at = deck[0] + (deck[1] - deck[0]) * (post + 0.5) / 14
        stage.pen.line(
            (at, y - 6 * unit, at, y + 20 * unit), fill=dark, width=max(2, int(5 * unit))
        )
    for house in range(4):
        at = deck[0] + (deck[1] - deck[0]) * (0.12 + house * 0.2)
        tall = (22 + 16 * (house % 3)) * unit
        stage.pen.rectangle((at, y - 14 * unit - tall, at + 70 * unit, y - 12 * unit), fill=dark)
    _wheel(stage, x, y - 118 * unit, 96 * unit, dark)


def _wheel(stage: Stage, x: float, y: float, radius: float, dark) -> None:
    thin = max(2, int(radius / 22))
    bright = stage.mood.sun if stage.mood.lamps else mix(dark, rgb("#c8694a"), 0.6)
    stage.pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=bright, width=thin)
    for du, dv in _spokes(radius):
        stage.pen.line((x, y, x + du, y + dv), fill=dark, width=max(1, thin // 2))
        dot = radius / 11
        stage.pen.ellipse((x + du - dot, y + dv - dot, x + du + dot, y + dv + dot), fill=bright)
    for lean in (-0.55, 0.55):
        foot = (x + lean * radius, y + radius * 1.15)
        stage.pen.line((x, y, *foot), fill=dark, width=thin)


def _spokes(radius: float) -> Outline:
    return rounded(-radius, -radius, radius, radius, radius)[::2]


def _eased(points: Outline) -> Outline:
    """Softened peaks; both ends stay where they are."""
    between = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        for share in (0.25, 0.5, 0.75, 1.0):
            eased = share * share * (3 - 2 * share)
            between.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * eased))
    return between


def _sun(stage: Stage, dice: Random) -> None:
    camera, mood = stage.camera, stage.mood
    x = camera.width * (
        0.5 + stage.sun_from * (-1 if camera.mirrored else 1) * dice.uniform(0.2, 0.4)
    )
    y = camera.horizon - camera.height * mood.sun_height * dice.uniform(0.8, 1.25)
    radius = camera.width * dice.uniform(0.028, 0.045)
    if mood.sun_height > 0.4:
        stage.halo((x, max(y, -radius)), radius * 7, mood.sun, 0.5)
        return
    stage.halo((x, y), radius * 8, mood.sun, 0.62)
    if mood.shadow > 0.3:
        stage.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=mood.sun)


def _cloud(stage: Stage, dice: Random) -> None:
    """Three or four long pills laid over one another."""
    camera, mood = stage.camera, stage.mood
    high = camera.horizon - camera.height * dice.uniform(0.1, 0.75)
    x, length = dice.uniform(-0.1, 1.0) * camera.width, camera.width * dice.uniform(0.08, 0.22)
    share = min(1.0, max(0.0, high / max(camera.horizon, 1)))
    behind = mood.sky[1 + int(share * 1.9)]
    tone = mix(behind, mood.cloud, dice.uniform(0.35, 0.65))
    for _ in range(dice.randint(2, 4)):
        long, thick = length * dice.uniform(0.45, 1.0), camera.height * dice.uniform(0.007, 0.015)
        left = x + dice.uniform(-0.3, 0.3) * length
        box = (left, high, left + long, high + thick)
        stage.pen.rounded_rectangle(box, radius=thick / 2, fill=tone)
        high += thick * dice.uniform(0.75, 1.0)


def _gulls(stage: Stage, dice: Random) -> None:
    camera, mood = stage.camera, stage.mood
    x = dice.uniform(0.15, 0.8) * camera.width
    y = camera.horizon * dice.uniform(0.2, 0.6)
    tone = mix(mood.sky[1], mood.ink, 0.6)
    for _ in range(dice.randint(2, 4)):
        span = camera.width * dice.uniform(0.006, 0.011)
        wing = [
            (-1, 0.0),
            (-0.6, -0.42),
            (0, 0.0),
            (0.6, -0.42),
            (1, 0.0),
            (0.55, -0.24),
            (0, 0.16),
        ]
        wing = loop([*wing, (-0.55, -0.24)], 2)
        stage.pen.polygon([(x + u * span, y + v * span) for u, v in wing], fill=tone)
        x += camera.width * dice.uniform(0.03, 0.06)
        y += camera.height * dice.uniform(-0.03, 0.03)


def _sail(stage: Stage, dice: Random) -> None:
    camera, mood = stage.camera, stage.mood
    x, unit = dice.uniform(0.1, 0.9) * camera.width, camera.width / 2560
    y = camera.horizon + 8 * unit
    white = mix(mood.haze, mood.cloud, 0.7)
    stage.pen.polygon(
        [(x, y - 70 * unit), (x, y - 8 * unit), (x + 36 * unit, y - 8 * unit)], fill=white
    )
    stage.pen.polygon(
        [
            (x - 5 * unit, y - 58 * unit),
            (x - 5 * unit, y - 8 * unit),
            (x - 26 * unit, y - 8 * unit),
        ],
        fill=mix(white, mood.sea[1], 0.2),
    )
    hull = [
        (x - 30 * unit, y - 5 * unit),
        (x + 40 * unit, y - 5 * unit),
        (x + 28 * unit, y + 4 * unit),
    ]
    stage.pen.polygon([*hull, (x - 20 * unit, y + 4 * unit)], fill=mix(mood.ink, mood.sea[1], 0.4))
