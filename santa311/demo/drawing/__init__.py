"""Pictures for the demo, drawn by the project itself: a place before and after the city's work."""

from functools import lru_cache
from random import Random

from .beach import beach
from .camera import Camera
from .mood import MOODS
from .stage import FINER, Stage
from .street import street
from .subjects import BY_NAME, varied

SUBJECTS = tuple(BY_NAME)


def draw(subject: str, *, fixed: bool, seed: int, size: tuple[int, int] = (1280, 960)) -> bytes:
    """A JPEG without metadata, `size` pixels large (width, height), at most 150 KB at 1280 × 960.

    The same subject and seed show the same place in the same light, whether `fixed` or not, so
    that two pictures make a pair; the same arguments give the same bytes. Views are composed for
    4:3. Raises KeyError for a subject that is not in SUBJECTS.
    """
    stage = _place(subject, seed, size).copy()
    BY_NAME[subject].draw(stage, Random(f"{subject} {seed} thing"), fixed)
    return stage.jpeg(grain=seed)


def alt(subject: str, fixed: bool) -> str:
    """What the picture shows, in a sentence, for those who do not see it."""
    return BY_NAME[subject].after if fixed else BY_NAME[subject].before


@lru_cache(maxsize=2)
def _place(subject: str, seed: int, size: tuple[int, int]) -> Stage:
    """The place without its subject; kept, because pictures come in pairs."""
    what, dice = BY_NAME[subject], Random(f"{subject} {seed} place")
    view = varied(what.view, dice)
    camera = Camera(
        view,
        (0.0, what.depth),
        dice.choice((-1, 1)) * dice.uniform(view.least_yaw, view.yaw),
        (size[0] * FINER, size[1] * FINER),
        mirrored=dice.random() < 0.5,
        drift=dice.uniform(-view.drift, view.drift),
    )
    stage = Stage(camera, MOODS[dice.choice(what.hours)], dice.choice((-1, 1)))
    where = dice.choice(what.places)
    if where == "beach":
        beach(stage, dice)
    else:
        street(stage, dice, where, keep_clear=what.clear)
    return stage
