"""A place in words as data: the names in it, and how they are said, so that each reader reads them
in their own language.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.translation import translated

NEAR, IN_FRONT, ACROSS, ALONG = "near", "in_front", "across", "along"
RELATIONS = {  # and what the admin site calls each
    NEAR: gettext_lazy("near a landmark"),
    IN_FRONT: gettext_lazy("in front of an address"),
    ACROSS: gettext_lazy("across from an address"),
    ALONG: gettext_lazy("on a street, near another one"),
}
_BOTH = " & "


class PlaceWords(NamedTuple):
    """`text` holds the names: an address, a corner, a landmark, or what a person typed. `relation`
    is one of RELATIONS; blank where the text is all there is to say.
    """

    text: str
    relation: str = ""

    def __str__(self) -> str:
        return location_phrase(self.text, self.relation)


def location_phrase(text: str, relation: str = "") -> str:
    """`text` with its `relation` in the active language: “Near City Hall”, “Cerca de City Hall”."""
    if relation == NEAR:
        return _("Near %(place)s") % {"place": text}
    if relation == IN_FRONT:
        return _("In front of %(address)s") % {"address": _with_zone(text)}
    if relation == ACROSS:
        return _("Across from %(address)s") % {"address": _with_zone(text)}
    if relation == ALONG:
        street, _sign, other = text.partition(_BOTH)
        return _("%(street)s, near %(other)s") % {"street": street, "other": other}
    return text


def short_location_phrase(text: str, relation: str = "") -> str:
    """The same for where space is short: an address stands without “In front of”."""
    return _with_zone(text) if relation == IN_FRONT else location_phrase(text, relation)


def on_street(street: str, other: str) -> PlaceWords:
    """A spot on `street` that is near `other`."""
    return PlaceWords(f"{street}{_BOTH}{other}", ALONG)


def _with_zone(text) -> str:
    """`149 Miller St, Mid-City`: the zone is there where the street has the number twice."""
    address, sign, zone = text.partition(", ")
    return f"{address}{sign}{translated(zone)}" if zone else address
