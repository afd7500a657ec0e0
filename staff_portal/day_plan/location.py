"""Where a crew member's phone is: told on a tap, kept with the sign-in for the visit, in words.

A phone can be wrong by miles, or right an hour ago. So it is always said which area it named, how
sure it was and how old that is, and nothing ever depends on it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import Zone
from lib import clock
from lib.http import parse_number
from requests_app.errors import InvalidInput

KEPT_FOR = timedelta(hours=4)
OLD_AFTER = timedelta(minutes=20)
ROUGH_FROM = 300  # metres: a circle in which many jobs lie
FAR_FROM = 1500  # metres beyond the city's outline
MOST_ACCURACY = 100_000  # metres; phones that know nothing say such numbers
DIGITS = 4  # decimals of a degree kept: about 10 m, and no closer
_NAME = "crew_place"


class Place(NamedTuple):
    """`at` is (latitude, longitude) in degrees, `accuracy` the phone's own guess in metres."""

    at: tuple[float, float]
    accuracy: int
    told_at: datetime

    @property
    def age(self) -> timedelta:
        return clock.now() - self.told_at

    @property
    def zone(self) -> Zone | None:
        return geo.zone_at(*self.at)

    @property
    def words(self) -> str:
        """`From Downtown, ± 30 ft, 5 min ago.`"""
        facts = {
            "where": self.zone.name if self.zone else _("outside the city"),
            "near": geo.said_distance(self.accuracy),
        }
        if self.age < timedelta(minutes=1):
            return _("From %(where)s, ± %(near)s, just now.") % facts
        facts["age"] = clock.format_duration(self.age)
        return _("From %(where)s, ± %(near)s, %(age)s ago.") % facts

    @property
    def doubt(self) -> str:
        """Why not to trust it, in words, or nothing."""
        far = 0 if self.zone else geo.metres_outside(*self.at)
        if far > FAR_FROM:
            words = _("Your phone says you are %(far)s outside the city.")
            return words % {"far": geo.said_distance(far)}
        if self.accuracy > ROUGH_FROM:
            return _("Your phone isn't sure where you are.")
        return _("You may have moved since.") if self.age > OLD_AFTER else ""


def recall(session) -> Place | None:
    """The place this visit told, while it is worth anything."""
    kept = session.get(_NAME)
    if not kept:
        return None
    *at, accuracy, told_at = kept
    place = Place(tuple(at), accuracy, datetime.fromisoformat(told_at))
    return place if timedelta() <= place.age < KEPT_FOR else None


def remember(session, latitude, longitude, accuracy) -> Place:
    """Keep what a phone says of itself, typed as text. Raises InvalidInput."""
    try:
        point = parse_point(latitude, longitude)
    except BadCoordinate as error:
        raise InvalidInput("position", str(error)) from error
    at = tuple(round(float(degrees), DIGITS) for degrees in point)
    place = Place(at, _metres(accuracy), clock.now())
    session[_NAME] = [*at, place.accuracy, place.told_at.isoformat()]
    return place


def _metres(typed) -> int:
    """The phone's guess; where it makes none, or none that makes sense, it is as bad as can be."""
    whole = parse_number(typed.partition(".")[0], MOST_ACCURACY)
    return MOST_ACCURACY if whole is None else whole
