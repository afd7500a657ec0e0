"""The street block that replaces an exact location, which may be somebody's home."""

from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from city import cache
from city.search.blocks import HundredBlock, find_block_at

_COARSE_DECIMALS = 3  # of a degree, some 100 m


class SharedLocation(NamedTuple):
    """A location as other systems receive it.

    Latitude and longitude are in degrees WGS 84; both or neither are None.
    """

    text: str
    latitude: float | None
    longitude: float | None


def find_block_location(latitude: float, longitude: float, area: str) -> SharedLocation:
    """Return the name of a point's block in the active language, and the middle of its line.

    A point without house numbers nearby has the text `area` and its own coordinates, rounded to
    some 100 m.
    """
    block = _find_block(cache.current_version(), latitude, longitude)
    if block is None:
        rounded = round(latitude, _COARSE_DECIMALS), round(longitude, _COARSE_DECIMALS)
        return SharedLocation(area, *rounded)
    words = _("%(hundred)s block of %(street)s")
    words %= {"hundred": block.hundred, "street": block.street}
    return SharedLocation(words, round(block.lat, 6), round(block.lng, 6))


@lru_cache(maxsize=20_000)
def _find_block(_version: str, latitude: float, longitude: float) -> HundredBlock | None:
    """Return the block at a point, cached by the city's version; None if no house is near."""
    return find_block_at(latitude, longitude)
