"""The light of a picture: one hour of a Pacific day, applied to every colour in it."""

from dataclasses import dataclass
from math import exp

from .colour import Colour, mix, rgb, scale


@dataclass(frozen=True)
class Mood:
    """Colours of the air and how strongly they fall on things.

    `light` multiplies red, green and blue. `reach` is the distance in metres at which the haze
    has taken about two thirds of a colour. `throw` is how many metres of shadow a metre of
    height casts; `shadow` is its opacity from 0 to 1.
    """

    sky: tuple[Colour, ...]
    sea: tuple[Colour, Colour]
    hills: Colour
    haze: Colour
    cloud: Colour
    sun: Colour
    light: tuple[float, float, float]
    ink: Colour
    shadow: float
    throw: float
    sun_height: float
    reach: float = 150.0
    lamps: bool = False

    def tone(self, colour: Colour, depth: float, lit: float = 1.0) -> Colour:
        """The colour in this light, `depth` metres away; `lit` is how squarely the sun hits it."""
        red, green, blue = self.light
        seen = scale(colour, red * lit, green * lit, blue * lit)
        return mix(seen, self.haze, 0.85 * (1 - exp(-max(depth - 4, 0) / self.reach)))


def _colours(*codes: str) -> tuple[Colour, ...]:
    return tuple(rgb(code) for code in codes)


MOODS = {
    "morning": Mood(
        sky=_colours("#86bfcb", "#bfd9d2", "#f6dcbf", "#fbe6cc"),
        sea=(rgb("#8fbfc0"), rgb("#3f8f9c")),
        hills=rgb("#9db4b4"),
        haze=rgb("#f3dfc8"),
        cloud=rgb("#fff4e4"),
        sun=rgb("#fff0bf"),
        light=(1.02, 0.97, 0.92),
        ink=rgb("#28405a"),
        shadow=0.36,
        throw=1.0,
        sun_height=0.16,
        reach=110.0,
    ),
    "noon": Mood(
        sky=_colours("#3f9db3", "#78bfca", "#bfe0dd", "#eeeedd"),
        sea=(rgb("#2c8c9c"), rgb("#0b6477")),
        hills=rgb("#7ba6a8"),
        haze=rgb("#dcebe6"),
        cloud=rgb("#ffffff"),
        sun=rgb("#fff3c4"),
        light=(1.0, 1.0, 0.98),
        ink=rgb("#123744"),
        shadow=0.40,
        throw=0.55,
        sun_height=0.5,
    ),
    "marine": Mood(
        sky=_colours("#a9bdbf", "#c5d0cc", "#dcdcd2", "#ebe5d8"),
        sea=(rgb("#9db5b4"), rgb("#5d8a90")),
        hills=rgb("#b3c0bd"),
        haze=rgb("#e3e2d8"),
        cloud=rgb("#e9e8e0"),
        sun=rgb("#f7f0dc"),
        light=(0.93, 0.95, 0.95),
        ink=rgb("#2b4048"),
        shadow=0.22,
        throw=0.35,
        sun_height=0.3,
        reach=80.0,
    ),
    "golden": Mood(
        sky=_colours("#2a8795", "#86b3a4", "#f4cf8d", "#ffb561"),
        sea=(rgb("#f2b36c"), rgb("#23707f")),
        hills=rgb("#b98f6c"),
        haze=rgb("#ffcf8f"),
        cloud=rgb("#ffe3b3"),
        sun=rgb("#ffd34d"),
        light=(1.06, 0.94, 0.80),
        ink=rgb("#332b52"),
        shadow=0.46,
        throw=1.35,
        sun_height=0.1,
        reach=120.0,
    ),
    "dusk": Mood(
        sky=_colours("#103246", "#3c4a70", "#a8688a", "#f58f68"),
        sea=(rgb("#d77f6c"), rgb("#173d54")),
        hills=rgb("#54486d"),
        haze=rgb("#c4707c"),
        cloud=rgb("#e58a80"),
        sun=rgb("#ffb35c"),
        light=(0.60, 0.60, 0.78),
        ink=rgb("#0a1428"),
        shadow=0.42,
        throw=0.4,
        sun_height=0.03,
        reach=150.0,
        lamps=True,
    ),
}
