"""Location of a crew member's phone, kept in the session for a few hours.

The phone sends its location only after a tap. It can be wrong or old, so it is always shown with
its accuracy and age, and nothing depends on it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import Zone
from lib import clock
from lib.http import parse_number
from requests_app.errors import InvalidInput

MAX_AGE = timedelta(hours=4)
STALE_AFTER = timedelta(minutes=20)
ROUGH_ACCURACY_M = 300  # metres; a circle of this radius contains many jobs
FAR_OUTSIDE_CITY_M = 1500  # metres beyond the city's outline
WORST_ACCURACY_M = 100_000  # metres; phones send such numbers without a position
COORDINATE_DECIMALS = 4  # decimals of a degree kept: about 10 m, and no closer
_SESSION_KEY = "crew_place"


class PhoneLocation(NamedTuple):
    """A location: `at` is (latitude, longitude) in degrees, `accuracy` is in metres."""

    at: tuple[float, float]
    accuracy: int
    told_at: datetime

    @property
    def age(self) -> timedelta:
        return clock.now() - self.told_at

    @property
    def zone(self) -> Zone | None:
        """Return the zone that contains the location, or None outside the city."""
        return geo.zone_at(*self.at)

    @property
    def words(self) -> str:
        """Return a text such as "From Downtown, ± 30 ft, 5 min ago.".

        It has "outside the city" without a zone, and "just now" below a minute.
        """
        facts = {
            "where": self.zone.name if self.zone else _("outside the city"),
            "near": geo.format_distance(self.accuracy),
        }
        if self.age < timedelta(minutes=1):
            return _("From %(where)s, ± %(near)s, just now.") % facts
        facts["age"] = clock.format_duration(self.age)
        return _("From %(where)s, ± %(near)s, %(age)s ago.") % facts

    @property
    def warning(self) -> str:
        """Return a text that says why the location may be wrong, or "".

        The first that is true: far outside the city, an accuracy that is too rough, or too old.
        """
        far = 0 if self.zone else geo.metres_outside(*self.at)
        if far > FAR_OUTSIDE_CITY_M:
            words = _("Your phone says you are %(far)s outside the city.")
            return words % {"far": geo.format_distance(far)}
        if self.accuracy > ROUGH_ACCURACY_M:
            return _("Your phone isn't sure where you are.")
        return _("You may have moved since.") if self.age > STALE_AFTER else ""


def load_location(session: SessionBase) -> PhoneLocation | None:
    """Return the session's location; None if it is missing, from the future or too old.

    Too old is an age of MAX_AGE or more.
    """
    kept = session.get(_SESSION_KEY)
    if not kept:
        return None
    latitude, longitude, accuracy, told_at = kept
    place = PhoneLocation((latitude, longitude), accuracy, datetime.fromisoformat(told_at))
    return place if timedelta() <= place.age < MAX_AGE else None


def save_location(
    session: SessionBase, latitude: str, longitude: str, accuracy: str
) -> PhoneLocation:
    """Store in the session, and return, the location that a phone sent, rounded to about 10 m.

    Raise InvalidInput if the coordinates are invalid. An accuracy (metres) that is missing or
    invalid becomes WORST_ACCURACY_M.
    """
    try:
        point = parse_point(latitude, longitude)
    except BadCoordinate as error:
        raise InvalidInput("position", str(error)) from error
    north, east = (round(float(degrees), COORDINATE_DECIMALS) for degrees in point)
    place = PhoneLocation((north, east), _parse_accuracy(accuracy), clock.now())
    session[_SESSION_KEY] = [north, east, place.accuracy, place.told_at.isoformat()]
    return place


def _parse_accuracy(typed: str) -> int:
    """Return the accuracy in whole metres, or WORST_ACCURACY_M if it is missing or invalid."""
    whole = parse_number(typed.partition(".")[0], WORST_ACCURACY_M)
    return WORST_ACCURACY_M if whole is None else whole
