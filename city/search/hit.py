"""A place that was found, and the zone it lies in."""

from dataclasses import dataclass, field

from city import geo


@dataclass(frozen=True)
class PlaceHit:
    """A place with its words; `lat`, `lng` in degrees WGS 84.

    `note` says what is not as it was typed: the house number that does not exist. `is_sure` where
    every word was meant by this place and by no other.
    """

    name: str
    kind: str
    lat: float
    lng: float
    zone_name: str
    note: str = ""
    is_sure: bool = field(default=False, compare=False)


def hit_of(name: str, kind: str, lat: float, lng: float, note: str = "") -> PlaceHit:
    zone = geo.zone_at(lat, lng)
    return PlaceHit(name, kind, round(lat, 6), round(lng, 6), zone.name if zone else "", note)
