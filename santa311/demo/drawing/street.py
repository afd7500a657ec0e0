"""A street of the city: what stands behind the sidewalk, the sidewalk, the curb and the road."""

from math import radians, tan
from random import Random

from . import buildings
from .colour import mix, rgb
from .plants import agave, bush, date_palm, fan_palm, hedge, palm_shadow, tree, tuft
from .shapes import blob, box
from .sky import hills, ocean, pier, sky
from .stage import Stage

WALK, JOINT, CURB = rgb("#d9d0bf"), rgb("#b8ad9a"), rgb("#e4dccd")
ROAD, GUTTER, LAWN = rgb("#6b7074"), rgb("#b5ad9f"), rgb("#8fae6d")
WALK_TONES = (rgb("#d9d0bf"), rgb("#d3cdc2"), rgb("#dfd3bd"))
DEEP, DROP = 3.2, 0.15
FRONTAGES = ("homes", "shops", "flats", "lofts", "seaside", "park")


def street(stage: Stage, dice: Random, frontage: str, *, keep_clear=(-3.0, 3.0)) -> None:
    """The whole place without its subject; nothing tall stands in `keep_clear` (metres of x)."""
    sky(stage, dice)
    if frontage in ("seaside", "park") or dice.random() < 0.5:
        hills(stage, dice)
    _land(stage, frontage)
    BEHIND[frontage](stage, dice)
    _sidewalk(stage, dice)
    _road(stage, dice)
    _street_trees(stage, dice, keep_clear)
    if stage.mood.shadow > 0.3:
        _palms_behind_us(stage, dice)


def reach(stage: Stage, z: float) -> tuple[float, float]:
    """From which x to which the picture shows the line at depth z, at most 70 m to either side."""
    camera = stage.camera
    half = 34.0
    ends = []
    for angle in (camera.yaw - half, camera.yaw + half):
        bounded = min(80.0, max(-80.0, angle))
        ends.append(camera.x + (z - camera.z) * tan(radians(bounded)))
    return max(min(ends), -70.0), min(max(ends), 70.0)


def speckle(stage: Stage, dice: Random, area, tones, count: int, *, y=0.0, size=0.035) -> None:
    """Small stones and stains: `area` is (x0, x1, z0, z1)."""
    x0, x1, z0, z1 = area
    for _ in range(count):
        x, z = dice.uniform(x0, x1), dice.uniform(z0, z1)
        wide = size * dice.uniform(0.5, 1.4)
        outline = [(-wide, 0), (0, -wide * 0.7), (wide, 0), (wide * 0.2, wide * 0.7)]
        stage.ground(outline, dice.choice(tones), x=x, z=z, y=y)


def _land(stage: Stage, frontage: str) -> None:
    green = frontage in ("homes", "seaside", "park")
    tone = LAWN if green else mix(WALK, JOINT, 0.25)
    far = 9.5 if frontage == "seaside" else 240.0
    for z0, z1 in ((DEEP, 14.0), (14.0, 40.0), (40.0, 240.0)):
        if z0 < far:
            stage.ground(box(-240, z0, 240, min(z1, far)), tone)


def _houses(
    stage: Stage, dice: Random, makers, z: float, *, gap=(1.2, 2.4)
) -> list[tuple[float, float]]:
    left, right = reach(stage, z)
    lots, x = [], left - dice.uniform(2, 9)
    while x < right + 2:
        wide = dice.uniform(8.0, 10.5)
        lots.append((x, x + wide))
        x += wide + dice.uniform(*gap)
    middle = stage.camera.x
    for lot in sorted(lots, key=lambda lot: -abs((lot[0] + lot[1]) / 2 - middle)):
        dice.choice(makers)(stage, *lot, z, dice)
    return lots


def _tall_palms(stage: Stage, dice: Random, z0: float, z1: float, count: int) -> None:
    spots = []
    for _ in range(count):
        z = dice.uniform(z0, z1)
        spots.append((z, dice.uniform(*reach(stage, z))))
    for z, x in sorted(spots, reverse=True):
        fan_palm(stage, x, z, dice, height=dice.uniform(9, 17))


def _homes(stage: Stage, dice: Random) -> None:
    _tall_palms(stage, dice, 17, 40, dice.randint(3, 7))
    lots = _houses(stage, dice, (buildings.casita, buildings.casita, buildings.bungalow), 8.0)
    stage.shade(
        [[(x0, 0, 8), (x1, 0, 8), (x1, 0, 6.9), (x0, 0, 6.9)] for x0, x1 in lots], strength=0.5
    )
    edge = dice.choice(("hedge", "wall", "open", "open"))
    for x0, x1 in lots:
        middle = (x0 + x1) / 2
        stage.ground(box(middle - 0.7, DEEP, middle + 0.7, 8.0), mix(WALK, JOINT, 0.15))
        if edge == "hedge":
            hedge(stage, x0, middle - 0.9, 3.7, dice, height=0.8)
            hedge(stage, middle + 0.9, x1, 3.7, dice, height=0.8)
        elif edge == "wall":
            stage.block(x0, middle - 0.9, 0, 0.6, 3.6, 3.85, buildings.TRIM)
            stage.block(middle + 0.9, x1, 0, 0.6, 3.6, 3.85, buildings.TRIM)
        else:
            for _ in range(3):
                bush(stage, dice.uniform(x0, x1), dice.uniform(4.5, 6.5), dice, size=0.45)


def _shops(stage: Stage, dice: Random) -> None:
    _tall_palms(stage, dice, 16, 40, dice.randint(2, 5))
    _houses(stage, dice, (buildings.shop,), 4.4, gap=(0.0, 0.05))
    left, right = reach(stage, 4.0)
    for x in range(int(left), int(right), 6):
        if abs(x) > 2:
            stage.block(x, x + 0.7, 0, 0.55, 3.6, 4.1, rgb("#c8694a"))
            agave(stage, x + 0.35, 3.8, dice, size=0.5, y=0.5)


def _flats(stage: Stage, dice: Random) -> None:
    _tall_palms(stage, dice, 18, 42, dice.randint(3, 6))
    _houses(stage, dice, (buildings.flats, buildings.flats, buildings.casita), 6.6)
    _bed(stage, dice)


def _lofts(stage: Stage, dice: Random) -> None:
    _tall_palms(stage, dice, 18, 42, dice.randint(3, 6))
    _houses(stage, dice, (buildings.loft, buildings.loft, buildings.flats), 6.2)
    _bed(stage, dice)


def _bed(stage: Stage, dice: Random) -> None:
    """A planted strip between the sidewalk and the wall."""
    left, right = reach(stage, 5)
    stage.ground(box(left, DEEP, right, 5.2), mix(LAWN, rgb("#8a6f4f"), 0.35))
    for z in sorted((dice.uniform(3.8, 4.8) for _ in range(14)), reverse=True):
        plant = dice.choice((agave, bush))
        plant(
            stage,
            dice.uniform(left, right),
            z,
            dice,
            size=dice.uniform(0.35, 0.6),
        )


def _seaside(stage: Stage, dice: Random) -> None:
    """The park on the bluff: lawn, a railing, and the ocean behind it."""
    camera = stage.camera
    edge = max(camera.pixel((x, 0, 9.5))[1] for x in reach(stage, 9.5))
    ocean(stage, dice, edge + 4)
    if dice.random() < 0.6:
        pier(stage, dice)
    stage.ground(box(-200, DEEP, 200, 9.5), LAWN)
    stage.ground(box(-200, 6.2, 200, 7.8), mix(rgb("#d8b98a"), WALK, 0.3))
    _railing(stage)
    left, right = reach(stage, 8.6)
    for _ in range(dice.randint(3, 5)):
        x, z = dice.uniform(left, right), dice.uniform(8.2, 9.2)
        maker = dice.choice((fan_palm, fan_palm, date_palm))
        height = dice.uniform(8, 14) if maker is fan_palm else dice.uniform(4.5, 6.5)
        if not _behind_subject(stage, x, z):
            maker(stage, x, z, dice, height=height)
    for _ in range(8):
        agave(
            stage,
            dice.uniform(left, right),
            dice.uniform(8.4, 9.2),
            dice,
            size=dice.uniform(0.4, 0.7),
        )


def _behind_subject(stage: Stage, x: float, z: float) -> bool:
    camera = stage.camera
    return abs(camera.pixel((x, 0, z))[0] - camera.center) < 0.13 * camera.width


def _railing(stage: Stage) -> None:
    left, right = reach(stage, 9.4)
    white = rgb("#efe9dc")
    for x in range(int(left) - 1, int(right) + 2):
        stage.wall(box(x - 0.07, 0, x + 0.07, 1.0), white, z=9.4, lit=0.9)
    for y in (0.45, 0.95):
        stage.wall(box(left - 2, y, right + 2, y + 0.1), white, z=9.38)


def _park(stage: Stage, dice: Random) -> None:
    """Lawn, a path, round trees."""
    stage.ground(box(-200, 18, 200, 60), mix(LAWN, rgb("#6f9a5f"), 0.5))
    stage.ground(box(-200, 9.0, 200, 10.6), mix(rgb("#e2c79c"), WALK, 0.3))
    spots = sorted(((dice.uniform(12, 46), dice.random()) for _ in range(13)), reverse=True)
    for z, share in spots:
        left, right = reach(stage, z)
        x = left + (right - left) * share
        if dice.random() < 0.7:
            tree(stage, x, z, dice, height=dice.uniform(5, 8))
        else:
            fan_palm(stage, x, z, dice, height=dice.uniform(9, 14))
    left, right = reach(stage, 5)
    for z in sorted((dice.uniform(4.4, 7) for _ in range(9)), reverse=True):
        bush(stage, dice.uniform(left, right), z, dice, size=dice.uniform(0.4, 0.8))


def _sidewalk(stage: Stage, dice: Random) -> None:
    tone, left, right = dice.choice(WALK_TONES), *reach(stage, DEEP)
    stage.ground(box(left - 3, 0, right + 3, DEEP), tone)
    start = int(left / 1.6) - 2
    for i in range(start, int(right / 1.6) + 3):
        x = i * 1.6
        if i % 2 and dice.random() < 0.5:
            stage.ground(box(x, 0.32, x + 1.6, DEEP), tone, lit=dice.choice((0.97, 1.02)))
    for i in range(start, int(right / 1.6) + 3):
        stage.ground(box(i * 1.6 - 0.012, 0.3, i * 1.6 + 0.012, DEEP), JOINT)
    for z in (0.3, 1.75):
        stage.ground(box(left - 3, z, right + 3, z + 0.022), JOINT)
    near = max(left, -6), min(right, 6), 0.35, DEEP
    speckle(stage, dice, near, (JOINT, mix(tone, CURB, 0.6)), 60, size=0.03)
    stage.ground(box(left - 3, 0, right + 3, 0.24), CURB, lit=1.05)
    if stage.camera.z < 0:
        stage.wall(box(left - 3, -DROP, right + 3, 0), CURB, lit=0.62)


def _road(stage: Stage, dice: Random) -> None:
    tone = mix(ROAD, dice.choice((rgb("#5f6a70"), rgb("#77726d"))), 0.5)
    near = min(stage.camera.z - 4, -9)
    stage.ground(box(-90, near, 90, 0), tone, y=-DROP)
    stage.ground(box(-90, -0.55, 90, 0), GUTTER, y=-DROP, lit=1.0)
    stage.ground(box(-90, -0.57, 90, -0.53), tone, y=-DROP, lit=0.8)
    for _ in range(4):
        patch = blob(dice, dice.uniform(1.2, 3.0), dice.uniform(0.3, 0.8))
        x, z = dice.uniform(-6, 6), dice.uniform(-5, -1.2)
        stage.ground(
            [(x + u, z + v) for u, v in patch], tone, y=-DROP, lit=dice.choice((0.965, 1.03))
        )
    tones = (mix(tone, rgb("#2b3034"), 0.35), mix(tone, rgb("#ffffff"), 0.18), mix(tone, CURB, 0.3))
    speckle(stage, dice, (-5, 5, -4.6, -0.6), tones, 190, y=-DROP, size=0.028)
    if dice.random() < 0.6:
        for x in range(-60, 60, 6):
            stage.ground(box(x, -4.2, x + 3, -4.08), rgb("#efe7d2"), y=-DROP)


def _street_trees(stage: Stage, dice: Random, keep_clear) -> None:
    kind = dice.choice((fan_palm, fan_palm, tree, date_palm))
    left, right = reach(stage, 0.7)
    spots = [
        x
        for x in range(int(left) - 9, int(right) + 10, 9)
        if not keep_clear[0] < x + 4 < keep_clear[1]
    ]
    for x in sorted(spots, key=lambda x: -abs(x - stage.camera.x)):
        at = x + 4 + dice.uniform(-0.5, 0.5)
        stage.ground(box(at - 0.55, 0.35, at + 0.55, 1.45), rgb("#8a7355"))
        tuft(stage, (at - 0.2, 0, 0.6), dice, size=0.3)
        height = {fan_palm: dice.uniform(8, 12), tree: 5.2, date_palm: 5.0}[kind]
        kind(stage, at, 0.9, dice, height=height)


def _palms_behind_us(stage: Stage, dice: Random) -> None:
    """Shadows of palms that stand behind the photographer."""
    x = stage.sun_from * dice.uniform(4, 9)
    z = dice.uniform(-5.5, -3.0)
    angle = dice.uniform(0.25, 0.6)
    fallen = []
    for outline in palm_shadow(dice, dice.uniform(5.5, 8.0)):
        fallen.append(
            [
                (x - stage.sun_from * (v * 1.0 + u * angle), -DROP, z + v * angle - u)
                for u, v in outline
            ]
        )
    road = [[(px, y, pz) for px, y, pz in outline] for outline in fallen]
    stage.shade(road, strength=0.75, blur=1.2)


BEHIND = {
    "homes": _homes,
    "shops": _shops,
    "flats": _flats,
    "lofts": _lofts,
    "seaside": _seaside,
    "park": _park,
}
