"""The block that stands for an exact location, which may point at somebody's home."""

from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from city import cache
from city.search.blocks import Hundred, block_at

_COARSE_DECIMALS = 3  # of a degree, some 100 m


class SharedLocation(NamedTuple):
    """A location as other systems read it: its text, and degrees WGS 84, both or neither."""

    text: str
    latitude: float | None
    longitude: float | None


def find_block_location(latitude: float, longitude: float, area: str) -> SharedLocation:
    """Return the block in words of the active language, and the middle of its line.

    In a park or on a beach, which have no house numbers, the result is `area` and the coordinates
    rounded to some 100 m.
    """
    block = _find_block(cache.current_version(), latitude, longitude)
    if block is None:
        rounded = round(latitude, _COARSE_DECIMALS), round(longitude, _COARSE_DECIMALS)
        return SharedLocation(area, *rounded)
    words = _("%(hundred)s block of %(street)s")
    words %= {"hundred": block.hundred, "street": block.street}
    return SharedLocation(words, round(block.lat, 6), round(block.lng, 6))


@lru_cache(maxsize=20_000)
def _find_block(_version: str, latitude: float, longitude: float) -> Hundred | None:
    return block_at(latitude, longitude)
