"""The result type of the place search."""

from dataclasses import dataclass, field

from city import geo


@dataclass(frozen=True)
class PlaceHit:
    """A place that was found, with the zone it lies in; `lat` and `lng` in degrees WGS 84.

    `note` tells how the place differs from what was typed, for example a house number that does not
    exist. `is_sure` is True if all typed words fit this place and no other.
    """

    name: str
    kind: str
    lat: float
    lng: float
    zone_name: str
    note: str = ""
    is_sure: bool = field(default=False, compare=False)


def build_hit(name: str, kind: str, lat: float, lng: float, note: str = "") -> PlaceHit:
    """Return a PlaceHit with the zone at the point, and coordinates with six decimals.

    `zone_name` is untranslated, and "" outside the city.
    """
    zone = geo.zone_at(lat, lng)
    return PlaceHit(name, kind, round(lat, 6), round(lng, 6), zone.name if zone else "", note)
