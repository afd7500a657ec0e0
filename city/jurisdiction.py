"""A place that the city does not look after: how far is too far, and whose it may be."""

import re

from django.utils.translation import gettext as _

from city import geo, search
from city.models import Agency, City
from city.search.tokens import normalize_text
from city.translation import named, translated

FAR = 50_000  # metres; beyond, the position is more likely wrong than the city
_LONGEST = 4000  # characters of what an agency handles


def responsible_at(latitude, longitude) -> list[Agency]:
    """Whose area holds the place; where none does, everybody who has an area next to the city."""
    neighbours = [agency for agency in Agency.objects.active() if agency.geometry]
    here = [a for a in neighbours if geo.contains(a.geometry, latitude, longitude)]
    return here or neighbours


def said_of_another_city(text: str) -> str:
    """Return the message for words that name a neighbor city, with its phone number where it is
    known; empty for all others.
    """
    other = search.find_neighbor_city(text)
    if not other:
        return ""
    words = _("That's in %(other)s. We can only take reports for locations in %(city)s.")
    words %= {"other": other, "city": City.current().name}
    return " ".join([words, *map(_say_how_to_reach, responsible_in(other))])


def responsible_in(city: str) -> list[Agency]:
    """Return the agencies with an area whose name, or what they handle, names a neighbor city.

    `LA` and `West LA` are found by the initials of Los Angeles. Empty where none names it, and for
    an empty name.
    """
    if not city:
        return []
    rows = [agency for agency in Agency.objects.active() if agency.geometry]
    return [agency for agency in rows if _is_named_by(agency, normalize_text(city))]


def _is_named_by(agency: Agency, city: str) -> bool:
    name = normalize_text(agency.name)
    initials = "".join(word[0] for word in name.split())
    if len(initials) > 1:
        city = re.sub(rf"\b{re.escape(initials)}\b", name, city)
    everything = f" {name} {normalize_text(agency.handles, longest=_LONGEST)} "
    return f" {city} " in everything


def _say_how_to_reach(agency: Agency) -> str:
    """Return a sentence; empty where neither a phone number nor a website is known."""
    if agency.phone:
        words = _("Call %(agency)s at %(phone)s.")
    elif agency.url:
        words = _("Report it to %(agency)s: %(url)s")
    else:
        return ""
    return words % {
        "agency": named(agency), "phone": translated(agency.phone), "url": agency.url
    }  # fmt: skip
