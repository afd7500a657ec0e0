"""Place descriptions stored as names and a relation, so that each reader's language is used."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.translation import translate

NEAR, IN_FRONT, ACROSS, ALONG = "near", "in_front", "across", "along"
RELATIONS = {  # with their labels in the admin site
    NEAR: gettext_lazy("near a landmark"),
    IN_FRONT: gettext_lazy("in front of an address"),
    ACROSS: gettext_lazy("across from an address"),
    ALONG: gettext_lazy("on a street, near another one"),
}
NAME_SEPARATOR = " & "


class PlaceDescription(NamedTuple):
    """A place as names and a relation.

    `text` holds the names: an address, a corner, a landmark, or what a person typed. `relation` is
    one of RELATIONS, or blank if the text is complete.
    """

    text: str
    relation: str = ""

    def __str__(self) -> str:
        return format_location(self.text, self.relation)


def format_location(text: str, relation: str = "") -> str:
    """Return `text` with its `relation` in the active language: “Near City Hall”.

    Without a relation, or with an unknown one, return `text`.
    """
    if relation == NEAR:
        return _("Near %(place)s") % {"place": text}
    if relation == IN_FRONT:
        return _("In front of %(address)s") % {"address": _translate_zone(text)}
    if relation == ACROSS:
        return _("Across from %(address)s") % {"address": _translate_zone(text)}
    if relation == ALONG:
        street, _sign, other = text.partition(NAME_SEPARATOR)
        return _("%(street)s, near %(other)s") % {"street": street, "other": other}
    return text


def format_location_briefly(text: str, relation: str = "") -> str:
    """Return the same as format_location, but an address without “In front of”."""
    return _translate_zone(text) if relation == IN_FRONT else format_location(text, relation)


def describe_spot_on_street(street: str, other: str) -> PlaceDescription:
    """Return the description of a spot on `street` near `other`."""
    return PlaceDescription(f"{street}{NAME_SEPARATOR}{other}", ALONG)


def _translate_zone(text: str) -> str:
    """Return an address with its zone translated: `149 Miller St, Mid-City`.

    The address has a zone only if the street has the number twice.
    """
    address, sign, zone = text.partition(", ")
    return f"{address}{sign}{translate(zone)}" if zone else address
