"""A place that the city does not look after: how far is too far, and whose it may be."""

from django.utils.translation import gettext as _

from city import geo, search
from city.models import Agency, City

FAR = 50_000  # metres; beyond, the position is more likely wrong than the city


def responsible_at(latitude, longitude) -> list[Agency]:
    """Whose area holds the place; where none does, everybody who has an area next to the city."""
    neighbours = [agency for agency in Agency.objects.active() if agency.geometry]
    here = [a for a in neighbours if geo.contains(a.geometry, latitude, longitude)]
    return here or neighbours


def said_of_another_city(text: str) -> str:
    """What to tell somebody whose words name a neighbor city; empty for all others."""
    other = search.other_city(text)
    if not other:
        return ""
    words = _("That's in %(other)s. We can only take reports for locations in %(city)s.")
    return words % {"other": other, "city": City.current().name}
