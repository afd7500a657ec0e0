"""Agencies that are responsible for places outside the city."""

import re

from django.utils.translation import gettext as _

from city import geo, search
from city.models import Agency, City
from city.search.tokens import normalize_text
from city.translation import translate, translate_name

MAX_DISTANCE_M = 50_000  # metres; beyond, the position is more likely wrong than the city
_MAX_HANDLES_LENGTH = 4000  # characters of what an agency handles


def find_responsible_agencies(latitude: geo.Degrees, longitude: geo.Degrees) -> list[Agency]:
    """Return the active agencies whose area contains the point, else all with an area."""
    neighbours = [agency for agency in Agency.objects.active() if agency.geometry]
    here = [
        a for a in neighbours if a.geometry and geo.is_in_geometry(a.geometry, latitude, longitude)
    ]
    return here or neighbours


def other_city_message(text: str) -> str:
    """Return a message with contacts for text that names a neighbor city; else ""."""
    other = search.find_neighbor_city(text)
    if not other:
        return ""
    words = _("That's in %(other)s. We can only take reports for locations in %(city)s.")
    words %= {"other": other, "city": City.current().name}
    return " ".join([words, *map(_format_contact, find_agencies_of_city(other))])


def find_agencies_of_city(city: str) -> list[Agency]:
    """Return the active agencies with an area that name a neighbor city in their name or tasks.

    `LA` and `West LA` match by the initials of Los Angeles. [] if none matches, and for "".
    """
    if not city:
        return []
    rows = [agency for agency in Agency.objects.active() if agency.geometry]
    return [agency for agency in rows if _is_named_by(agency, normalize_text(city))]


def _is_named_by(agency: Agency, city: str) -> bool:
    """Return True if the agency's name or tasks contain the normalized name of a city."""
    name = normalize_text(agency.name)
    initials = "".join(word[0] for word in name.split())
    if len(initials) > 1:
        city = re.sub(rf"\b{re.escape(initials)}\b", name, city)
    everything = f" {name} {normalize_text(agency.handles, longest=_MAX_HANDLES_LENGTH)} "
    return f" {city} " in everything


def _format_contact(agency: Agency) -> str:
    """Return a sentence with the phone number, else the website; "" if neither is known."""
    if agency.phone:
        words = _("Call %(agency)s at %(phone)s.")
    elif agency.url:
        words = _("Report it to %(agency)s: %(url)s")
    else:
        return ""
    return words % {
        "agency": translate_name(agency), "phone": translate(agency.phone), "url": agency.url
    }  # fmt: skip
