"""Where things happen: points on the pack's streets and at its landmarks, inside the city."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from city import geo, search
from city.models import Place, Street

_BEACH = "beach-pier"
# How readily a point is taken, by zone: people report where people are.
_LIVELY = {
    "downtown": 1.0,
    "ocean-park": 0.42,
    "pico": 0.35,
    "mid-city": 0.35,
    "wilshire-montana": 0.4,
    "northeast": 0.3,
    "sunset-park": 0.24,
    "north-of-montana": 0.22,
}
_LANDMARKS = {
    "park": (" Park", "Square", "Garden", "San Vicente Median"),
    "beach": ("Beach Lot", "Beach House", "Muscle Beach", "Crescent Bay", "Chess Park"),
    "pier": ("Pier", "Ferris Wheel", "Harbor Office"),
    "structure": ("Parking Structure",),
    "airport": ("Airport", "Clover Park", "Museum of Flying"),
}
_NOT_THERE = ("Parking", "Wheel")  # for parks: “Parking Structure 4”, “Pacific Park Ferris Wheel”
_KINDS = {"main": Street.Kind.MAIN, "home": Street.Kind.STREET}
_CURB = 0.00005  # degrees, about 5 m


@dataclass(frozen=True)
class Stretch:
    """A straight piece of street, in degrees WGS 84."""

    lat: float
    lng: float
    to_lat: float
    to_lng: float

    @property
    def length(self) -> float:
        """In metres."""
        return geo.distance_m((self.lat, self.lng), (self.to_lat, self.to_lng))

    def at(self, share) -> tuple[float, float]:
        """The point after this share of the way, from 0 to 1."""
        lat = self.lat + (self.to_lat - self.lat) * share
        return lat, self.lng + (self.to_lng - self.lng) * share


@dataclass(frozen=True)
class Spot:
    """Decimal degrees WGS 84 with six decimals, the zone's slug, and the place in words."""

    latitude: Decimal
    longitude: Decimal
    zone: str
    text: str


class Places:
    """Draws spots; `dice` is a random.Random."""

    def __init__(self, dice):
        self.dice = dice
        self._stretches = {kind: list(_stretches(kind)) for kind in ("street", *_KINDS)}
        self._lengths = {
            kind: [stretch.length for stretch in found] for kind, found in self._stretches.items()
        }
        self._landmarks = list(Place.objects.filter(kind=Place.Kind.LANDMARK).order_by("pk"))

    def spot(self, kind) -> Spot:
        """A spot of this kind: `street`, `main`, `home`, or one of the landmarks' kinds."""
        while True:
            point, name = self._landmark(kind) if kind in _LANDMARKS else self._on_street(kind)
            spot = spot_at(*point, name)
            if spot and self._is_taken(spot, kind):
                return spot

    def beside(self, spot, metres) -> Spot:
        """Another spot, at most about so many metres away, where the same thing can be seen."""
        reach = metres / 111_000
        near = None
        while near is None:
            latitude = float(spot.latitude) + self.dice.uniform(-reach, reach)
            longitude = float(spot.longitude) + self.dice.uniform(-reach, reach)
            near = spot_at(latitude, longitude, spot.text)
        return near

    def _is_taken(self, spot, kind):
        if kind in ("beach", "pier"):
            return spot.zone == _BEACH
        if kind in _LANDMARKS:
            return True
        return spot.zone != _BEACH and self.dice.random() < _LIVELY[spot.zone]

    def _landmark(self, kind):
        fits = [place for place in self._landmarks if _is_named(place.name, kind)]
        place = self.dice.choice(fits)
        return self._jittered(place.lat, place.lng, 6 * _CURB), place.name

    def _on_street(self, kind):
        stretch = self.dice.choices(self._stretches[kind], self._lengths[kind])[0]
        return self._jittered(*stretch.at(self.dice.random()), _CURB), ""

    def _jittered(self, lat, lng, reach):
        return lat + self.dice.uniform(-reach, reach), lng + self.dice.uniform(-reach, reach)


def spot_at(lat, lng, name="") -> Spot | None:
    """The spot at this point, described if it has no `name`; None outside the city."""
    latitude, longitude = (Decimal(f"{value:.6f}") for value in (lat, lng))
    zone = geo.zone_at(latitude, longitude)
    if zone is None:
        return None
    return Spot(latitude, longitude, zone.slug, name or search.describe(lat, lng))


def _stretches(kind):
    """What lies between two bends, of every street of this kind (`street`: of any)."""
    streets = Street.objects.order_by("pk")
    for street in streets if kind == "street" else streets.filter(kind=_KINDS[kind]):
        for line in street.lines:
            for start, end in pairwise(line):
                yield Stretch(*start, *end)


def _is_named(name, kind):
    if kind == "park" and any(word in name for word in _NOT_THERE):
        return False
    return any(word in name for word in _LANDMARKS[kind])
