"""A place that the city does not look after: how far is too far, and whose it may be."""

from city import geo
from city.models import Agency

FAR = 50_000  # metres; beyond, the position is more likely wrong than the city


def responsible_at(latitude, longitude) -> list[Agency]:
    """Whose area holds the place; where none does, everybody who has an area next to the city."""
    neighbours = [agency for agency in Agency.objects.active() if agency.geometry]
    here = [a for a in neighbours if geo.contains(a.geometry, latitude, longitude)]
    return here or neighbours
