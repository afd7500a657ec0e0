"""Colours as plain RGB triples, and the two things the drawings do with them."""

from functools import lru_cache

type Colour = tuple[int, int, int]


@lru_cache(maxsize=512)
def rgb(code: str) -> Colour:
    """`#00687d` as (0, 104, 125)."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """`amount` 0 is all of the first colour, 1 all of the second."""
    keep = 1 - amount
    return (
        int(first[0] * keep + second[0] * amount),
        int(first[1] * keep + second[1] * amount),
        int(first[2] * keep + second[2] * amount),
    )


def scale(colour: Colour, red: float, green: float, blue: float) -> Colour:
    """Light of another tint falls on the colour; white clips, as it does on a poster."""
    return (
        min(255, int(colour[0] * red)),
        min(255, int(colour[1] * green)),
        min(255, int(colour[2] * blue)),
    )
