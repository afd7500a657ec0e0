"""What can be drawn: each subject with its view, its places, its hours and its words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from ..beach import FROM_THE_SAND
from ..camera import View
from ..stage import Stage
from ..street import FRONTAGES
from . import bins, furniture, left, lights, posts, road, shore, walk, walls

DAY = ("noon", "noon", "noon", "morning", "morning", "golden", "golden", "marine")
EVENING = ("dusk",)
ANY_HOUR = (*DAY, "dusk", "dusk", "dusk")
GREEN = ("homes", "flats", "park", "seaside", "lofts")
OPEN_AIR = ("homes", "seaside", "park")


@dataclass(frozen=True)
class Subject:
    """One thing the city is told about.

    `draw` adds it to a street, broken or fixed. `depth` is how many metres it stands from the
    curb (negative: in the road). `before` and `after` say what the two pictures show.
    """

    draw: Callable[[Stage, Random, bool], None]
    view: View
    depth: float
    before: str
    after: str
    places: tuple[str, ...] = FRONTAGES
    hours: tuple[str, ...] = DAY
    clear: tuple[float, float] = (-3.0, 3.0)


ROAD = View(distance=3.5, eye=1.9, focal=0.8, horizon=0.06)
WALK = View(distance=4.5, eye=1.65, focal=1.0, horizon=0.28)

BY_NAME = {
    "pothole": Subject(
        road.pothole,
        ROAD,
        -2.3,
        "A deep pothole in the roadway, with cracks around it and water in it.",
        "The same roadway with a square patch of new asphalt.",
    ),
    "leak": Subject(
        road.leak,
        ROAD,
        -2.3,
        "Water wells up through the roadway and runs along the gutter.",
        "The same roadway, dry, with a patch of new asphalt.",
    ),
    "drain": Subject(
        road.drain,
        View(distance=2.75, eye=1.75, focal=0.8, horizon=-0.08),
        -0.6,
        "A storm drain at the curb with broken bars, full of leaves.",
        "The same storm drain with a new grate, swept clean.",
    ),
    "crosswalk": Subject(
        road.crosswalk,
        View(distance=4.6, eye=2.0, focal=0.8, horizon=0.2),
        -2.2,
        "A crosswalk whose stripes are worn away almost entirely.",
        "The same crosswalk with freshly painted stripes.",
    ),
    "slab": Subject(
        walk.slab,
        View(distance=3.7, eye=1.9, focal=0.85, horizon=0.06),
        1.1,
        "A sidewalk slab that a tree root has cracked and lifted.",
        "The same sidewalk with a new, level slab.",
        places=GREEN,
    ),
    "weeds": Subject(
        walk.weeds,
        View(distance=4.6, eye=1.65, focal=0.95, horizon=0.3),
        2.3,
        "Tall weeds along the sidewalk and in its joints.",
        "The same strip beside the sidewalk, cut back.",
        places=GREEN,
    ),
    "branch": Subject(
        walk.branch,
        View(distance=5.0, eye=1.7, focal=0.95, horizon=0.34),
        1.3,
        "A large branch has fallen across the sidewalk.",
        "The same sidewalk, clear; the tree has a clean cut.",
        places=GREEN,
    ),
    "tree": Subject(
        walk.tree_pit,
        WALK,
        1.1,
        "A young street tree that has died between its stakes.",
        "A new young tree in the same place, between its stakes.",
    ),
    "sofa": Subject(
        left.sofa,
        WALK,
        1.6,
        "A torn sofa left on the sidewalk.",
        "The same sidewalk without the sofa.",
    ),
    "dumping": Subject(
        left.dumping,
        WALK,
        1.5,
        "A heap of rubbish bags, boxes and a mattress on the sidewalk.",
        "The same sidewalk, cleared.",
    ),
    "carts": Subject(
        bins.carts,
        View(distance=4.3, eye=1.65, focal=1.0, horizon=0.28),
        1.2,
        "Three wheeled bins at the curb, overflowing, with bags beside them.",
        "The same three bins, emptied and closed.",
        places=GREEN,
    ),
    "bin": Subject(
        bins.basket,
        View(distance=3.2, eye=1.5, focal=1.0, horizon=0.27),
        0.9,
        "A public litter bin that overflows onto the sidewalk.",
        "The same litter bin, emptied, with a clean sidewalk around it.",
    ),
    "scooter": Subject(
        left.scooter,
        View(distance=3.1, eye=1.8, focal=0.95, horizon=0.1),
        1.0,
        "A rental scooter lying across the sidewalk.",
        "The scooter parked upright in its marked space at the curb.",
    ),
    "shopping_cart": Subject(
        left.trolley,
        View(distance=3.4, eye=1.5, focal=1.0, horizon=0.28),
        1.2,
        "A shopping cart left on the sidewalk.",
        "The same sidewalk without the shopping cart.",
    ),
    "street": Subject(
        left.scene,
        View(distance=4.2, eye=1.7, focal=0.95, horizon=0.28),
        0.9,
        "A stretch of sidewalk with leaves, litter and a traffic cone.",
        "The same stretch of sidewalk, swept.",
    ),
    "streetlight": Subject(
        lights.streetlight,
        View(distance=5.6, eye=1.6, focal=0.85, horizon=0.87),
        0.7,
        "A street light that stays dark at dusk.",
        "The same street light, burning.",
        places=OPEN_AIR,
        hours=EVENING,
        clear=(-4.5, 4.5),
    ),
    "signal": Subject(
        lights.signal,
        View(distance=4.0, eye=1.6, focal=0.95, horizon=1.05, yaw=16),
        0.7,
        "A traffic signal with all its lights out.",
        "The same traffic signal, showing green.",
        hours=ANY_HOUR,
        clear=(-4.5, 4.5),
    ),
    "sign": Subject(
        posts.sign,
        View(distance=4.9, eye=1.5, focal=1.05, horizon=0.55),
        0.7,
        "A road sign on a bent pole.",
        "The same road sign, upright again.",
    ),
    "meter": Subject(
        posts.meter,
        View(distance=1.25, eye=1.38, focal=1.05, horizon=0.47, yaw=13),
        0.5,
        "A parking meter with a cracked screen, taped over.",
        "The same parking meter, working again.",
        clear=(-4.5, 4.5),
    ),
    "hydrant": Subject(
        furniture.hydrant,
        View(distance=2.9, eye=1.45, focal=1.05, horizon=0.22),
        0.8,
        "A hydrant that gushes water over the sidewalk.",
        "The same hydrant, shut, and the sidewalk dry.",
    ),
    "bench": Subject(
        furniture.bench,
        View(distance=3.6, eye=1.7, focal=1.0, horizon=0.25),
        1.6,
        "A bench with paint sprayed over its back.",
        "The same bench, clean.",
        places=("seaside", "seaside", "park", "homes"),
    ),
    "bus_stop": Subject(
        furniture.shelter,
        View(distance=5.6, eye=1.5, focal=1.05, horizon=0.52),
        1.7,
        "A bus shelter with a smashed pane and glass on the ground.",
        "The same bus shelter with all its panes.",
        clear=(-4.5, 4.5),
    ),
    "graffiti": Subject(
        walls.wall,
        View(distance=5.2, eye=1.6, focal=1.0, horizon=0.5, yaw=20),
        2.6,
        "A wall beside the sidewalk covered with graffiti.",
        "The same wall, clean.",
        places=("homes", "flats", "lofts", "park"),
    ),
    "utility_box": Subject(
        walls.cabinet,
        View(distance=3.8, eye=1.55, focal=1.0, horizon=0.3),
        1.6,
        "A utility box covered with graffiti.",
        "The same utility box, clean.",
    ),
    "beach": Subject(
        shore.litter,
        FROM_THE_SAND,
        0.9,
        "Bottles, cups and a rubbish bag on the beach.",
        "The same beach, raked clean.",
        places=("beach",),
        hours=("noon", "noon", "morning", "golden", "marine"),
    ),
}


def varied(view: View, dice: Random) -> View:
    """The same view by another photographer: a step nearer or further, a little taller."""
    return replace(
        view,
        distance=view.distance * dice.uniform(0.95, 1.1),
        eye=view.eye * dice.uniform(0.96, 1.06),
    )
