"""What a caller reported before, and what else is open where they say."""

from lib.security_log import Kind, record_once, search_target
from requests_app.filing.duplicates import Surroundings
from requests_app.models import ServiceRequest
from requests_app.models.queries import IS_OPEN, NOT_YET_CLOSED
from routing.desk.service_request import reporter
from routing.desk.service_request.reporter import OtherRequests

_METRES_HERE = 25  # as far as the two sides of a street
_MOST_HERE = 4


def find_earlier(email: str, phone: str) -> OtherRequests:
    """Return the requests of whoever left this email address or phone number, as they were typed.

    A look-up that finds somebody is noted in the security log.
    """
    found = reporter.earlier_of(email, phone)
    if found.count:
        record_once(Kind.PERSON_SEARCHED, target=search_target(f"{email} {phone}"))
    return found


def find_open_here(point: tuple) -> list[ServiceRequest]:
    """Return the open requests at a place, (latitude, longitude) in degrees, the nearest first."""
    here = Surroundings.of(tuple(map(float, point)), _METRES_HERE)
    rows = ServiceRequest.objects.filter(NOT_YET_CLOSED).filter(IS_OPEN, here.is_inside)
    return list(here.nearest_first(rows).select_related("category")[:_MOST_HERE])
