"""Where a request of a sensitive kind is said to be: at its block, never at its door."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from city import cache
from city.search import block_at

_COARSE = 3  # decimals of a degree where there are no house numbers: some 100 m


def load():
    """The city's streets into memory, for a time when the database cannot be asked."""
    block_at(0.0, 0.0)


def snapped(lat: float, lng: float, area: str) -> tuple[str, float, float]:
    """The block in words, and the middle of its line. In a park or on a beach, which have no house
    numbers, the area and the coordinates to some 100 m.
    """
    block = _block_at(cache.current_version(), lat, lng)
    return block or (area, round(lat, _COARSE), round(lng, _COARSE))


@lru_cache(maxsize=20_000)
def _block_at(_version, lat, lng):
    found = block_at(lat, lng)
    if found is None:
        return None
    with override(settings.LANGUAGE_CODE):
        words = _("%(hundred)s block of %(street)s")
    words %= {"hundred": found.hundred, "street": found.street}
    return words, round(found.lat, 6), round(found.lng, 6)
