"""The places of the story: points on the pack's streets and at its landmarks, inside the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from shapely.geometry import shape

from city import geo, search
from city.models import City, Place, Street, Zone

_PATIENCE = 2000  # number of random points to try before the streets are given up
_KINDS = {"main": Street.Kind.MAIN, "home": Street.Kind.STREET}
_CURB = 0.00005  # degrees, about 5 m


type Point = tuple[float, float]


@dataclass(frozen=True)
class Stretch:
    """A straight part of a street, in degrees (WGS 84)."""

    lat: float
    lng: float
    to_lat: float
    to_lng: float

    @property
    def length(self) -> float:
        """Return the length in metres."""
        return geo.distance_m((self.lat, self.lng), (self.to_lat, self.to_lng))

    def at(self, share) -> tuple[float, float]:
        """Return the point at `share` of the length, from 0 to 1."""
        lat = self.lat + (self.to_lat - self.lat) * share
        return lat, self.lng + (self.to_lng - self.lng) * share


@dataclass(frozen=True)
class Spot:
    """A place: decimal degrees (WGS 84) with six decimals, the zone's slug, and a description."""

    latitude: Decimal
    longitude: Decimal
    zone: str
    text: str


class Places:
    """A source of spots; `dice` is a random.Random, `taste` the result of `words.places()`.

    Without a `taste`, all zones have the same weight, and all spots are on streets.
    """

    def __init__(self, dice, taste=None) -> None:
        self.dice, taste = dice, taste or {}
        self._lively, self._kinds = taste.get("lively"), taste.get("landmarks", {})
        self._stretches = {kind: list(_stretches(kind)) for kind in ("street", *_KINDS)}
        self._lengths = {
            kind: [stretch.length for stretch in found] for kind, found in self._stretches.items()
        }
        self._landmarks = list(Place.objects.filter(kind=Place.Kind.LANDMARK).order_by("pk"))

    def spot(self, kind) -> Spot:
        """Return a spot of this kind: `street`, `main`, `home`, or a kind of landmark."""
        for _try in range(_PATIENCE):
            point, name = self._landmark(kind) if kind in self._kinds else self._on_street(kind)
            zone = geo.zone_at(*_rounded(*point))
            if zone and self._is_taken(zone.slug, kind):
                return _make_spot(point, zone.slug, name)
        return self._anywhere()

    def beside(self, spot, metres) -> Spot:
        """Return another spot at most about `metres` away with the same description."""
        reach = metres / 111_000
        near = None
        while near is None:
            latitude = float(spot.latitude) + self.dice.uniform(-reach, reach)
            longitude = float(spot.longitude) + self.dice.uniform(-reach, reach)
            near = spot_at(latitude, longitude, spot.text)
        return near

    def _is_taken(self, zone, kind) -> bool:
        """Return True if a spot of this kind may be in the zone; for streets, decide at random."""
        if kind in self._kinds:
            return zone == self._kinds[kind].get("zone", zone)
        return self._lively is None or self.dice.random() < self._lively.get(zone, 0)

    def _landmark(self, kind) -> tuple[Point, str]:
        """Return a point close to a random landmark of this kind, and its name."""
        fits = [place for place in self._landmarks if _is_named(place.name, self._kinds[kind])]
        place = self.dice.choice(fits)
        return self._jittered(place.lat, place.lng, 6 * _CURB), place.name

    def _on_street(self, kind) -> tuple[Point, str]:
        """Return a point of a random street of this kind, and "" as its name."""
        if not self._stretches[kind]:
            return self._middle(), ""
        stretch = self.dice.choices(self._stretches[kind], self._lengths[kind])[0]
        latitude, longitude = stretch.at(self.dice.random())
        return self._jittered(latitude, longitude, _CURB), ""

    def _middle(self) -> Point:
        """Return a random point near the center of the city."""
        city = City.current()
        return self._jittered(city.center_lat, city.center_lng, 100 * _CURB)

    def _anywhere(self) -> Spot:
        """Return a spot in a random zone, for a pack without streets."""
        zone = self.dice.choice(list(Zone.objects.active()))
        inside = shape(zone.geometry).representative_point()
        spot = spot_at(inside.y, inside.x)
        assert spot, f"{zone} has no point inside."
        return spot

    def _jittered(self, lat, lng, reach) -> Point:
        """Return a random point at most `reach` degrees away in latitude and longitude."""
        return lat + self.dice.uniform(-reach, reach), lng + self.dice.uniform(-reach, reach)


def spot_at(lat, lng, name="") -> Spot | None:
    """Return the spot at this point, described if it has no `name`; None outside the city."""
    zone = geo.zone_at(*_rounded(lat, lng))
    return _make_spot((lat, lng), zone.slug, name) if zone else None


def _make_spot(point: Point, zone: str, name: str) -> Spot:
    latitude, longitude = _rounded(*point)
    return Spot(latitude, longitude, zone, name or search.describe_point(*point))


def _rounded(*degrees) -> list[Decimal]:
    """Return the degrees as Decimals with six decimals."""
    return [Decimal(f"{value:.6f}") for value in degrees]


def _stretches(kind) -> Iterator[Stretch]:
    """Yield the straight parts of every street of this kind (`street`: of any kind)."""
    streets = Street.objects.order_by("pk")
    for street in streets if kind == "street" else streets.filter(kind=_KINDS[kind]):
        for line in street.lines:
            for start, end in pairwise(line):
                yield Stretch(*start, *end)


def _is_named(name, kind) -> bool:
    """Return True if the name contains one of the kind's words and no excluded word."""
    if any(word in name for word in kind.get("never", ())):
        return False
    return any(word in name for word in kind["named"])
